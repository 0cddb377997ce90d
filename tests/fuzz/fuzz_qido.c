/* SPDX-License-Identifier: MIT */
/* fuzz_qido.c: any bytes as the query of a search.  It is refused with a
 * reason, or every key and field of it is one that can be asked for. */
#include "doors/web/dicomweb_find.c"

#include <assert.h>

static const struct route *row_of_path(const char *path)
{
	for (size_t i = 0; i < routes_count; i++)
		if (!strcmp(routes[i].path, path))
			return &routes[i];
	return NULL;
}

static void check_search(const struct search *s)
{
	assert(s->ask.keys_n <= sizeof(s->ask.keys) / sizeof(s->ask.keys[0]));
	assert(s->compared_n <= COMPARED_MOST && s->fields_n <= FIELDS_MOST);
	assert(s->limit >= 0 && s->limit <= INSTANCES_MOST && s->offset >= 0);
	for (size_t i = 0; i < s->compared_n; i++) {
		assert(s->compared[i].path.n > 0);
		assert(s->compared[i].path.n <= PATH_MOST);
	}
	assert(!s->compared_n || s->narrow);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	static const char *const paths[] = {"/dicom-web/studies",
	    "/dicom-web/series", "/dicom-web/instances"};
	struct arena arena = {0};
	struct request *q = arena_new(&arena, struct request);
	struct search *s = arena_new(&arena, struct search);
	struct err err = {0};

	q->arena = &arena;
	q->route = row_of_path(paths[size ? at[0] % 3 : 0]);
	q->sent = arena_printf(&arena, "%s?%.*s", q->route->path, (int)size,
	    (const char *)at);
	s->q = q;
	if (!address_read(&arena, q->sent, &q->address, &err) ||
	    !asks_check(q, &err))
		assert(err.kind == ERR_INPUT && err.text[0]);
	else if (search_read(s))
		check_search(s);
	else
		assert(s->err.kind == ERR_INPUT && s->err.text[0]);
	arena_end(&arena);
	return 0;
}
