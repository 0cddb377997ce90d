/* SPDX-License-Identifier: MIT */
/* test_dicomdir.c: directories that others wrote; one that we write, read by
 * us; offsets that point nowhere and in circles; paths that lead elsewhere;
 * one cut at every byte.  What DCMTK and dicom3tools say of ours:
 * dicomdir_checked.sh. */
#include "dicom/dicomdir.c"

#include "samples.h"

static struct arena arena;

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static void others(void **state)
{
	static const struct {
		const char *name;
		size_t n;
		const char *first;
	} they[] = {
	    {"test_files/dicomdirtests/DICOMDIR", 31, "77654033/CR1/6154"},
	    {"test_files/dicomdirtests/DICOMDIR-bigEnd", 31, "77654033/CR1/6154"},
	    {"test_files/dicomdirtests/DICOMDIR-implicit", 31, "77654033/CR1/6154"},
	    {"test_files/dicomdirtests/DICOMDIR-reordered", 31, "77654033/CR1/6154"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(they) / sizeof(*they); i++) {
		struct dicomdir_file *files;
		struct err err = {0};
		size_t n, bad;

		if (!dicomdir_read(&arena, sample(&arena, they[i].name),
		    &files, &n, &bad, &err))
			fail_msg("%s: %s", they[i].name, err.text);
		assert_int_equal(n, they[i].n);
		assert_int_equal(bad, 0);
		assert_text(files[0].path, they[i].first);
		assert_true(uid_valid(files[0].sop_instance));
		assert_true(uid_find(files[0].sop_class) != NULL);
	}
}

static struct dataset *head(int patient, int study, int series, int instance)
{
	struct dataset *set = dataset_new(&arena, syntax_explicit);

	dataset_put(set, TAG_SpecificCharacterSet, S("ISO_IR 100"));
	set->charset = charset_read(&arena, S("ISO_IR 100"), NULL);
	dataset_put(set, TAG_SOPClassUID, instance % 2 ?
	    S("1.2.840.10008.5.1.4.1.1.2") :
	    S("1.2.840.10008.5.1.4.1.1.88.11"));
	dataset_put(set, TAG_SOPInstanceUID, arena_printf(&arena,
	    "1.2.3.%d.%d.%d.%d", patient, study, series, instance));
	dataset_put(set, TAG_PatientID, arena_printf(&arena, "P%d", patient));
	dataset_put(set, TAG_PatientName, S("Müller^Jürgen"));
	dataset_put(set, TAG_StudyInstanceUID,
	    arena_printf(&arena, "1.2.3.%d.%d", patient, study));
	dataset_put(set, TAG_SeriesInstanceUID,
	    arena_printf(&arena, "1.2.3.%d.%d.%d", patient, study, series));
	dataset_put(set, TAG_Modality, S("CT"));
	dataset_put_int(set, TAG_InstanceNumber, instance);
	return set;
}

/* Written in an order that jumps about. */
static struct str made(int n)
{
	struct dicomdir *dir = dicomdir_begin(&arena, S("RIBBLE_1"));
	struct out out;
	struct err err = {0};

	for (int i = 0; i < n; i++)
		assert_true(dicomdir_add(dir, head(i % 2, i % 6, i % 12, i),
		    arena_printf(&arena, "DIR%d/IMG%d", i % 2, i),
		    str_of(syntax_explicit->uid), &err));
	out_memory(&out);
	assert_true(dicomdir_end(dir, &out, &err));
	struct str bytes = arena_keep(&arena, out_str(&out));
	out_end(&out, NULL);
	return bytes;
}

static size_t count(const struct part10 *file, const char *type)
{
	const struct element *e =
	    dataset_find(&file->dataset, TAG_DirectoryRecordSequence);
	size_t n = 0;

	for (uint32_t i = 0; i < e->items_n; i++)
		n += str_is(dataset_raw(&e->items[i],
		    TAG_DirectoryRecordType), type);
	return n;
}

static void ours(void **state)
{
	struct str bytes = made(600);
	struct dicomdir_file *files;
	struct part10 file;
	struct err err = {0};
	size_t n, bad;

	(void)state;
	assert_true(dicomdir_read(&arena, bytes, &files, &n, &bad, &err));
	assert_int_equal(n, 600);
	assert_int_equal(bad, 0);
	assert_text(files[0].path, "DIR0/IMG0");
	assert_text(files[1].path, "DIR0/IMG12"); /* of the same series */
	assert_text(files[0].sop_instance, "1.2.3.0.0.0.0");
	assert_text(files[n - 1].path, "DIR1/IMG599");
	assert_true(part10_read(&arena, bytes, NULL, &file, &err));
	assert_int_equal(file.reading.repaired, 0);
	assert_text(file.sop_class, "1.2.840.10008.1.3.10");
	assert_int_equal(count(&file, "PATIENT"), 2);
	assert_int_equal(count(&file, "STUDY"), 6);
	assert_int_equal(count(&file, "SERIES"), 12);
	assert_int_equal(count(&file, "IMAGE"), 300);
	assert_int_equal(count(&file, "SR DOCUMENT"), 300);
	const struct element *e =
	    dataset_find(&file.dataset, TAG_DirectoryRecordSequence);
	assert_text(dataset_text(&arena, &e->items[0], TAG_PatientName),
	    "Müller^Jürgen");
	assert_text(dataset_raw(&file.dataset, TAG_FileSetID), "RIBBLE_1");
}

static void an_empty_one(void **state)
{
	struct dicomdir_file *files;
	struct err err = {0};
	size_t n, bad;

	(void)state;
	assert_true(dicomdir_read(&arena, made(0), &files, &n, &bad, &err));
	assert_int_equal(n, 0);
	assert_int_equal(bad, 0);
}

static void bad_paths_are_not_written(void **state)
{
	static const char *const bad[] = {"", "/", "A/", "/A", "A//B", "..",
	    "A/../B", "a", "A.DCM", "TOOLONG99", "A\\B", "A/B/C/D/E/F/G/H/I",
	    "A B"};
	struct dicomdir *dir = dicomdir_begin(&arena, S("X"));

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err err = {0};
		assert_false(dicomdir_add(dir, head(0, 0, 0, 1),
		    str_of(bad[i]), S("1.2"), &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	struct dataset *set = head(0, 0, 0, 1);
	struct err err = {0};
	struct out out;
	dataset_remove(set, TAG_StudyInstanceUID);
	assert_false(dicomdir_add(dir, set, S("A"), S("1.2"), &err));
	err = (struct err){0};
	out_memory(&out);
	assert_false(dicomdir_end(dicomdir_begin(&arena, S("lower")), &out,
	    &err));
	out_end(&out, NULL);
}

/* The n-th place where these bytes stand. */
static char *find(struct str in, struct str what, int n)
{
	char *at = (char *)(uintptr_t)in.at;

	while (n-- > 0) {
		at = memmem(at + 1, (size_t)(in.at + in.len - at - 1), what.at,
		    what.len);
		assert_non_null(at);
	}
	return at;
}

static void check(struct str bytes, size_t n, size_t bad)
{
	struct dicomdir_file *files;
	struct err err = {0};
	size_t is_n, is_bad;

	assert_true(dicomdir_read(&arena, bytes, &files, &is_n, &is_bad,
	    &err));
	assert_int_equal(is_n, n);
	assert_int_equal(is_bad, bad);
}

#define NEXT S("\x04\0\0\x14UL\x04\0")
#define LOWER S("\x04\0\x20\x14UL\x04\0")
#define ROOT S("\x04\0\0\x12UL\x04\0")
#define IN_USE S("\x04\0\x10\x14US\x02\0")

static void chains_that_are_broken(void **state)
{
	struct str bytes;
	char *next;

	(void)state;
	bytes = made(24); /* a root that points nowhere */
	memset(find(bytes, ROOT, 1) + 8, 0x11, 4);
	check(bytes, 24, 1);
	bytes = made(24); /* the first patient's next is itself */
	next = find(bytes, NEXT, 1);
	memcpy(next + 8, find(bytes, ROOT, 1) + 8, 4);
	check(bytes, 24, 1);
	bytes = made(24); /* a series leads back to its patient */
	memcpy(find(bytes, LOWER, 3) + 8, find(bytes, ROOT, 1) + 8, 4);
	check(bytes, 24, 1);
	bytes = made(24); /* into the middle of a record */
	find(bytes, LOWER, 1)[8]++;
	check(bytes, 24, 1);
	bytes = made(24); /* a record that is no longer in use, and its next */
	memset(find(bytes, IN_USE, 4) + 8, 0, 2);
	check(bytes, 23, 0);
}

static void paths_that_lead_elsewhere(void **state)
{
	static const char *const paths[] = {"..0\\IMG0", "../0/IMG0",
	    "DIR0\\..\\0", "\\DIR0\\IM", "DIR0\\\\IMG", "DIR0\\I/G0",
	    "C:R0\\IMG0", "DIR\0\\IMG0"};
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct str bytes = made(2);
		struct dicomdir_file *files;
		struct err err = {0};
		size_t n, bad;

		memcpy(find(bytes, S("DIR0\\IMG0"), 1), paths[i], 9);
		assert_true(dicomdir_read(&arena, bytes, &files, &n, &bad,
		    &err));
		assert_int_equal(n + bad, 2);
		for (size_t j = 0; j < n; j++) {
			assert_null(memmem(files[j].path.at, files[j].path.len,
			    "/../", 4));
			assert_false(str_starts(files[j].path, S("../")));
			assert_false(str_starts(files[j].path, S("/")));
		}
		refused += bad;
	}
	assert_int_equal(refused, 7); /* "..0" is a name like others */
}

static void cut_anywhere(void **state)
{
	struct str bytes = made(3);
	struct err err = {0};

	(void)state;
	for (size_t len = 0; len < bytes.len; len++) {
		struct dicomdir_file *files;
		char *cut = malloc(len ? len : 1);
		size_t n, bad;
		struct arena own = {0};

		memcpy(cut, bytes.at, len);
		err = (struct err){0};
		if (dicomdir_read(&own, (struct str){cut, len}, &files, &n,
		    &bad, &err))
			assert_true(n <= 3);
		else
			assert_true(err.text[0]);
		arena_end(&own);
		free(cut);
	}
	err = (struct err){0};
	assert_false(dicomdir_read(&arena,
	    sample(&arena, "test_files/CT_small.dcm"),
	    &(struct dicomdir_file *){NULL}, &(size_t){0}, &(size_t){0}, &err));
	assert_non_null(strstr(err.text, "no DICOMDIR"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(others),
	    cmocka_unit_test(ours),
	    cmocka_unit_test(an_empty_one),
	    cmocka_unit_test(bad_paths_are_not_written),
	    cmocka_unit_test(chains_that_are_broken),
	    cmocka_unit_test(paths_that_lead_elsewhere),
	    cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
