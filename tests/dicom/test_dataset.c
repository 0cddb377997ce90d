/* SPDX-License-Identifier: MIT */
/* test_dataset.c: reading, asking, making and writing, in every encoding; what
 * is nested too deeply, cut off, or not true. */
#include "dicom/dataset_read.c"

#include "samples.h"

static struct arena arena;
static struct err err;
static struct dataset set;

static int setup(void **state)
{
	(void)state;
	arena = (struct arena){0};
	err = (struct err){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

/* In memory of its own size, that a byte past it is noticed. */
static bool reads(struct str bytes, struct reading *how)
{
	char *at = malloc(bytes.len + !bytes.len);
	struct arena own = {0};

	memcpy(at, bytes.at, bytes.len);
	err = (struct err){0};
	set = (struct dataset){0};
	bool good = dataset_read(&own, (struct str){at, bytes.len}, how, &set,
	    &err);
	if (!good)
		assert_int_equal(err.kind, ERR_INPUT);
	arena_end(&own);
	free(at);
	return good;
}

static bool reads_whole(struct str bytes, const struct syntax *syntax)
{
	struct reading how = {.syntax = syntax};

	err = (struct err){0};
	return dataset_read(&arena, bytes, &how, &set, &err);
}

static struct str written(const struct dataset *from,
    const struct syntax *syntax)
{
	struct out out;

	out_memory(&out);
	assert_true(dataset_write(from, syntax, &out, &err));
	struct str bytes = arena_keep(&arena, out_str(&out));
	assert_true(out_end(&out, &err));
	return bytes;
}

/* As if everything had been changed: nothing is raw. */
static void forget(struct dataset *tree)
{
	tree->raw = (struct str){0};
	for (uint32_t i = 0; i < tree->n; i++)
		for (uint32_t k = 0; k < tree->elements[i].items_n; k++)
			forget(&tree->elements[i].items[k]);
}

static bool same_tree(const struct dataset *a, const struct dataset *b)
{
	struct arena text = {0};
	bool same = a->n == b->n;

	for (uint32_t i = 0; same && i < a->n; i++) {
		const struct element *x = &a->elements[i], *y = &b->elements[i];

		same = x->tag == y->tag && x->items_n == y->items_n &&
		    x->fragments_n == y->fragments_n &&
		    (x->is_sequence || x->fragments || !TAG_ELEMENT(x->tag) ||
		    x->value.len == y->value.len);
		if (same && vr_is_text(x->vr) && vr_is_text(y->vr))
			same = str_eq(element_text(&text, a, x),
			    element_text(&text, b, y));
		for (uint32_t k = 0; same && k < x->fragments_n; k++)
			same = str_eq(x->fragments[k], y->fragments[k]);
		for (uint32_t k = 0; same && k < x->items_n; k++)
			same = same_tree(&x->items[k], &y->items[k]) &&
			    x->items[k].parent == a;
	}
	arena_end(&text);
	return same;
}

/* --- what others wrote -------------------------------------------------- */

static const char *file;
#define HOLDS(what) do { if (!(what)) { \
	print_error("%s: %s\n", file, #what); return 1; } } while (0)

static bool is_known_bad(const char *path)
{
	return str_ends(str_of(path), S("rtplan_truncated.dcm")) ||
	    str_ends(str_of(path), S("MR_truncated.dcm")) ||
	    str_ends(str_of(path), S("/no_meta.dcm"));
}

/* The bytes that were read come back; also through the slow way, where the
 * file keeps to the standard; and from other encodings and back. */
static int comes_back(const char *path, struct str bytes)
{
	struct part10 p;
	struct err why = {0};
	const struct syntax *const plain[] = {syntax_implicit,
	    syntax_explicit, syntax_big, syntax_deflated};

	file = path;
	setup(NULL);
	bool good = part10_read(&arena, bytes, NULL, &p, &why);
	HOLDS(good != is_known_bad(path));
	struct str rest = {bytes.at + p.dataset_at,
	    bytes.len - (size_t)p.dataset_at};
	if (!good || p.syntax->deflated)
		return teardown(NULL);
	HOLDS(str_eq(written(&p.dataset, p.syntax), rest));
	forget(&p.dataset);
	struct str again = written(&p.dataset, p.syntax);
	if (!(p.reading.repaired & (uint32_t)~REPAIR_ODD_LENGTH))
		HOLDS(again.len == rest.len);
	struct dataset back;
	struct reading how = {.syntax = p.syntax};
	HOLDS(dataset_read(&arena, again, &how, &back, &why));
	HOLDS(same_tree(&p.dataset, &back) || p.reading.repaired);
	const struct element *pixels =
	    dataset_find(&p.dataset, TAG_PixelData);
	for (size_t i = 0; i < 4 && !(pixels && pixels->fragments); i++) {
		how.syntax = plain[i];
		HOLDS(dataset_read(&arena, written(&p.dataset, plain[i]), &how,
		    &back, &why));
		HOLDS(same_tree(&p.dataset, &back));
		forget(&back);
		HOLDS(str_eq(written(&back, p.syntax), again) ||
		    p.reading.repaired || p.syntax->implicit || i == 0);
	}
	return teardown(NULL);
}

static void what_others_wrote(void **state)
{
	(void)state;
	assert_true(samples_each(comes_back) > 150);
}

/* --- cut at each byte --------------------------------------------------- */

/* An error that names where, or a part of the same elements. */
static void cut(const char *name)
{
	struct str bytes = sample(&arena, name);
	struct part10 whole;

	assert_true(part10_read(&arena, bytes, NULL, &whole, &err));
	struct str rest = {bytes.at + whole.dataset_at,
	    bytes.len - (size_t)whole.dataset_at};
	size_t step = rest.len / 3000 + 1;
	for (size_t len = 0; len < rest.len;
	    len += len < 2000 ? 1 : step) {
		struct reading how = {.syntax = whole.syntax};
		struct str part = {rest.at, len};

		if (!reads(part, &how))
			assert_non_null(strstr(err.text, "at byte"));
		else
			assert_true(how.ended_at == (int64_t)len);
		how = (struct reading){.syntax = whole.syntax,
		    .more_may_come = true};
		assert_true(reads(part, &how));
		assert_true(how.short_of);
		assert_true(how.ended_at <= (int64_t)len);
		assert_true(set.n <= whole.dataset.n);
	}
}

static void cut_anywhere(void **state)
{
	(void)state;
	cut("test_files/nested_priv_SQ.dcm");
	cut("test_files/UN_sequence.dcm");
	cut("test_files/CT_small.dcm");
	cut("test_files/reportsi.dcm");
	cut("test_files/MR_small_bigendian.dcm");
	cut("test_files/MR_small_implicit.dcm");
	cut("test_files/MR_small_RLE.dcm");
	cut("test_files/dicomdirtests/DICOMDIR-implicit");
}

static void deflated_and_cut(void **state)
{
	struct str bytes = sample(&arena, "test_files/image_dfl.dcm");
	struct part10 whole;

	(void)state;
	assert_true(part10_read(&arena, bytes, NULL, &whole, &err));
	assert_ptr_equal(whole.syntax, syntax_deflated);
	for (size_t len = (size_t)whole.dataset_at; len + 30 < bytes.len;
	    len += 7) {
		struct reading how = {.syntax = syntax_deflated};
		struct str part = {bytes.at + whole.dataset_at,
		    len - (size_t)whole.dataset_at};

		assert_false(reads(part, &how));
	}
}

/* --- bounds ------------------------------------------------------------- */

#define ITEM "\xfe\xff\x00\xe0"
#define ITEM_END "\xfe\xff\x0d\xe0\0\0\0\0"
#define SEQUENCE_END "\xfe\xff\xdd\xe0\0\0\0\0"
#define OPEN "\xff\xff\xff\xff"
#define CODES "\x40\x00\x30\xa7" /* (0040,a730) Content Sequence */

static struct str nested(size_t depth, bool closed)
{
	static const char begin[] = CODES "SQ\0\0" OPEN ITEM OPEN,
	    end[] = ITEM_END SEQUENCE_END;
	size_t head = sizeof(begin) - 1, tail = sizeof(end) - 1;
	char *at = arena_alloc(&arena, depth * (head + tail) + 1);
	size_t len = 0;

	for (size_t i = 0; i < depth; i++, len += head)
		memcpy(at + len, begin, head);
	for (size_t i = 0; closed && i < depth; i++, len += tail)
		memcpy(at + len, end, tail);
	return (struct str){at, len};
}

static void nested_sequences(void **state)
{
	struct reading how = {.syntax = syntax_explicit};

	(void)state;
	assert_true(reads(nested(64, true), &how));
	assert_false(reads(nested(65, true), &how));
	assert_string_equal(err.text, "(0040,a730) at byte 1280: its "
	    "sequences are nested too deeply");
	assert_false(reads(nested(300, true), &how));
	assert_false(reads(nested(1000000, true), &how));
	assert_false(reads(nested(1000000, false), &how));
	how.limits.depth = 300;
	assert_true(reads(nested(300, true), &how));
	assert_false(reads(nested(301, true), &how));
	how.limits.depth = INT64_MAX;
	assert_true(reads(nested(DEPTH_MOST, true), &how));
	assert_false(reads(nested(DEPTH_MOST + 1, true), &how));
	how.limits.depth = 3;
	assert_false(reads(nested(4, false), &how));
	assert_true(reads_whole(nested(64, true), syntax_explicit));
	forget(&set);
	assert_true(str_eq(written(&set, syntax_explicit), nested(64, true)));
}

static void many_elements(void **state)
{
	size_t n = 5000;
	char *at = arena_alloc(&arena, 8 * n);
	struct reading how = {.syntax = syntax_implicit,
	    .limits.elements = 4999};

	(void)state;
	for (size_t i = 0; i < n; i++) {
		at[8 * i] = 9;
		at[8 * i + 2] = (char)i;
		at[8 * i + 3] = (char)(i >> 8);
	}
	assert_false(reads((struct str){at, 8 * n}, &how));
	assert_non_null(strstr(err.text, "too many"));
	how.limits.elements = 5000;
	assert_true(reads((struct str){at, 8 * n}, &how));
}

/* A megabyte of zeros is a kilobyte; 100 MiB are more than 200 to 1. */
static void deflate_bombs(void **state)
{
	size_t size = 100 << 20;
	struct dataset *big = dataset_new(&arena, syntax_explicit);
	char *zeros = calloc(1, size);
	struct reading how = {.syntax = syntax_deflated};

	(void)state;
	big->elements = arena_new(&arena, struct element);
	big->n = big->size = 1;
	big->elements[0] = (struct element){.tag = TAG_PixelData,
	    .vr = VR('O', 'B'), .value = {zeros, size}};
	struct str bomb = written(big, syntax_deflated);
	free(zeros);
	assert_true(bomb.len < size / 900);
	assert_false(reads(bomb, &how));
	assert_non_null(strstr(err.text, "more than 200 times"));
	how.limits = (struct dicom_limits){.ratio = 5000,
	    .inflated = 50 << 20};
	assert_false(reads(bomb, &how));
	assert_non_null(strstr(err.text, "larger than 52428800 bytes"));
	struct arena own = {0};
	how.limits.inflated = 101 << 20;
	assert_true(dataset_read(&own, bomb, &how, &set, &err));
	assert_int_equal(set.elements[0].length, size);
	arena_end(&own);
}

static void lengths_that_lie(void **state)
{
	struct reading how = {.syntax = syntax_explicit};

	(void)state;
	assert_false(reads(S("\x10\0\x20\0LO\xff\xff" "A123"), &how));
	assert_string_equal(err.text, "(0010,0020) at byte 0: the bytes end "
	    "inside its value, at 12");
	assert_false(reads(S("\x08\0\x05\0CS\0\0\xe0\x7f\x10\0OW\0\0"
	    "\xfe\xff\xff\xff\0\0"), &how));
	assert_non_null(strstr(err.text, "(7fe0,0010) at byte 8"));
	assert_false(reads(S(CODES "SQ\0\0\x0c\0\0\0" ITEM "\x04\0\0\0"
	    "\x10\0\x20\0"), &how));
	assert_non_null(strstr(err.text, "(0010,0020)"));
	assert_false(reads(S(CODES "SQ\0\0" OPEN "\x10\0\x20\0LO\0\0"), &how));
	assert_non_null(strstr(err.text, "where an item should"));
	assert_false(reads(S("\x10\0\x20\0LO\x02\0AB\xfe\xff\0\xe0\0\0\0\0"),
	    &how));
	assert_non_null(strstr(err.text, "in no sequence"));
	assert_false(reads(S("\x28\0\x10\0US\x02\0\0\0\x28\0\x11\0UT\0\0"
	    OPEN), &how));
	assert_non_null(strstr(err.text, "undefined length"));
	how.base = 1000;
	assert_false(reads(S("\x10\0\x20\0LO\x04\0A1"), &how));
	assert_non_null(strstr(err.text, "at byte 1000"));
}

/* --- what is seen in the wild ------------------------------------------- */

static uint32_t repaired(struct str bytes, const struct syntax *syntax)
{
	struct reading how = {.syntax = syntax};

	if (!dataset_read(&arena, bytes, &how, &set, &err))
		fail_msg("%s", err.text);
	assert_true(str_eq(written(&set, syntax), bytes));
	return how.repaired;
}

static void oddities(void **state)
{
	(void)state;
	assert_int_equal(repaired(S("\x10\0\x20\0LO\x03\0A12"),
	    syntax_explicit), REPAIR_ODD_LENGTH);
	assert_int_equal(repaired(S("\x10\0\x20\0LO\0\0\x08\0\x05\0CS\0\0"),
	    syntax_explicit), REPAIR_ORDER);
	assert_int_equal(repaired(S("\x10\0\x20\0LO\x02\0A1\x10\0\x20\0LO\x02\0"
	    "B2"), syntax_explicit), REPAIR_DUPLICATE);
	assert_text(dataset_raw(&set, TAG_PatientID), "A1");
	assert_int_equal(repaired(S("\x10\0\x20\0LO\x02\0A1\0\0\0"),
	    syntax_explicit), REPAIR_TRAILING);
	assert_int_equal(set.n, 1);
	assert_int_equal(repaired(S("\x10\0\x00\0UL\x04\0\x08\0\0\0"
	    "\x10\0\x20\0LO\x02\0A1"), syntax_explicit), REPAIR_GROUP_LENGTH);
	assert_int_equal(repaired(S("\x10\0\x00\0UL\x04\0\x0a\0\0\0"
	    "\x10\0\x20\0LO\x02\0A1"), syntax_explicit), 0);
	/* VR of blanks, of question marks, of zeros, and one of the future. */
	assert_int_equal(repaired(S("\x10\0\x20\0  \x02\0A1\x10\0\x30\0??\0\0"
	    "\x10\0\x40\0\0\0\x02\0F "), syntax_explicit) & REPAIR_VR,
	    REPAIR_VR);
	assert_text(dataset_raw(&set, TAG_PatientID), "A1");
	assert_text(dataset_text(&arena, &set, TAG_PatientSex), "F");
	assert_int_equal(repaired(S("\x10\0\x20\0ZZ\0\0\x02\0\0\0A1"
	    "\x10\0\x30\0DA\0\0"), syntax_explicit), REPAIR_VR);
	assert_int_equal(set.elements[0].vr, VR('U', 'N'));
	assert_text(dataset_text(&arena, &set, TAG_PatientID), "A1");
	/* Implicit where explicit was promised. */
	assert_int_equal(repaired(S("\x10\0\x20\0\x02\0\0\0A1"
	    "\x10\0\x30\0DA\0\0"), syntax_explicit),
	    REPAIR_IMPLICIT_IN_EXPLICIT);
	assert_int_equal(set.elements[0].vr, VR('L', 'O'));
}

static void delimiters_in_wrong_places(void **state)
{
	static const uint32_t is = REPAIR_UNENDED;

	(void)state;
	assert_int_equal(repaired(S("\x10\0\x20\0LO\x02\0A1" ITEM_END
	    "\x10\0\x30\0DA\0\0" SEQUENCE_END), syntax_explicit), is);
	assert_int_equal(set.n, 2);
	/* An item that only the next one ends; and the sequence's end. */
	assert_int_equal(repaired(S(CODES "SQ\0\0" OPEN ITEM OPEN
	    "\x10\0\x20\0LO\x02\0A1" ITEM OPEN "\x10\0\x20\0LO\x02\0B1"
	    SEQUENCE_END), syntax_explicit), is);
	assert_int_equal(set.elements[0].items_n, 2);
	assert_text(dataset_raw(dataset_item(&set, TAG_ContentSequence, 1),
	    TAG_PatientID), "B1");
	/* A delimiter after an item of known length. */
	assert_int_equal(repaired(S(CODES "SQ\0\0" OPEN ITEM "\x0a\0\0\0"
	    "\x10\0\x20\0LO\x02\0A1" ITEM_END SEQUENCE_END), syntax_explicit),
	    is);
	/* A sequence of known length with a delimiter in it. */
	assert_int_equal(repaired(S(CODES "SQ\0\0\x10\0\0\0" ITEM "\0\0\0\0"
	    SEQUENCE_END), syntax_explicit), is);
	assert_int_equal(set.elements[0].items_n, 1);
	/* Undefined inside known: what is around it ends it. */
	assert_int_equal(repaired(S(CODES "SQ\0\0\x12\0\0\0" ITEM OPEN
	    "\x10\0\x20\0LO\x02\0A1\x41\0\x00\0LO\0\0"), syntax_explicit), is);
	assert_int_equal(set.n, 2);
}

/* (0029,1010) of UN and undefined length: implicit, or against CP-246 not. */
static void unknown_sequences(void **state)
{
	static const struct str implicit = S(
	    "\x29\0\x10\x10UN\0\0" OPEN ITEM OPEN
	    "\x10\0\x20\0\x02\0\0\0A1" ITEM_END SEQUENCE_END
	    "\x30\0\x10\0LO\0\0"), explicit = S(
	    "\x29\0\x10\x10UN\0\0" OPEN ITEM OPEN
	    "\x10\0\x20\0LO\x02\0A1" ITEM_END SEQUENCE_END
	    "\x30\0\x10\0LO\0\0");
	const uint32_t tag = TAG(0x0029, 0x1010);

	(void)state;
	assert_int_equal(repaired(implicit, syntax_explicit), 0);
	assert_true(set.elements[0].is_sequence);
	assert_ptr_equal(set.elements[0].items[0].syntax, syntax_implicit);
	assert_text(dataset_raw(dataset_item(&set, tag, 0), TAG_PatientID),
	    "A1");
	forget(&set);
	assert_true(str_eq(written(&set, syntax_explicit), implicit));
	assert_int_equal(repaired(explicit, syntax_explicit), REPAIR_VR);
	assert_text(dataset_raw(dataset_item(&set, tag, 0), TAG_PatientID),
	    "A1");
	forget(&set);
	assert_true(str_eq(written(&set, syntax_explicit), implicit));
}

static void vrs_that_depend(void **state)
{
	(void)state;
	assert_true(reads_whole(S("\x28\0\x03\x01\x02\0\0\0\x01\0"
	    "\x28\0\x06\x01\x02\0\0\0\xfe\xff\x28\0\x06\x30\x02\0\0\0\1\0"
	    "\x00\x60\x00\x30\x02\0\0\0\1\0\xe0\x7f\x10\0\x02\0\0\0\1\0"),
	    syntax_implicit));
	int64_t least;
	assert_true(dataset_int(&set, TAG_SmallestImagePixelValue, &least));
	assert_int_equal(least, -2);
	assert_int_equal(set.elements[1].vr, VR('S', 'S'));
	for (uint32_t i = 2; i < 5; i++)
		assert_int_equal(set.elements[i].vr, VR('O', 'W'));
	assert_true(reads_whole(S("\x09\0\x10\0\x0c\0\0\0GEMS_IDEN_01"
	    "\x09\0\x01\x10\x02\0\0\0A1\x09\0\xe3\x10\x02\0\0\0A1"
	    "\x11\0\x01\x10\x02\0\0\0A1"), syntax_implicit));
	assert_int_equal(set.elements[0].vr, VR('L', 'O'));
	assert_int_equal(set.elements[1].vr, VR('L', 'O'));
	assert_int_equal(set.elements[2].vr, VR('U', 'I'));
	assert_int_equal(set.elements[3].vr, VR('U', 'N'));
}

/* --- stopping ----------------------------------------------------------- */

static void stopping(void **state)
{
	struct str bytes = sample(&arena, "test_files/CT_small.dcm");
	struct part10 p;
	struct reading how = {.stop = TAG_PixelData};

	(void)state;
	assert_true(part10_read(&arena, bytes, &how, &p, &err));
	assert_true(p.reading.stopped);
	const struct element *e = dataset_find(&p.dataset, TAG_PixelData);
	assert_non_null(e);
	assert_int_equal(e->length, 128 * 128 * 2);
	assert_int_equal(e->value.len, 0);
	assert_int_equal(p.reading.ended_at, e->at);
	assert_int_equal(e->value_at + e->length + 138, bytes.len);
	struct str head = written(&p.dataset, p.syntax);
	assert_int_equal((int64_t)head.len, e->at - p.dataset_at);
	forget(&p.dataset);
	assert_int_equal(written(&p.dataset, p.syntax).len, head.len);
	/* A first part is enough, or says that it is not. */
	size_t enough = (size_t)e->value_at;
	for (size_t len = 0; len <= bytes.len;
	    len += len < enough + 3 ? 1 : 997) {
		struct part10 part;
		how.more_may_come = true;
		assert_true(part10_read(&arena, (struct str){bytes.at, len},
		    &how, &part, &err));
		assert_int_equal(part.reading.short_of, len < enough);
		assert_int_equal(part.reading.stopped, len >= enough);
	}
	how = (struct reading){.stop = TAG_PatientName};
	assert_true(part10_read(&arena, bytes, &how, &p, &err));
	assert_null(dataset_find(&p.dataset, TAG_PatientName));
	assert_non_null(dataset_find(&p.dataset, TAG_StudyDate));
}

/* --- making ------------------------------------------------------------- */

static void made(void **state)
{
	struct dataset *one = dataset_new(&arena, syntax_big);
	int64_t whole;
	double real;

	(void)state;
	dataset_put(one, TAG_SpecificCharacterSet, S("ISO_IR 192"));
	dataset_put(one, TAG_PatientName, S("M\xc3\xbcller^J\xc3\xb6rg"));
	dataset_put(one, TAG_StudyInstanceUID, S("1.2.3"));
	dataset_put_int(one, TAG_Rows, 513);
	dataset_put_int(one, TAG_InstanceNumber, -7);
	dataset_put(one, TAG_PixelSpacing, S("0.5\\0.25"));
	dataset_put(one, TAG_FrameIncrementPointer, S("FrameTime"));
	dataset_put(one, TAG_RealWorldValueSlope, S("0.1"));
	dataset_put(one, TAG_ReferencePixelX0, S(""));
	dataset_put_int(one, TAG_Rows, 512);
	struct dataset *item =
	    dataset_put_item(one, TAG_ReferencedStudySequence);
	dataset_put(item, TAG_ReferencedSOPInstanceUID, S("1.2"));
	item = dataset_put_item(one, TAG_ReferencedStudySequence);
	dataset_put(item, TAG_ReferencedSOPInstanceUID, S("1.3"));
	dataset_put_sequence(one, TAG_ProcedureCodeSequence);
	for (uint32_t i = 1; i < one->n; i++)
		assert_true(one->elements[i - 1].tag < one->elements[i].tag);
	const struct syntax *const all[] = {syntax_big, syntax_explicit,
	    syntax_implicit, syntax_deflated};
	for (size_t i = 0; i < 4; i++) {
		assert_true(reads_whole(written(one, all[i]), all[i]));
		assert_text(dataset_text(&arena, &set, TAG_PatientName),
		    "M\xc3\xbcller^J\xc3\xb6rg");
		const struct element *uid =
		    dataset_find(&set, TAG_StudyInstanceUID);
		assert_int_equal(uid->length, 6);
		assert_text(dataset_raw(&set, TAG_StudyInstanceUID), "1.2.3");
		assert_true(dataset_int(&set, TAG_Rows, &whole));
		assert_int_equal(whole, 512);
		assert_true(dataset_int(&set, TAG_InstanceNumber, &whole));
		assert_int_equal(whole, -7);
		assert_true(element_real(&set, dataset_find(&set,
		    TAG_PixelSpacing), 1, &real));
		assert_true(real > 0.24 && real < 0.26);
		assert_true(dataset_real(&set, TAG_RealWorldValueSlope, &real));
		assert_true(real > 0.0999 && real < 0.1001);
		assert_text(dataset_text(&arena, &set,
		    TAG_RealWorldValueSlope), "0.1");
		assert_text(dataset_text(&arena, &set,
		    TAG_FrameIncrementPointer), "00181063");
		assert_text(dataset_raw(dataset_item(&set,
		    TAG_ReferencedStudySequence, 1),
		    TAG_ReferencedSOPInstanceUID), "1.3");
		assert_int_equal(element_count(dataset_find(&set,
		    TAG_ProcedureCodeSequence)), 0);
		assert_false(dataset_int(&set, TAG_Columns, &whole));
	}
}

/* What was read and then changed, deep inside. */
static void changed_inside(void **state)
{
	struct part10 p;
	struct reading how = {.syntax = syntax_explicit};

	(void)state;
	assert_true(part10_read(&arena, sample(&arena,
	    "test_files/reportsi.dcm"), NULL, &p, &err));
	struct element *content = (struct element *)(uintptr_t)
	    dataset_find(&p.dataset, TAG_ContentSequence);
	uint32_t n = content->items_n;
	assert_true(n > 1);
	dataset_put(&content->items[1], TAG_ConceptNameCodeSequence, S(""));
	dataset_put(dataset_put_item(&content->items[1],
	    TAG_ConceptNameCodeSequence), TAG_CodeMeaning, S("a new word"));
	dataset_remove(&p.dataset, TAG_PatientName);
	assert_true(dataset_read(&arena, written(&p.dataset, syntax_explicit),
	    &how, &set, &err));
	content = (struct element *)(uintptr_t)
	    dataset_find(&set, TAG_ContentSequence);
	assert_int_equal(content->items_n, n);
	assert_text(dataset_raw(dataset_item(&content->items[1],
	    TAG_ConceptNameCodeSequence, 0), TAG_CodeMeaning), "a new word");
	assert_null(dataset_find(&set, TAG_PatientName));
	assert_true(same_tree(&p.dataset, &set));
}

static void copied(void **state)
{
	struct part10 p;

	(void)state;
	assert_true(part10_read(&arena, sample(&arena,
	    "charset_files/chrGerm.dcm"), NULL, &p, &err));
	struct dataset *to = dataset_new(&arena, syntax_big);
	dataset_put(to, TAG_SpecificCharacterSet, S("ISO_IR 192"));
	for (uint32_t i = 0; i < p.dataset.n; i++)
		if (p.dataset.elements[i].tag != TAG_SpecificCharacterSet)
			dataset_put_element(to, &p.dataset,
			    &p.dataset.elements[i]);
	assert_true(reads_whole(written(to, syntax_explicit),
	    syntax_explicit));
	assert_text(dataset_raw(&set, TAG_PatientName),
	    "\xc3\x84neas^R\xc3\xbc" "diger");
	assert_true(str_eq(dataset_find(&set, TAG_PixelData)->value,
	    dataset_find(&p.dataset, TAG_PixelData)->value));
	assert_int_equal(set.n, p.dataset.n);
	assert_true(part10_read(&arena, sample(&arena,
	    "test_files/MR_small_RLE.dcm"), NULL, &p, &err));
	to = dataset_new(&arena, p.syntax);
	for (uint32_t i = 0; i < p.dataset.n; i++)
		dataset_put_element(to, &p.dataset, &p.dataset.elements[i]);
	assert_true(same_tree(to, &p.dataset));
	struct out out;
	out_memory(&out);
	assert_false(dataset_write(to, syntax_explicit, &out, &err));
	out_end(&out, &err);
}

/* A value that its VR has no room for; PS3.5 6.2.2. */
static void too_long_for_its_vr(void **state)
{
	struct dataset *one = dataset_new(&arena, syntax_implicit);
	char *at = arena_alloc(&arena, 70000);

	(void)state;
	memset(at, '7', 70000);
	dataset_put(one, TAG_ContourData, (struct str){at, 70000});
	assert_true(reads_whole(written(one, syntax_explicit),
	    syntax_explicit));
	assert_int_equal(set.elements[0].vr, VR('U', 'N'));
	assert_int_equal(dataset_text(&arena, &set, TAG_ContourData).len,
	    70000);
}

static void command_lengths(void **state)
{
	struct dataset *command = dataset_new(&arena, syntax_implicit);

	(void)state;
	dataset_put_int(command, TAG_CommandGroupLength, 0);
	dataset_put(command, TAG_AffectedSOPClassUID, S("1.2.840.10008.1.1"));
	dataset_put_int(command, TAG_CommandField, 0x30);
	struct str bytes = written(command, syntax_implicit);
	assert_int_equal(u32_at(bytes.at + 8, false), bytes.len - 12);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_wrote),
		T(cut_anywhere), T(deflated_and_cut), T(nested_sequences),
		T(many_elements), T(deflate_bombs), T(lengths_that_lie),
		T(oddities), T(delimiters_in_wrong_places),
		T(unknown_sequences), T(vrs_that_depend), T(stopping),
		T(made), T(changed_inside), T(copied),
		T(too_long_for_its_vr), T(command_lengths),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
