/* SPDX-License-Identifier: MIT */
/* fuzz_accept.c: any bytes as an Accept header, a Content-Type and a Range.
 * What is read must be whole and within its limits. */
#include "http/media.c"

#include <assert.h>

static void check_media(const struct media *m)
{
	assert(m->n <= MEDIA_PARAMETERS_MAX && m->q >= 0 && m->q <= 1000);
	assert(m->type.len && memchr(m->type.at, '/', m->type.len));
	for (size_t i = 0; i < m->n; i++) {
		assert(m->names[i].len);
		assert(str_eq(media_parameter(m, "x"), m->values[i]) ||
		    !str_eq_nocase(m->names[i], S("x")) || i);
	}
	media_takes(m->type, "image/jpeg");
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct str all = {(const char *)at, size};
	struct media list[MEDIA_LIST_MAX], one;
	struct arena arena = {0};
	int64_t from = 0, n = 0;
	size_t found = media_list(&arena, all, list);

	assert(found <= MEDIA_LIST_MAX);
	for (size_t i = 0; i < found; i++)
		check_media(&list[i]);
	if (media_read(&arena, all, &one))
		check_media(&one);
	if (range_read(all, 1000, &from, &n) == RANGE_PART)
		assert(from >= 0 && n > 0 && from + n <= 1000);
	arena_end(&arena);
	return 0;
}
