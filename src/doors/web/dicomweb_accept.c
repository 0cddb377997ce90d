/* SPDX-License-Identifier: MIT */
/* dicomweb_accept.c: what the asker takes, against what is stored (PS3.18 8.7).
 *
 * Each wish is tried in the order of its weight, and the first that can be
 * fulfilled is.  A transfer syntax of "*" is: as it is stored.  A media type
 * without one means the standard's own (8.7.3.3.2): explicit little endian
 * for application/dicom and application/octet-stream, for an image type the
 * one of its table here.  Who says nothing, or takes anything, gets what is
 * stored as it is stored.  Nothing is made lossy that was not: such a wish
 * cannot be fulfilled. */
#include "doors/web/dicomweb.h"

#include <string.h>

#define OCTETS "application/octet-stream"
#define DICOM "application/dicom"

/* Codecs and their media types (PS3.18 table 8.7.3-2 and -5). */
static const struct {
	enum codec codec;
	const char *type, *standard; /* its transfer syntax when none is said */
} image_types[] = {
	{CODEC_JPEG_LOSSLESS, "image/jpeg", "1.2.840.10008.1.2.4.70"},
	{CODEC_JPEG, "image/jpeg", "1.2.840.10008.1.2.4.70"},
	{CODEC_RLE, "image/dicom-rle", "1.2.840.10008.1.2.5"},
	{CODEC_JPEG_LS, "image/jls", "1.2.840.10008.1.2.4.80"},
	{CODEC_JPEG_2000, "image/jp2", "1.2.840.10008.1.2.4.90"},
	{CODEC_HTJ2K, "image/jphc", "1.2.840.10008.1.2.4.201"},
	{CODEC_JPEG_XL, "image/jxl", "1.2.840.10008.1.2.4.110"},
};
#define IMAGE_TYPES_N (sizeof(image_types) / sizeof(image_types[0]))

static struct str accept_of(const struct request *q)
{
	for (size_t i = 0; i < q->address.asks_n; i++)
		if (str_is(q->address.asks[i].name, "accept") ||
		    str_is(q->address.asks[i].name, "contentType"))
			return q->address.asks[i].value;
	return request_header(q, "Accept");
}

static struct wish wish_of(const struct media *media)
{
	struct wish wish = {.type = media->type, .q = media->q,
	    .syntax = media_parameter(media, "transfer-syntax")};

	wish.any = str_is(media->type, "*/*");
	wish.multipart = str_eq_nocase(media->type, S("multipart/related")) ||
	    str_is(media->type, "multipart/*");
	if (wish.multipart) {
		wish.type = media_parameter(media, "type");
		if (!wish.type.len)
			wish.type = S("*/*");
	}
	return wish;
}

void wishes_read(const struct request *q, struct wishes *wishes)
{
	struct media list[MEDIA_LIST_MAX];
	size_t n = media_list(q->arena, accept_of(q), list), at;

	wishes->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (!list[i].q)
			continue;
		for (at = wishes->n++; at &&
		    wishes->list[at - 1].q < list[i].q; at--)
			wishes->list[at] = wishes->list[at - 1];
		wishes->list[at] = wish_of(&list[i]);
	}
	if (!str_trim(accept_of(q)).len)
		wishes->list[wishes->n++] = (struct wish){
		    .type = S("*/*"), .any = true, .q = 1000};
}

bool wish_takes(const struct wish *wish, bool multipart, const char *type)
{
	return (wish->any || wish->multipart == multipart) &&
	    media_takes(wish->type, type);
}

bool may_become(const struct syntax *from, const struct syntax *to)
{
	return from && to && (!from->encapsulated || codec_reads(from)) &&
	    (!to->encapsulated || (codec_writes(to) && to->lossless));
}

static const struct syntax *stored_syntax(const struct instance *instance)
{
	return syntax_find(instance->syntax_uid);
}

/* One instance as the wish has it; what is no image stays without a codec. */
static bool file_becomes(const struct instance *instance,
    const struct syntax *to)
{
	const struct syntax *from = stored_syntax(instance);

	if (from == to)
		return true;
	if (to->encapsulated && (!instance->rows || !instance->columns))
		return from && !from->encapsulated;
	return may_become(from, to);
}

static bool files_wished(const struct wish *wish, const struct instance *list,
    size_t n, struct chosen *chosen)
{
	bool as_stored = wish->any || str_is(wish->syntax, "*");

	chosen->to = NULL;
	if (as_stored)
		return true;
	chosen->to = wish->syntax.len ? syntax_find(wish->syntax) :
	    syntax_explicit;
	for (size_t i = 0; i < n && chosen->to; i++)
		if (!file_becomes(&list[i], chosen->to))
			return false;
	return chosen->to;
}

bool choose_file(const struct wishes *wishes, const struct instance *list,
    size_t n, bool alone, struct chosen *chosen)
{
	chosen->type = DICOM;
	for (size_t i = 0; i < wishes->n; i++) {
		const struct wish *wish = &wishes->list[i];
		chosen->multipart = wish_takes(wish, true, DICOM);
		if (!chosen->multipart &&
		    !(alone && wish_takes(wish, false, DICOM)))
			continue;
		if (files_wished(wish, list, n, chosen))
			return true;
	}
	return false;
}

static size_t type_of(const struct syntax *syntax)
{
	size_t i = 0;

	while (syntax && i < IMAGE_TYPES_N &&
	    (!syntax->encapsulated || image_types[i].codec != syntax->codec))
		i++;
	return syntax ? i : IMAGE_TYPES_N;
}

/* In an image's own type: as it is stored when that is such a one. */
static bool image_wished(const struct wish *wish, const struct syntax *stored,
    struct chosen *chosen)
{
	size_t mine = type_of(stored), i = 0;
	const struct syntax *to;
	bool same = mine < IMAGE_TYPES_N &&
	    media_takes(wish->type, image_types[mine].type);

	chosen->to = NULL;
	if (same && (!wish->syntax.len || str_is(wish->syntax, "*") ||
	    str_is(wish->syntax, stored->uid))) {
		chosen->type = image_types[mine].type;
		return true;
	}
	while (i < IMAGE_TYPES_N &&
	    !media_takes(wish->type, image_types[i].type))
		i++;
	if (i == IMAGE_TYPES_N || str_is(wish->syntax, "*"))
		return false;
	to = syntax_find(wish->syntax.len ? wish->syntax :
	    str_of(image_types[i].standard));
	if (!to || type_of(to) == IMAGE_TYPES_N)
		return false;
	chosen->type = image_types[type_of(to)].type;
	chosen->to = to;
	return media_takes(wish->type, chosen->type) && may_become(stored, to);
}

/* As bytes: little endian unless something else is said. */
static bool octets_wished(const struct wish *wish, const struct syntax *stored,
    struct chosen *chosen)
{
	bool as_stored = !wish->syntax.len ? !stored->encapsulated :
	    str_is(wish->syntax, "*") || str_is(wish->syntax, stored->uid);
	bool lies_so = !stored->big_endian && !stored->deflated;

	chosen->type = OCTETS;
	chosen->to = as_stored || !wish->syntax.len ? syntax_explicit :
	    syntax_find(wish->syntax);
	if (chosen->to && (as_stored || (!chosen->to->encapsulated &&
	    !chosen->to->big_endian && !stored->encapsulated)) && lies_so)
		chosen->to = NULL;
	else
		return may_become(stored, chosen->to);
	return true;
}

static bool frames_wished(const struct wish *wish, const struct syntax *stored,
    struct chosen *chosen)
{
	if (str_is(wish->type, "*/*") && type_of(stored) < IMAGE_TYPES_N &&
	    image_wished(wish, stored, chosen))
		return true;
	if (str_is(wish->type, "*/*") && stored->encapsulated) {
		chosen->type = OCTETS;
		chosen->to = NULL;
		return !wish->syntax.len;
	}
	if (media_takes(wish->type, OCTETS))
		return octets_wished(wish, stored, chosen);
	return image_wished(wish, stored, chosen);
}

bool choose_frames(const struct wishes *wishes,
    const struct instance *instance, bool alone, struct chosen *chosen)
{
	static const struct syntax other = {.uid = "", .name = "",
	    .encapsulated = true, .codec = CODEC_OTHER};
	const struct syntax *stored = stored_syntax(instance);

	if (!stored)
		stored = &other; /* sent as it is, or not at all */
	for (size_t i = 0; i < wishes->n; i++) {
		const struct wish *wish = &wishes->list[i];
		chosen->multipart = wish->any || wish->multipart;
		if (!chosen->multipart && !alone)
			continue;
		if (frames_wished(wish, stored, chosen))
			return true;
	}
	return false;
}

/* Rendered: a consumer's own types, one part alone or one for each frame. */
bool choose_picture(const struct wishes *wishes, bool alone,
    struct chosen *chosen)
{
	static const char *const types[] = {"image/jpeg", "image/png"};

	chosen->to = NULL;
	for (size_t i = 0; i < wishes->n; i++)
		for (size_t k = 0; k < 2; k++) {
			chosen->type = types[k];
			chosen->multipart = !alone;
			if (wish_takes(&wishes->list[i], !alone, types[k]))
				return true;
			chosen->multipart = true;
			if (wish_takes(&wishes->list[i], true, types[k]))
				return true;
		}
	return false;
}

bool choose_plain(const struct wishes *wishes, const char *const *types,
    struct chosen *chosen)
{
	chosen->to = NULL;
	for (size_t i = 0; i < wishes->n; i++)
		for (size_t k = 0; types[k]; k++) {
			chosen->type = types[k];
			chosen->multipart = wishes->list[i].multipart;
			if (wish_takes(&wishes->list[i], chosen->multipart,
				types[k]))
				return true;
		}
	return false;
}

void answer_not_acceptable(struct answer *a, const char *words)
{
	struct err err = {0};

	fail(&err, ERR_INPUT, "it cannot be sent in any form that is accepted");
	hint(&err, "%s", words);
	answer_refuse(a, 406, &err);
}
