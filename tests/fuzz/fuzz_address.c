/* SPDX-License-Identifier: MIT */
/* fuzz_address.c: any bytes as what a browser asks for, and as the two headers
 * whose lists are read.  What is taken must be decoded, within its limits. */
#include "http/address.c"

#include <assert.h>

static void check_segments(const struct address *a)
{
	assert(a->segments_n >= 1 && a->segments_n <= SEGMENTS_MAX);
	for (size_t i = 0; i < a->segments_n; i++) {
		assert(str_is_utf8(a->segments[i]));
		assert(!str_is(a->segments[i], ".."));
		assert(!str_is(a->segments[i], "."));
		assert(!has_control(a->segments[i]));
	}
}

static void check_asks(const struct address *a)
{
	assert(a->asks_n <= ASKS_MAX);
	for (size_t i = 0; i < a->asks_n; i++) {
		assert(str_is_utf8(a->asks[i].name));
		assert(str_is_utf8(a->asks[i].value));
		assert(!a->asks[i].value.len ||
		    !memchr(a->asks[i].value.at, 0, a->asks[i].value.len));
	}
}

static void check_matches(const struct address *a)
{
	static const char *const templates[] = {"/", "/api/{id}",
	    "/api/{a}/{b}/{c}/{d}", "/api/submissions/{id}/file"};

	for (size_t i = 0; i < 4; i++) {
		struct pair values[VALUES_MAX] = {0};
		if (address_match(a, templates[i], values) && i)
			assert(values[0].value.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct str all = {(const char *)at, size};
	struct arena arena = {0};
	struct address address;
	struct err err = {0};

	if (address_read(&arena, all, &address, &err)) {
		check_segments(&address);
		check_asks(&address);
		check_matches(&address);
	} else
		assert(err.kind == ERR_INPUT && err.text[0]);
	etag_listed(all, "W/\"0123456789abcdef\"");
	accepts_gzip(all);
	arena_end(&arena);
	return 0;
}
