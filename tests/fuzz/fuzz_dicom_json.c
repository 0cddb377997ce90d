/* SPDX-License-Identifier: MIT */
/* fuzz_dicom_json.c: any text as DICOM JSON.  What is read is written as JSON
 * that reads as the same; what is not, is refused in words. */
#include "dicom/dicom.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool bulk(void *with, struct element *e, struct str uri,
    struct err *err)
{
	(void)with;
	e->value = uri;
	return uri.len % 2 == 0 || fail(err, ERR_INPUT, "an odd address");
}

static struct str json_of(struct arena *arena, const struct dataset *set)
{
	const struct json_options options = {.inline_most = SIZE_MAX};
	struct err err = {0};
	struct out out;

	out_memory(&out);
	struct json json = {.out = &out};
	assert(dataset_json(set, &json, &options, &err));
	struct str text = arena_keep(arena, out_str(&out));
	out_end(&out, &err);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena = {0};
	struct dataset set, back;
	struct err err = {0};

	if (dataset_of_json(&arena, (struct str){(const char *)bytes, size},
	    &set, bulk, NULL, &err)) {
		struct str json = json_of(&arena, &set);
		assert(str_is_utf8(json));
		assert(dataset_of_json(&arena, json, &back, NULL, NULL, &err));
		struct str again = json_of(&arena, &back);
		assert(dataset_of_json(&arena, again, &back, NULL, NULL, &err));
		assert(str_eq(json_of(&arena, &back), again));
	} else {
		assert(err.kind == ERR_INPUT && err.text[0]);
	}
	arena_end(&arena);
	return 0;
}
