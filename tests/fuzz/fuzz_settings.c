/* SPDX-License-Identifier: MIT */
/* fuzz_settings.c: a settings file of any bytes is read or refused in words;
 * what it set can be shown and set again. */
#include "core/settings.c"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void set_again(const struct settings *settings, struct arena *arena)
{
	struct settings other;
	struct err err = {0};

	settings_standard(&other);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *one = &settings_list[i];
		struct str value = settings_value(settings, arena, i);
		assert(settings_set(&other, arena, str_of(one->name), value,
		    &err));
		assert(str_eq(settings_value(&other, arena, i), value));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct str text = {(const char *)bytes, size};
	struct arena arena = {0};
	struct settings settings;
	struct err err = {0};

	settings_standard(&settings);
	int line = read_text(&settings, &arena, text, &err);
	assert((line == 0) == (err.kind == ERR_NONE));
	assert(line == 0 || err.text[0]);
	set_again(&settings, &arena);
	err = (struct err){0};
	struct str value = text, name = str_cut(&value, '=');
	if (!settings_set(&settings, &arena, name, value, &err))
		assert(err.text[0]);
	arena_end(&arena);
	return 0;
}
