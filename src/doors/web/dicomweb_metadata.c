/* SPDX-License-Identifier: MIT */
/* dicomweb_metadata.c: WADO-RS metadata: every attribute of every instance in
 * the DICOM JSON Model (PS3.18 10.4.1.1.2 and F), without bulk data: those are
 * told by an address that can be asked for.  Only heads are read, up to the
 * pixel data; beside the instance's own attributes stands the transfer syntax
 * in which it is stored (0008,3002). */
#include "doors/web/dicomweb.h"

#include <string.h>

#define INLINE_MOST 512 /* bytes of a binary value that stands in the answer */

static const char *const json_types[] = {
    "application/dicom+json", "application/json", NULL};

/* Paths are told with slashes; in an address they are one segment. */
static bool put_uri(void *url, struct out *uri, struct str path,
    const struct element *element)
{
	(void)element;
	out_put(uri, *(const struct str *)url);
	out_put(uri, S("/bulkdata/"));
	for (size_t i = 0; i < path.len; i++)
		out_char(uri, path.at[i] == '/' ? '.' : path.at[i]);
	return true;
}

static bool put_instance(struct archive *archive, struct json *j,
    const struct instance *instance, struct str url, struct err *err)
{
	struct json_options options = {.inline_most = INLINE_MOST,
	    .bulk = put_uri, .with = &url};
	struct arena arena = {0};
	struct part10 file;
	bool well;

	well = archive_head(archive, &arena, instance, &file, err);
	if (well) {
		dataset_put(&file.dataset, TAG_AvailableTransferSyntaxUID,
		    instance->syntax_uid);
		well = dataset_json(&file.dataset, j, &options, err);
	}
	arena_end(&arena);
	return well;
}

static void put_all(struct request *q, struct answer *a,
    const struct found *found, const char *type)
{
	struct err err = {0};

	a->json = (struct json){.out = answer_out(a, type)};
	answer_header(a, "Vary", S("Accept"));
	json_array(&a->json);
	for (size_t i = 0; i < found->n; i++) {
		struct place place = {found->study.uid, found->series[i],
		    found->list[i].uid, LEVEL_INSTANCE};
		if (!put_instance(q->house->archive, &a->json, &found->list[i],
			place_url(q, q->arena, &place), &err)) {
			answer_fail(a, &err);
			return;
		}
	}
	json_array_end(&a->json);
}

void wado_metadata(struct request *q, struct answer *a)
{
	struct place place;
	struct found found;
	struct wishes wishes;
	struct chosen how;

	if (!place_read(q, a, &place) || !place_find(q, a, &place, &found))
		return;
	wishes_read(q, &wishes);
	if (!choose_plain(&wishes, json_types, &how) || how.multipart) {
		answer_not_acceptable(a, "metadata are application/dicom+json");
		return;
	}
	if (!found_known(a, &found, false))
		put_all(q, a, &found, how.type);
}
