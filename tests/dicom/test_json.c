/* SPDX-License-Identifier: MIT */
/* test_json.c: DICOM JSON of every kind of value, by PS3.18 F; every sample to
 * JSON, back, and to the same JSON; what is bad and where it is told to be;
 * texts cut at every byte. */
#include "dicom/json.c"

#include "samples.h"

static struct arena arena;
static struct out out;
static const struct json_options all = {.inline_most = SIZE_MAX};

static int begin(void **state)
{
	(void)state;
	out_memory(&out);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	out_end(&out, NULL);
	return 0;
}

static struct str json_of(const struct dataset *set,
    const struct json_options *options)
{
	struct json json = {.out = &out};
	struct err err = {0};

	out.len = 0;
	if (!dataset_json(set, &json, options, &err))
		fail_msg("%s", err.text);
	return arena_keep(&arena, out_str(&out));
}

static bool read_json(struct str text, struct dataset *set, struct err *err)
{
	*err = (struct err){0};
	return dataset_of_json(&arena, text, set, NULL, NULL, err);
}

/* Both ways; what is written is what was read. */
static void same(const char *text)
{
	struct dataset set;
	struct err err;

	if (!read_json(str_of(text), &set, &err))
		fail_msg("%s: %s", text, err.text);
	assert_text(json_of(&set, &all), text);
}

/* Read, and written as something else. */
static void becomes(const char *text, const char *other)
{
	struct dataset set;
	struct err err;

	if (!read_json(str_of(text), &set, &err))
		fail_msg("%s: %s", text, err.text);
	assert_text(json_of(&set, &all), other);
}

static void every_kind_of_value(void **state)
{
	(void)state;
	same("{}");
	same("{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\"]},"
	    "\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"Yamada^Tarou\","
	    "\"Ideographic\":\"山田^太郎\",\"Phonetic\":\"やまだ^たろう\"}]}}");
	same(
	    "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Ideographic\":\"X\"}]}}");
	same("{\"00100010\":{\"vr\":\"PN\"}}");
	same(
	    "{\"00081048\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"A\"},null,"
	    "{\"Alphabetic\":\"B\"}]}}");
	same(
	    "{\"00080008\":{\"vr\":\"CS\",\"Value\":[\"ORIGINAL\",null,\"AXIAL\"]}}");
	same("{\"00280030\":{\"vr\":\"DS\",\"Value\":[0.50,-1.5e-3,17]}}");
	same("{\"00200013\":{\"vr\":\"IS\",\"Value\":[-1,null,2147483647]}}");
	same("{\"00200013\":{\"vr\":\"IS\",\"Value\":[\"abc\"]}}");
	same("{\"00280030\":{\"vr\":\"DS\",\"Value\":[\"1e999\"]}}");
	same("{\"00280010\":{\"vr\":\"US\",\"Value\":[0,512,65535]}}");
	same("{\"00189219\":{\"vr\":\"SS\",\"Value\":[-32768,32767]}}");
	same("{\"00041200\":{\"vr\":\"UL\",\"Value\":[4294967295]}}");
	same("{\"00720078\":{\"vr\":\"SL\",\"Value\":[-2147483648]}}");
	same("{\"00080301\":{\"vr\":\"SV\",\"Value\":[-9007199254740991,"
	    "\"-9007199254740992\",\"9223372036854775807\",\"-9223372036854775808\"]}}");
	same(
	    "{\"00080302\":{\"vr\":\"UV\",\"Value\":[1,\"18446744073709551615\"]}}");
	same(
	    "{\"00720076\":{\"vr\":\"FL\",\"Value\":[0.1,-3,1e-20,3.4028235e+38]}}");
	same(
	    "{\"00720074\":{\"vr\":\"FD\",\"Value\":[0.1,-3,1e-300,\"NaN\",\"inf\",\"-inf\"]}}");
	same(
	    "{\"00280009\":{\"vr\":\"AT\",\"Value\":[\"00181063\",\"7FE00010\"]}}");
	same("{\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"AAECA/8A\"}}");
	same("{\"00420011\":{\"vr\":\"OB\"}}");
	same("{\"00091001\":{\"vr\":\"UN\",\"InlineBinary\":\"QUJD/w==\"}}");
	same(
	    "{\"00081140\":{\"vr\":\"SQ\"},\"00081199\":{\"vr\":\"SQ\",\"Value\":[{},"
	    "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[{\"00081155\":{\"vr\":\"UI\"}}]},"
	    "\"00081150\":{\"vr\":\"UI\",\"Value\":[\"1.2.3\"]}}]}}");
	same(
	    "{\"0040A160\":{\"vr\":\"UT\",\"Value\":[\" a\\\\b \\\"c\\\"\\r\\n\\u0007d\"]}}");
	same("{\"00080120\":{\"vr\":\"UR\",\"Value\":[\"https://a/b\"]}}");
}

static void what_others_write(void **state)
{
	(void)state;
	/* Members in another order, blanks, a VR left out, other case. */
	becomes(
	    " [ {\"0020000d\" : {\"Value\" : [ \"1.2\" ] , \"vr\":\"UI\" } } ] ",
	    "{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]}}");
	becomes("{\"00100020\":{\"Value\":[\"7\"]}}",
	    "{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]}}");
	becomes("{\"00100020\":{\"vr\":\"LO\",\"Value\":[7]}}",
	    "{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]}}");
	becomes("{\"00100010\":{\"vr\":\"PN\",\"Value\":[\"A^B\"]}}",
	    "{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"A^B\"}]}}");
	becomes("{\"00100010\":{\"vr\":\"PN\",\"Value\":[null]}}",
	    "{\"00100010\":{\"vr\":\"PN\"}}");
	becomes("{\"00280010\":{\"vr\":\"US\",\"Value\":[1e2,\"7\",3.0]}}",
	    "{\"00280010\":{\"vr\":\"US\",\"Value\":[100,7,3]}}");
	becomes(
	    "{\"00280030\":{\"vr\":\"DS\",\"Value\":[0.30000000000000004,\"1.5\"]}}",
	    "{\"00280030\":{\"vr\":\"DS\",\"Value\":[0.3,1.5]}}");
	becomes(
	    "{\"00280030\":{\"vr\":\"DS\",\"Value\":[-0.00012345678901234567]}}",
	    "{\"00280030\":{\"vr\":\"DS\",\"Value\":[-0.000123456789]}}"
	    );
	becomes(
	    "{\"00280030\":{\"vr\":\"DS\",\"Value\":[\"+1.5\",\".5\",\"007\",\"1.\"]}}",
	    "{\"00280030\":{\"vr\":\"DS\",\"Value\":[1.5,0.5,7,1]}}");
	/* Group 2 and group lengths are not of the model. */
	becomes("{\"00020010\":{\"vr\":\"UI\",\"Value\":[\"1.2\"]},"
	    "\"00100000\":{\"vr\":\"UL\",\"Value\":[4]}}", "{}");
	/* Texts are UTF-8, whatever it says; and it says so. */
	becomes("{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 100\"]},"
	    "\"00100020\":{\"vr\":\"LO\",\"Value\":[\"\\u00e9\\ud83d\\ude00\"]}}",
	    "{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\"]},"
	    "\"00100020\":{\"vr\":\"LO\",\"Value\":[\"é😀\"]}}");
	becomes("{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"é\"]}}",
	    "{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR 192\"]},"
	    "\"00100020\":{\"vr\":\"LO\",\"Value\":[\"é\"]}}");
}

static void bad_ones_say_where(void **state)
{
	static const char *const bad[][2] = {
	    {"", "there is no object"}, {"[]", "there is no object"},
	    {"{", "there is no tag"}, {"{} x", "something follows"},
	    {"[{},{}]", "not one object"},
	    {"{\"PatientID\":{\"vr\":\"LO\"}}", "no tag of eight digits"},
	    {"{\"00100020\":{\"vr\":\"XX\"}}", "00100020: vr is not known"},
	    {"{\"00080005\":{\"vr\":\"US\",\"Value\":[1]}}", "00080005: is not of its vr"},
	    {"{\"00091020\":{}}", "00091020: has no vr"},
	    {"{\"00100020\":7}", "00100020: is no object"},
	    {"{\"00100020\":{\"vr\":\"LO\",\"Value\":\"x\"}}", "Value is no array"},
	    {"{\"00100020\":{\"vr\":\"LO\",\"Value\":[true]}}", "a value that its VR"},
	    {"{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"a\"],\"InlineBinary\":\"QQ==\"}}",
	     "00100020: says its value twice"},
	    {"{\"00100020\":{\"vr\":\"LO\"},\"00100020\":{\"vr\":\"LO\"}}", "is there twice"},
	    {"{\"00280010\":{\"vr\":\"US\",\"Value\":[65536]}}", "cannot hold"},
	    {"{\"00280010\":{\"vr\":\"US\",\"Value\":[-1]}}", "cannot hold"},
	    {"{\"00280010\":{\"vr\":\"US\",\"Value\":[1.5]}}", "no whole number"},
	    {"{\"00280010\":{\"vr\":\"US\",\"Value\":[1,null]}}", "null among numbers"},
	    {"{\"00189219\":{\"vr\":\"SS\",\"Value\":[32768]}}", "cannot hold"},
	    {"{\"00720074\":{\"vr\":\"FD\",\"Value\":[\"x\"]}}", "is no number"},
	    {"{\"00280009\":{\"vr\":\"AT\",\"Value\":[\"0010\"]}}", "no tag"},
	    {"{\"00420011\":{\"vr\":\"OB\",\"Value\":[1]}}", "Value is not for its VR"},
	    {"{\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"*\"}}", "no base64"},
	    {"{\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"QUJDR\"}}", "is cut off"},
	    {"{\"0040A160\":{\"vr\":\"UT\",\"Value\":[\"a\",\"b\"]}}", "one value only"},
	    {"{\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":7}]}}", "is no text"},
	    {"{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"\\ud800\"]}}", "00100020: cannot be read"},
	    {"{\"00081140\":{\"vr\":\"SQ\",\"Value\":[{},{\"00081150\":{\"vr\":\"UI\","
	     "\"Value\":[{}]}}]}}", "00081140/1/00081150: has a value"},
	    {"{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"\xff\"]}}", "is not UTF-8"},
	};
	struct dataset set;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(read_json(str_of(bad[i][0]), &set, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		if (!strstr(err.text, bad[i][1]))
			fail_msg("%s: %s", bad[i][0], err.text);
	}
}

static void depth_is_bounded(void **state)
{
	struct dataset set;
	struct err err;

	(void)state;
	for (int depth = 60; depth < 300; depth += 20) {
		out.len = 0;
		for (int i = 0; i < depth; i++)
			out_put(&out,
			    S("{\"00081140\":{\"vr\":\"SQ\",\"Value\":["));
		out_put(&out, S("{}"));
		for (int i = 0; i < depth; i++)
			out_put(&out, S("]}}"));
		bool good = read_json(arena_keep(&arena, out_str(&out)), &set,
		    &err);
		assert_int_equal(good, depth <= 64);
		assert_true(good || strstr(err.text, "nested too deeply"));
	}
}

static bool uri_of(void *with, struct out *uri, struct str path,
    const struct element *e)
{
	(void)e;
	++*(int *)with;
	if (str_ends(path, S("00091001")))
		return false;
	out_printf(uri, "bulk/%.*s", STR(path));
	return true;
}

static bool bytes_of(void *with, struct element *e, struct str uri,
    struct err *err)
{
	if (str_is(uri, "bulk/gone"))
		return (fail)(err, ERR_INPUT, "no such part");
	e->value = uri;
	++*(int *)with;
	return true;
}

static void large_ones_are_elsewhere(void **state)
{
	struct dataset set, back;
	struct err err;
	int n = 0;
	struct json_options options = {.inline_most = 2, .bulk = uri_of,
	    .with = &n};

	(void)state;
	assert_true(read_json(S("{\"00081140\":{\"vr\":\"SQ\",\"Value\":[{},"
	    "{\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"AAECAw==\"}}]},"
	    "\"00091001\":{\"vr\":\"UN\",\"InlineBinary\":\"AAECAw==\"},"
	    "\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"AAE=\"}}"), &set, &err));
	assert_text(json_of(&set, &options),
	    "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[{},{\"00420011\":{\"vr\":\"OB\","
	    "\"BulkDataURI\":\"bulk/00081140/1/00420011\"}}]},"
	    "\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"AAE=\"}}");
	assert_int_equal(n, 2);
	options.bulk = NULL;
	assert_text(json_of(&set, &options),
	    "{\"00081140\":{\"vr\":\"SQ\",\"Value\":[{},{}]},"
	    "\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"AAE=\"}}");
	n = 0;
	err = (struct err){0};
	assert_true(dataset_of_json(&arena, S("{\"00420011\":{\"vr\":\"OB\","
	    "\"BulkDataURI\":\"four\"}}"), &back, bytes_of, &n, &err));
	assert_int_equal(n, 1);
	assert_text(dataset_find(&back, 0x00420011)->value, "four");
	assert_false(dataset_of_json(&arena, S("{\"00420011\":{\"vr\":\"OB\","
	    "\"BulkDataURI\":\"bulk/gone\"}}"), &back, bytes_of, &n, &err));
	assert_text(str_of(err.text), "no such part");
}

static bool wanted(void *with, uint32_t tag)
{
	(void)with;
	return tag == TAG_PatientID;
}

static void only_what_is_wanted(void **state)
{
	struct dataset set;
	struct err err;
	struct json_options options = {.inline_most = SIZE_MAX,
	    .wanted = wanted, .values_only = true};

	(void)state;
	assert_true(read_json(S("{\"00100010\":{\"vr\":\"PN\"},"
	    "\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]}}"), &set, &err));
	assert_text(json_of(&set, &options),
	    "\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]}");
}

/* In big endian the same JSON. */
static void byte_order_does_not_show(void **state)
{
	static const char text[] = "{\"00280010\":{\"vr\":\"US\",\"Value\":[1,512]},"
	    "\"00280009\":{\"vr\":\"AT\",\"Value\":[\"00181063\"]},"
	    "\"00281201\":{\"vr\":\"OW\",\"InlineBinary\":\"AAECAw==\"},"
	    "\"00720074\":{\"vr\":\"FD\",\"Value\":[0.1]}}";
	struct dataset set, big;
	struct reading how = {.syntax = syntax_big};
	struct out bytes;
	struct err err;

	(void)state;
	assert_true(read_json(str_of(text), &set, &err));
	struct str before = json_of(&set, &all);
	out_memory(&bytes);
	assert_true(dataset_write(&set, syntax_big, &bytes, &err));
	assert_true(dataset_read(&arena, out_str(&bytes), &how, &big, &err));
	assert_true(str_eq(json_of(&big, &all), before));
	out_end(&bytes, NULL);
}

static int there_and_back(const char *path, struct str bytes)
{
	struct part10 file;
	struct dataset back;
	struct err err = {0};

	if (!part10_read(&arena, bytes, NULL, &file, &err))
		return 0; /* some are broken on purpose */
	struct str json = json_of(&file.dataset, &all);
	assert_true(str_is_utf8(json));
	if (!read_json(json, &back, &err))
		fail_msg("%s: %s", path, err.text);
	struct str again = json_of(&back, &all);
	if (!str_eq(again, json))
		fail_msg("%s:\n%.*s\nis not\n%.*s", path, STR(again),
		    STR(json));
	arena_end(&arena);
	return 0;
}

static void every_sample_comes_back(void **state)
{
	(void)state;
	assert_true(samples_each(there_and_back) > 60);
}

static void cut_anywhere(void **state)
{
	static const char text[] = "[{\"00100010\":{\"vr\":\"PN\",\"Value\":[{"
	    "\"Alphabetic\":\"\\u00e9\\ud83d\\ude00\"},null]},\"00081140\":{\"Value\":"
	    "[{\"00280010\":{\"vr\":\"US\",\"Value\":[-1.5e+3]}}],\"vr\":\"SQ\"},"
	    "\"00420011\":{\"vr\":\"OB\",\"InlineBinary\":\"AAECAw==\"}}]";
	struct dataset set;
	struct err err;

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		char *cut = malloc(n ? n : 1);
		memcpy(cut, text, n);
		assert_false(read_json((struct str){cut, n}, &set, &err));
		assert_true(err.text[0]);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kind_of_value),
	    cmocka_unit_test(what_others_write),
	    cmocka_unit_test(bad_ones_say_where),
	    cmocka_unit_test(depth_is_bounded),
	    cmocka_unit_test(large_ones_are_elsewhere),
	    cmocka_unit_test(only_what_is_wanted),
	    cmocka_unit_test(byte_order_does_not_show),
	    cmocka_unit_test(every_sample_comes_back),
	    cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
