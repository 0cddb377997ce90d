/* SPDX-License-Identifier: MIT */
/* part10.c: DICOM files, PS3.10 7: a preamble, a head in explicit little
 * endian, a data set in the syntax that the head names.  Any of the first two
 * may be missing, and the head may be wrong about the third. */
#include "dicom/part10.h"
#include "dicom/charset.h"
#include "dicom/read.h"

#include <string.h>

#define PREAMBLE 128
#define META 0x0002

static struct str from(struct str bytes, size_t at)
{
	return (struct str){bytes.at + at, bytes.len - at};
}

/* Could a data set in this syntax begin so?  Its first element is then one of
 * the standard's, with the VR it must have or a length that fits. */
static bool begins_as(struct str bytes, const struct syntax *syntax)
{
	if (bytes.len < 8)
		return false;
	uint32_t tag = tag_at(bytes.at, syntax->big_endian);
	const struct term *term = term_find(tag);
	if (!term || TAG_GROUP(tag) < 4 || TAG_GROUP(tag) > 0x0100)
		return false;
	if (syntax->implicit) {
		uint32_t length = u32_at(bytes.at + 4, false);
		return length == LENGTH_UNDEFINED ||
		    length <= bytes.len - 8;
	}
	uint16_t vr = VR((unsigned char)bytes.at[4],
	    (unsigned char)bytes.at[5]);
	for (int i = 0; i < 3; i++)
		if (term->vrs[i] && term->vrs[i] == vr)
			return true;
	return false;
}

/* What the first bytes say; NULL if nothing. */
static const struct syntax *syntax_guess(struct str bytes)
{
	const struct syntax *const forms[] = {syntax_explicit, syntax_big,
	    syntax_implicit};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (begins_as(bytes, forms[i]))
			return forms[i];
	return NULL;
}

/* The syntax that is named, unless the bytes are clearly of another. */
static const struct syntax *syntax_settle(struct part10 *p, struct str bytes,
    const struct syntax *named)
{
	const struct syntax *seen;

	if (!bytes.len || named->deflated)
		return named;
	seen = syntax_guess(bytes);
	if (!seen || (seen->implicit == named->implicit &&
	    seen->big_endian == named->big_endian))
		return named;
	/* Implicit is what anything might be; a VR that is right is not. */
	if (seen->implicit && vr_known(VR((unsigned char)bytes.at[4],
	    (unsigned char)bytes.at[5])))
		return named;
	p->reading.repaired |= REPAIR_VR;
	return seen;
}

static bool meta_read(struct arena *arena, struct str bytes, size_t *at,
    struct part10 *p, struct err *err)
{
	struct reading how = {.syntax = syntax_explicit,
	    .limits = p->reading.limits, .base = p->reading.base +
	    (int64_t)*at, .more_may_come = p->reading.more_may_come};
	struct reader r = {.arena = arena, .bytes = from(bytes, *at),
	    .how = &how, .only_group = META, .err = err};

	/* Against the standard, and seen. */
	if (r.bytes.len >= 8 && !vr_known(VR((unsigned char)r.bytes.at[4],
	    (unsigned char)r.bytes.at[5])))
		how.syntax = syntax_implicit;
	p->meta = (struct dataset){.syntax = how.syntax, .arena = arena,
	    .charset = charset_default, .at = how.base};
	if (!elements_read(&r, &p->meta))
		return false;
	*at += r.at;
	p->reading.short_of = how.short_of;
	p->reading.repaired |= how.repaired;
	return true;
}

static struct str first_of(struct str a, struct str b)
{
	return a.len ? a : b;
}

/* Where the meta, or else the data set, begins. */
static size_t begin(struct str bytes, struct part10 *p)
{
	p->preamble = bytes.len >= PREAMBLE + 4 &&
	    !memcmp(bytes.at + PREAMBLE, "DICM", 4);
	if (p->preamble)
		return PREAMBLE + 4;
	return bytes.len >= 4 && !memcmp(bytes.at, "DICM", 4) ? 4 : 0;
}

static bool syntax_find_out(struct part10 *p, struct str rest,
    const struct syntax *standard, struct err *err)
{
	p->syntax_uid = dataset_raw(&p->meta, TAG_TransferSyntaxUID);
	if (p->syntax_uid.len)
		p->syntax = syntax_settle(p, rest,
		    syntax_or_other(p->syntax_uid));
	else
		p->syntax = standard ? standard : syntax_guess(rest);
	if (!p->syntax && p->meta.n) /* the default of PS3.5 10.1 */
		p->syntax = syntax_implicit;
	if (!p->syntax)
		return fail(err, ERR_INPUT, "it is not DICOM: after byte %lld "
		    "there is neither file meta information nor a data set",
		    (long long)p->dataset_at);
	if (!p->syntax_uid.len)
		p->syntax_uid = str_of(p->syntax->uid);
	return true;
}

bool part10_read(struct arena *arena, struct str bytes,
    const struct reading *how, struct part10 *p, struct err *err)
{
	*p = (struct part10){.reading = how ? *how : (struct reading){0}};
	struct reading *reading = &p->reading;
	int64_t base = reading->base;
	uint32_t repaired;

	reading->repaired = 0;
	reading->short_of = reading->more_may_come &&
	    bytes.len < PREAMBLE + 4 + 8;
	if (reading->short_of)
		return true;
	size_t at = begin(bytes, p);
	if (bytes.len - at >= 8 && u16_at(bytes.at + at, false) == META &&
	    !meta_read(arena, bytes, &at, p, err))
		return false;
	if (reading->short_of)
		return true;
	p->dataset_at = base + (int64_t)at;
	if (reading->more_may_come && bytes.len - at < 8) {
		reading->short_of = true;
		return true;
	}
	if (!syntax_find_out(p, from(bytes, at), how ? how->syntax : NULL,
	    err))
		return false;
	repaired = reading->repaired;
	reading->syntax = p->syntax;
	reading->base = p->syntax->deflated ? 0 : p->dataset_at;
	if (!dataset_read(arena, from(bytes, at), reading, &p->dataset, err))
		return false;
	reading->repaired |= repaired;
	p->sop_class = first_of(
	    dataset_raw(&p->meta, TAG_MediaStorageSOPClassUID),
	    dataset_raw(&p->dataset, TAG_SOPClassUID));
	p->sop_instance = first_of(
	    dataset_raw(&p->meta, TAG_MediaStorageSOPInstanceUID),
	    dataset_raw(&p->dataset, TAG_SOPInstanceUID));
	return true;
}

/* An element of the meta; its size.  out NULL: only measured. */
static size_t meta_put(struct out *out, uint32_t tag, const char *vr,
    struct str value)
{
	bool odd = value.len & 1;
	size_t len = value.len + odd;
	char head[8] = {2, 0, (char)tag, 0, vr[0], vr[1], (char)len,
	    (char)(len >> 8)};

	if (!value.len)
		return 0;
	if (out) {
		out_put(out, (struct str){head, sizeof(head)});
		out_put(out, value);
		if (odd)
			out_char(out, vr[0] == 'U' ? 0 : ' ');
	}
	return sizeof(head) + len;
}

void part10_head(struct out *out, struct str sop_class,
    struct str sop_instance, struct str syntax_uid, struct str from_aet)
{
	static const char zeros[PREAMBLE],
	    version[] = {2, 0, 1, 0, 'O', 'B', 0, 0, 2, 0, 0, 0, 0, 1};
	const struct {
		uint32_t tag;
		const char *vr;
		struct str value;
	} metas[] = {
		{TAG_MediaStorageSOPClassUID, "UI", sop_class},
		{TAG_MediaStorageSOPInstanceUID, "UI", sop_instance},
		{TAG_TransferSyntaxUID, "UI", syntax_uid},
		{TAG_ImplementationClassUID, "UI", S(IMPLEMENTATION_UID)},
		{TAG_ImplementationVersionName, "SH", S(IMPLEMENTATION_VERSION)},
		{TAG_SourceApplicationEntityTitle, "AE", from_aet},
	};
	size_t n = sizeof(metas) / sizeof(*metas), size = sizeof(version);

	for (size_t i = 0; i < n; i++)
		size += meta_put(NULL, metas[i].tag, metas[i].vr,
		    metas[i].value);
	char length[4] = {(char)size, (char)(size >> 8), 0, 0};
	out_put(out, (struct str){zeros, sizeof(zeros)});
	out_put(out, S("DICM"));
	meta_put(out, TAG_FileMetaInformationGroupLength, "UL",
	    (struct str){length, sizeof(length)});
	out_put(out, (struct str){version, sizeof(version)});
	for (size_t i = 0; i < n; i++)
		meta_put(out, metas[i].tag, metas[i].vr, metas[i].value);
}
