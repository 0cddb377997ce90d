/* SPDX-License-Identifier: MIT */
/* findings.c: what of the standard a file breaks.  Nothing is refused for it:
 * it is told, by tag and byte offset, and never by what a text says. */
#include "dicom/charset.h"
#include "dicom/form.h"
#include "dicom/part10.h"
#include "dicom/read.h"
#include "dicom/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 1000   /* findings told of one file */
#define VALUES 1000 /* values looked at of one element */

struct walk {
	struct arena *arena;
	struct arena scratch; /* of one element's texts */
	struct finding *list;
	size_t n;
};

__attribute__((format(printf, 6, 7)))
static void find(struct walk *walk, enum finding_kind kind, uint32_t tag,
    int64_t at, const char *code, const char *format, ...)
{
	char text[240];
	va_list args;

	if (walk->n == MOST)
		return;
	if (walk->n == MOST - 1) {
		kind = FINDING_NOTE;
		code = "more";
		format = "there is more; it is not told";
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!(walk->n & (walk->n - 1))) {
		struct finding *larger = arena_array(walk->arena,
		    struct finding, walk->n ? walk->n * 2 : 1);
		if (walk->n)
			memcpy(larger, walk->list,
			    walk->n * sizeof(*larger));
		walk->list = larger;
	}
	walk->list[walk->n++] = (struct finding){kind, tag, at, code,
	    arena_keep(walk->arena, str_of(text))};
}

static const struct term *term_of(const struct dataset *set, uint32_t tag)
{
	const struct term *term = term_find(tag);

	return term || !TAG_IS_PRIVATE(tag) ? term :
	    term_private(dataset_raw(set, TAG(TAG_GROUP(tag),
	    TAG_ELEMENT(tag) >> 8)), tag);
}

static void order_check(struct walk *walk, const struct dataset *set,
    uint32_t i)
{
	const struct element *e = &set->elements[i];

	if (!i || set->elements[i - 1].tag < e->tag)
		return;
	if (set->elements[i - 1].tag == e->tag)
		find(walk, FINDING_ERROR, e->tag, e->at, "duplicate",
		    "the element is there twice");
	else
		find(walk, FINDING_ERROR, e->tag, e->at, "order",
		    "it comes after %s, but belongs before it",
		    tag_text(set->elements[i - 1].tag).at);
}

/* Where the syntax is explicit, what stands in the place of the VR. */
static bool vr_stands(const struct dataset *set, const struct element *e)
{
	const char *head = e->value.at - (e->value_at - e->at);

	return set->syntax->implicit || !e->value_at ||
	    VR((unsigned char)head[4], (unsigned char)head[5]) == e->vr;
}

static void vr_check(struct walk *walk, const struct dataset *set,
    const struct element *e, const struct term *term)
{
	bool is_known = term && !TAG_IS_PRIVATE(e->tag) &&
	    term->vrs[0] != VR('U', 'N');
	bool right = !term || e->vr == VR('U', 'N') ||
	    TAG_IS_PRIVATE(e->tag); /* of those only its maker can tell */

	if (!vr_stands(set, e)) {
		find(walk, FINDING_ERROR, e->tag, e->at, "vr-invalid",
		    "what stands for its VR is none; it is read as %s",
		    vr_text(e->vr).at);
		return;
	}
	if (is_known && e->vr == VR('U', 'N'))
		find(walk, FINDING_NOTE, e->tag, e->at, "vr-unknown",
		    "its VR is UN, though the dictionary has one");
	for (int i = 0; i < 3 && !right; i++)
		right = term->vrs[i] == e->vr;
	if (!right)
		find(walk, FINDING_ERROR, e->tag, e->at, "vr-wrong",
		    "its VR is %s and should be %s", vr_text(e->vr).at,
		    vr_text(term->vrs[0]).at);
}

static void length_check(struct walk *walk, const struct element *e)
{
	size_t width = e->vr == VR('A', 'T') ? 4 : (size_t)vr_width(e->vr);

	if (e->is_sequence || e->fragments)
		return;
	if (e->value.len & 1)
		find(walk, FINDING_ERROR, e->tag, e->at, "odd-length",
		    "its length is odd: %zu bytes", e->value.len);
	if (width > 1 && e->value.len % width)
		find(walk, FINDING_ERROR, e->tag, e->at, "length-wrong",
		    "its %zu bytes are not values of %zu", e->value.len,
		    width);
}

static void vm_check(struct walk *walk, const struct element *e,
    const struct term *term)
{
	uint32_t n = element_count(e);

	/* Bytes are one value, however many; so is what nobody knows. */
	if (!term || e->vr == VR('U', 'N') || e->is_sequence ||
	    TAG_IS_PRIVATE(e->tag) || *vr_text(e->vr).at == 'O' ||
	    vm_allows(term->vm, n))
		return;
	find(walk, FINDING_ERROR, e->tag, e->at, "multiplicity",
	    "it has %u value%s and should have %s", n, n == 1 ? "" : "s",
	    term->vm);
}

static bool has_high_bytes(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] > 0x7f)
			return true;
	return false;
}

static void charset_check(struct walk *walk, const struct dataset *set,
    const struct element *e, struct str text)
{
	bool known = true;

	if (e->tag == TAG_SpecificCharacterSet) {
		charset_read(&walk->scratch, value_trim(e->value), &known);
		if (!known)
			find(walk, FINDING_ERROR, e->tag, e->at,
			    "charset-unknown",
			    "the character set is not one of PS3.3 C.12.1.1.2");
	}
	if (!vr_has_charset(e->vr) || !has_high_bytes(e->value))
		return;
	if (set->charset == charset_default)
		find(walk, FINDING_ERROR, e->tag, e->at, "charset-missing",
		    "it has characters past ASCII, and no character set is "
		    "named");
	else if (text.len >= 3 && memmem(text.at, text.len, "\xef\xbf\xbd", 3))
		find(walk, FINDING_ERROR, e->tag, e->at, "charset-wrong",
		    "it has bytes that the character set has not");
}

/* What is found once in an element is not told again for its next value. */
static void form_check(struct walk *walk, const struct dataset *set,
    const struct element *e)
{
	struct str text;
	const char *words, *code = NULL;

	if (!vr_is_text(e->vr) || e->is_sequence)
		return;
	text = element_text(&walk->scratch, set, e);
	charset_check(walk, set, e, text);
	for (int i = 0; text.len && !code && i < VALUES; i++) {
		struct str one = text;

		if (vr_is_multiple(e->vr))
			one = value_trim(str_cut(&text, '\\'));
		else
			text = (struct str){0};
		code = form_wrong(e->vr, one, &words);
	}
	if (code)
		find(walk, strcmp(code, "too-long") ? FINDING_ERROR :
		    FINDING_WARNING, e->tag, e->at, code, "%s", words);
	if (e->vr == VR('U', 'I') && e->value.len &&
	    e->value.at[e->value.len - 1] == ' ')
		find(walk, FINDING_WARNING, e->tag, e->at, "uid-padding",
		    "it is padded with a blank and not with a NUL");
}

static void tag_check(struct walk *walk, const struct dataset *set,
    const struct element *e, const struct term *term)
{
	uint16_t group = TAG_GROUP(e->tag), element = TAG_ELEMENT(e->tag);

	if (TAG_IS_PRIVATE(e->tag) && (group < 9 || group == 0xffff))
		find(walk, FINDING_ERROR, e->tag, e->at, "group-forbidden",
		    "no group may have the number %04x", group);
	else if (TAG_IS_PRIVATE(e->tag) && element > 0xff &&
	    !dataset_raw(set, TAG(group, element >> 8)).len)
		find(walk, FINDING_WARNING, e->tag, e->at, "creator-missing",
		    "no private creator has reserved its block");
	else if (!TAG_IS_PRIVATE(e->tag) && !term)
		find(walk, FINDING_NOTE, e->tag, e->at, "unknown-element",
		    "the dictionary does not have it");
}

static void set_check(struct walk *walk, const struct dataset *set)
{
	for (uint32_t i = 0; i < set->n; i++) {
		const struct element *e = &set->elements[i];
		const struct term *term = term_of(set, e->tag);

		order_check(walk, set, i);
		tag_check(walk, set, e, term);
		if (element_is_withheld(e))
			continue;
		vr_check(walk, set, e, term);
		length_check(walk, e);
		vm_check(walk, e, term);
		form_check(walk, set, e);
		arena_end(&walk->scratch);
		for (uint32_t k = 0; k < e->items_n; k++)
			set_check(walk, &e->items[k]);
	}
}

/* Top-level group lengths against where the group ends. */
static void groups_check(struct walk *walk, const struct dataset *set,
    int64_t ended_at)
{
	int64_t end = ended_at; /* where the group of this element ends */

	for (uint32_t i = set->n; i-- > 0;) {
		const struct element *e = &set->elements[i];
		int64_t told, is;

		if (i + 1 < set->n && TAG_GROUP(e->tag) != TAG_GROUP(e[1].tag))
			end = e[1].at;
		if (TAG_ELEMENT(e->tag) || !element_int(set, e, 0, &told))
			continue;
		is = end - e->value_at - e->length;
		if (told != is)
			find(walk, FINDING_ERROR, e->tag, e->at,
			    "group-length", "it tells %lld bytes and the "
			    "group has %lld", (long long)told, (long long)is);
	}
}

static void meta_check(struct walk *walk, const struct part10 *p)
{
	static const uint32_t must[] = {TAG_FileMetaInformationGroupLength,
	    TAG_FileMetaInformationVersion, TAG_MediaStorageSOPClassUID,
	    TAG_MediaStorageSOPInstanceUID, TAG_TransferSyntaxUID,
	    TAG_ImplementationClassUID};

	if (!p->preamble)
		find(walk, FINDING_ERROR, NO_TAG, 0, "preamble-missing",
		    "there is no preamble");
	if (!p->meta.n) {
		find(walk, FINDING_ERROR, NO_TAG, 0, "meta-missing",
		    "there is no file meta information");
		return;
	}
	for (size_t i = 0; i < sizeof(must) / sizeof(*must); i++)
		if (!dataset_find(&p->meta, must[i]))
			find(walk, FINDING_ERROR, must[i], p->meta.at,
			    "missing", "it is not in the file meta "
			    "information");
	if (p->meta.syntax->implicit)
		find(walk, FINDING_ERROR, NO_TAG, p->meta.at,
		    "meta-implicit", "the file meta information has no VRs");
	set_check(walk, &p->meta);
	groups_check(walk, &p->meta, p->dataset_at);
}

static void syntax_check(struct walk *walk, const struct part10 *p)
{
	const struct syntax *named = syntax_find(p->syntax_uid);

	if (!named)
		find(walk, FINDING_WARNING, TAG_TransferSyntaxUID,
		    p->dataset_at, "syntax-unknown",
		    "the transfer syntax is not known");
	else if (named->implicit != p->syntax->implicit ||
	    named->big_endian != p->syntax->big_endian)
		find(walk, FINDING_ERROR, TAG_TransferSyntaxUID,
		    p->dataset_at, "syntax-wrong", "the data set is %s, and "
		    "not as the file meta information says", p->syntax->name);
	const struct element *e = dataset_find(&p->dataset, TAG_PixelData);
	if (e && named && named->encapsulated != (e->length ==
	    LENGTH_UNDEFINED) && e->length)
		find(walk, FINDING_ERROR, e->tag, e->at, "pixels-form",
		    "pixel data are%s encapsulated, against the transfer "
		    "syntax", e->length == LENGTH_UNDEFINED ? "" : " not");
}

static void identity_check(struct walk *walk, const struct part10 *p)
{
	static const struct {
		uint32_t tag, meta;
		enum finding_kind kind;
	} must[] = {
		{TAG_SOPClassUID, TAG_MediaStorageSOPClassUID, FINDING_ERROR},
		{TAG_SOPInstanceUID, TAG_MediaStorageSOPInstanceUID, FINDING_ERROR},
		{TAG_StudyInstanceUID, 0, FINDING_ERROR},
		{TAG_SeriesInstanceUID, 0, FINDING_ERROR},
		{TAG_PatientID, 0, FINDING_WARNING},
	};

	if (str_is(p->sop_class, UID_MediaStorageDirectoryStorage))
		return;
	for (size_t i = 0; i < sizeof(must) / sizeof(*must); i++) {
		struct str is = dataset_raw(&p->dataset, must[i].tag);
		struct str meta = must[i].meta ?
		    dataset_raw(&p->meta, must[i].meta) : (struct str){0};
		const struct element *e =
		    dataset_find(&p->dataset, must[i].tag);

		if (!is.len)
			find(walk, must[i].kind, must[i].tag,
			    e ? e->at : p->dataset_at, "missing",
			    e ? "it is empty" : "it is not there");
		else if (meta.len && !str_eq(is, meta))
			find(walk, FINDING_ERROR, must[i].tag, e->at,
			    "meta-mismatch",
			    "the file meta information says another");
	}
}

/* Native pixels must be as many as rows and columns want; PS3.5 8.1.1. */
static void pixels_check(struct walk *walk, const struct part10 *p)
{
	static const uint32_t factors[] = {TAG_Rows, TAG_Columns,
	    TAG_SamplesPerPixel, TAG_BitsAllocated, TAG_NumberOfFrames};
	const struct element *e = dataset_find(&p->dataset, TAG_PixelData);
	int64_t bits = 1, factor;

	if (!e || e->length == LENGTH_UNDEFINED || p->syntax->encapsulated)
		return;
	for (size_t i = 0; i < sizeof(factors) / sizeof(*factors); i++) {
		if (!dataset_int(&p->dataset, factors[i], &factor)) {
			if (factors[i] == TAG_NumberOfFrames)
				continue;
			return;
		}
		if (factor < 0 || __builtin_mul_overflow(bits, factor, &bits))
			return;
	}
	if (e->length < (bits + 7) / 8 && str_is(dataset_raw(&p->dataset,
	    TAG_PhotometricInterpretation), "YBR_FULL_422"))
		bits = bits / 3 * 2; /* two pixels share their colours */
	if (e->length < (bits + 7) / 8)
		find(walk, FINDING_ERROR, e->tag, e->at, "pixels-short",
		    "%u bytes are not %lld pixels' bits", e->length,
		    (long long)bits);
	else if (e->length > (bits + 7) / 8 + 1)
		find(walk, FINDING_WARNING, e->tag, e->at, "pixels-long",
		    "%u bytes are more than %lld bits", e->length,
		    (long long)bits);
}

static void reading_check(struct walk *walk, const struct part10 *p)
{
	uint32_t was = p->reading.repaired;
	int64_t at = p->dataset_at;

	if (was & REPAIR_UNENDED)
		find(walk, FINDING_ERROR, NO_TAG, at, "delimiter",
		    "a delimiter is missing, or where none should be");
	if (was & REPAIR_IMPLICIT_IN_EXPLICIT)
		find(walk, FINDING_ERROR, NO_TAG, at, "vr-missing",
		    "elements without a VR, though the syntax is explicit");
	if (was & REPAIR_TRAILING)
		find(walk, FINDING_WARNING, NO_TAG, p->reading.ended_at,
		    "trailing", "zeros that belong to no element at the end");
}

static int by_place(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int order = (x->at > y->at) - (x->at < y->at);

	if (!order)
		order = (x->tag > y->tag) - (x->tag < y->tag);
	return order ? order : strcmp(x->code, y->code);
}

struct finding *part10_findings(struct arena *arena, const struct part10 *p,
    size_t *n)
{
	struct walk walk = {.arena = arena};

	meta_check(&walk, p);
	syntax_check(&walk, p);
	identity_check(&walk, p);
	reading_check(&walk, p);
	set_check(&walk, &p->dataset);
	groups_check(&walk, &p->dataset, p->reading.ended_at);
	pixels_check(&walk, p);
	arena_end(&walk.scratch);
	if (walk.n)
		qsort(walk.list, walk.n, sizeof(*walk.list), by_place);
	*n = walk.n;
	return walk.list;
}
