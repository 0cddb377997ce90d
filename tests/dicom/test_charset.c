/* SPDX-License-Identifier: MIT */
/* test_charset.c: the examples of PS3.5 annexes H to K with the bytes that are
 * printed there, both ways; every character of every set there and back;
 * values that a second byte must not cut; terms as people misspell them; any
 * bytes give UTF-8. */
#include "dicom/charset.c"

#include "../core/test.h"

#define PN VR('P', 'N')
#define LO VR('L', 'O')
#define LT VR('L', 'T')

static struct arena arena;

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	return 0;
}

static const struct charset *of(const char *terms)
{
	bool known;
	const struct charset *c = charset_read(&arena, str_of(terms), &known);

	if (!known)
		fail_msg("'%s' is not known", terms);
	return c;
}

static const struct {
	const char *terms;
	uint16_t vr;
	const char *bytes, *utf8;
} examples[] = {
    /* H.3.1, H.3.2 */
    {"\\ISO 2022 IR 87", PN,
     "Yamada^Tarou=\033$B;3ED\033(B^\033$BB@O:\033(B="
     "\033$B$d$^$@\033(B^\033$B$?$m$&\033(B",
     "Yamada^Tarou=山田^太郎=やまだ^たろう"},
    {"ISO 2022 IR 13\\ISO 2022 IR 87", PN,
     "\324\317\300\336^\300\333\263=\033$B;3ED\033(J^\033$BB@O:\033(J="
     "\033$B$d$^$@\033(J^\033$B$?$m$&\033(J",
     "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"},
    /* I.2, I.3 */
    {"\\ISO 2022 IR 149", PN,
     "Hong^Gildong=\033$)C\373\363^\033$)C\321\316\324\327="
     "\033$)C\310\253^\033$)C\261\346\265\277",
     "Hong^Gildong=洪^吉洞=홍^길동"},
    {"\\ISO 2022 IR 149", LT,
     "The \033$)C\261\346 of \310\253.\r\n\033$)C\261\346\r\nplain",
     "The 길 of 홍.\r\n길\r\nplain"},
    /* J.1 to J.4 */
    {"ISO_IR 192", PN,
     "Wang^XiaoDong=\347\216\213^\345\260\217\346\235\261=",
     "Wang^XiaoDong=王^小東="},
    {"GB18030", PN, "Wang^XiaoDong=\315\365^\320\241\266\253=",
     "Wang^XiaoDong=王^小东="},
    {"GBK", PN, "Wang^XiaoDong=\315\365^\320\241\266\253=",
     "Wang^XiaoDong=王^小东="},
    /* K.2 */
    {"\\ISO 2022 IR 58", PN,
     "Zhang^XiaoDong=\033$)A\325\305^\033$)A\320\241\266\253=",
     "Zhang^XiaoDong=张^小东="},
    {"\\ISO 2022 IR 58", LT,
     "1. \033$)A\265\332\322\273\320\320\r\n2. \033$)A\266\376\r\n",
     "1. 第一行\r\n2. 二\r\n"},
    /* One byte each: the names that are sent around to try readers. */
    {"ISO_IR 100", PN, "Buc^J\351r\364me", "Buc^Jérôme"},
    {"ISO_IR 100", PN, "\304neas^R\374diger", "Äneas^Rüdiger"},
    {"ISO_IR 101", PN, "Wa\263\352sa", "Wałęsa"},
    {"ISO_IR 109", PN, "\305a\261", "Ċaħ"},
    {"ISO_IR 110", PN, "\320\277\261", "Đŋą"},
    {"ISO_IR 144", PN, "\273\356\332cee\322\353\331", "Люкceeвый"},
    {"ISO_IR 127", PN, "\342\310\307\346\352^\344\346\322\307\321",
     "قباني^لنزار"},
    {"ISO_IR 126", PN, "\304\351\357\355\365\363\351\357\362", "Διονυσιος"},
    {"ISO_IR 138", PN, "\371\370\345\357^\343\341\345\370\344",
     "שרון^דבורה"},
    {"ISO_IR 148", PN, "\335\376\360", "İşğ"},
    {"ISO_IR 203", PN, "\244 \275uvre", "€ œuvre"},
    {"ISO_IR 166", PN, "\312\301\252\322\302", "สมชาย"},
    {"ISO_IR 13", PN, "\324\317\300\336^\300\333\263", "ﾔﾏﾀﾞ^ﾀﾛｳ"},
    {"ISO_IR 13", LT, "\\100", "¥100"},
    /* Two sets of the upper half, each given back before a delimiter. */
    {"ISO 2022 IR 100\\ISO 2022 IR 144", PN,
     "J\351r^\033-L\273\356\033-A^\351", "Jér^Лю^é"},
    {"ISO 2022 IR 6\\ISO 2022 IR 159", PN,
     "\033$(D0!\033(B^x", "丂^x"},
};

static void one_example(size_t i)
{
	const struct charset *c = of(examples[i].terms);
	struct str bytes = str_of(examples[i].bytes), back;
	struct str text = charset_decode(&arena, c, bytes, examples[i].vr);

	if (!str_is(text, examples[i].utf8))
		fail_msg("%s: '%.*s', not '%s'", examples[i].terms, STR(text),
		    examples[i].utf8);
	assert_true(charset_encode(&arena, c, text, examples[i].vr, &back));
	if (!str_eq(back, bytes))
		fail_msg("%s: '%s' is not encoded as printed",
		    examples[i].terms, examples[i].utf8);
}

static void examples_of_the_standard(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		one_example(i);
}

/* How many characters can be written, each read back as itself, alone and
 * behind another. */
static unsigned there_and_back(const char *terms, uint32_t last)
{
	const struct charset *c = of(terms);
	unsigned n = 0;

	for (uint32_t is = 0x20; is <= last; is++) {
		char text[8] = "x";
		struct arena own = {0};
		struct str bytes, back, s = {text, 1};

		if (is == 0x7f || (is >= 0xd800 && is < 0xe000))
			continue;
		s.len += (size_t)utf8proc_encode_char((utf8proc_int32_t)is,
		    (utf8proc_uint8_t *)text + 1);
		if (charset_encode(&own, c, s, LO, &bytes)) {
			back = charset_decode(&own, c, bytes, LO);
			if (!str_eq(back, s))
				fail_msg("%s: U+%04X is not itself", terms,
				    (unsigned)is);
			n++;
		} else {
			assert_true(bytes.len >= 2 &&
			    memchr(bytes.at, '?', bytes.len));
		}
		arena_end(&own);
	}
	return n;
}

static void every_character(void **state)
{
	static const struct {
		const char *terms;
		unsigned n; /* ASCII's 95 and its own */
	} terms[] = {
	    {"", 95}, {"ISO_IR 6", 95}, {"ISO_IR 100", 95 + 96},
	    {"ISO_IR 101", 95 + 96}, {"ISO_IR 109", 95 + 89},
	    {"ISO_IR 110", 95 + 96}, {"ISO_IR 144", 95 + 96},
	    {"ISO_IR 127", 95 + 51}, {"ISO_IR 126", 95 + 93},
	    {"ISO_IR 138", 95 + 60}, {"ISO_IR 148", 95 + 96},
	    {"ISO_IR 203", 95 + 96}, {"ISO_IR 166", 95 + 87},
	    {"ISO_IR 13", 94 + 63 + 1}, /* no "~", "\" as a delimiter only */
	    {"\\ISO 2022 IR 87", 95 + 6879},
	    {"\\ISO 2022 IR 159", 95 + 6067},
	    {"\\ISO 2022 IR 149", 95 + 8227},
	    {"\\ISO 2022 IR 58", 95 + 7445}, {"GBK", 95 + 21791},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++) {
		unsigned n = there_and_back(terms[i].terms, 0xffff);
		if (n != terms[i].n)
			fail_msg("%s: %u characters, not %u", terms[i].terms,
			    n, terms[i].n);
	}
	/* All of Unicode, but for 24 of private use that were given a place
	 * of their own since. */
	assert_int_equal(there_and_back("GB18030", 0x20fff),
	    0x21000 - 0x20 - 1 - 0x800 - 24);
	assert_int_equal(there_and_back("ISO_IR 192", 0x20fff),
	    0x21000 - 0x20 - 1 - 0x800);
}

static size_t split(const char *terms, uint16_t vr, struct str s,
    struct str *values)
{
	const struct charset *c = of(terms);
	size_t n = 0;

	while (n < 8 && charset_next_value(c, vr, &s, &values[n]))
		n++;
	return n;
}

/* Each character between two backslashes stays in one piece. */
static void all_split(const char *terms, const struct code_table *table)
{
	const struct charset *c = of(terms);
	unsigned cut = 0;

	for (uint32_t i = 0; i < table->order_n; i++) {
		char text[16] = "a\\";
		struct arena own = {0};
		struct str bytes, values[8];
		size_t len = 2 + (size_t)utf8proc_encode_char(
		    (utf8proc_int32_t)table->to[table->order[i]],
		    (utf8proc_uint8_t *)text + 2);

		memcpy(text + len, "\\b", 2);
		assert_true(charset_encode(&own, c, (struct str){text, len + 2},
		    LO, &bytes));
		for (size_t j = 3; j + 2 < bytes.len; j++)
			cut += bytes.at[j] == '\\';
		assert_int_equal(split(terms, LO, bytes, values), 3);
		assert_text(values[0], "a");
		assert_text(values[2], "b");
		assert_text(charset_decode(&own, c, values[1], LO),
		    arena_cstr(&own, (struct str){text + 2, len - 2}));
		arena_end(&own);
	}
	assert_true(cut > 80);
}

static void a_second_byte_cuts_nothing(void **state)
{
	struct str values[8];

	(void)state;
	all_split("GBK", &code_table_gbk);
	all_split("GB18030", &code_table_gb_18030);
	all_split("\\ISO 2022 IR 87", &code_table_jis_x_0208);
	/* Shift-JIS that calls itself ISO_IR 13: 表 ends in a backslash. */
	assert_int_equal(split("ISO_IR 13", LO, S("\225\\\\x"), values), 2);
	assert_text(charset_decode(&arena, of("ISO_IR 13"), values[0], LO),
	    "表");
	assert_text(values[1], "x");
}

static void values_are_walked(void **state)
{
	struct str values[8];

	(void)state;
	assert_int_equal(split("", LO, S(""), values), 1);
	assert_text(values[0], "");
	assert_int_equal(split("", LO, S("\\"), values), 2);
	assert_text(values[1], "");
	assert_int_equal(split("", LO, S("a\\\\c"), values), 3);
	assert_text(values[1], "");
	assert_text(values[2], "c");
	assert_int_equal(split("", LT, S("a\\b"), values), 1);
	assert_text(values[0], "a\\b");
	assert_int_equal(split("ISO_IR 192", LO, S("é\\b"), values), 2);
	assert_int_equal(split("ISO_IR 100", LO, S("\351\\b"), values), 2);
}

static void terms_are_understood(void **state)
{
	static const char *const same[][2] = {
	    {"ISO IR 100", "ISO_IR 100"}, {"iso_ir_100", "ISO_IR 100"},
	    {"ISO-IR 100 ", "ISO_IR 100"}, {"ISO 8859-1", "ISO_IR 100"},
	    {"latin1", "ISO_IR 100"}, {"UTF-8", "ISO_IR 192"},
	    {"utf8", "ISO_IR 192"}, {"ISO_IR 192\\ISO 2022 IR 87", "ISO_IR 192"},
	    {"\\ISO_IR 192", "ISO_IR 192"}, {"ISO 2022 GBK", "GBK"},
	    {"gb18030", "GB18030"}, {"US-ASCII", "ISO_IR 6"},
	    {"ISO 2022 IR 6\\ISO_IR 100", "ISO 2022 IR 6\\ISO 2022 IR 100"},
	    {"\\ISO 2022 IR 87\\ISO 2022 IR 159",
	     "\\ISO 2022 IR 87\\ISO 2022 IR 159"},
	    {"ISO 2022 IR 100", "ISO 2022 IR 100"}, {"Shift_JIS", "ISO_IR 13"},
	    {"ISO 2022 58", "ISO 2022 IR 58"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		assert_text(charset_terms(of(same[i][0])), same[i][1]);
	assert_ptr_equal(of(""), charset_default);
	assert_ptr_equal(of("  "), charset_default);
	assert_ptr_equal(of("ISO_IR 192"), charset_utf8);
}

static void an_unknown_term_is_windows_1252(void **state)
{
	bool known = true;
	const struct charset *c = charset_read(&arena, S("KLINGON"), &known);

	(void)state;
	assert_false(known);
	assert_text(charset_terms(c), "KLINGON");
	assert_text(charset_decode(&arena, c, S("\223J\351\224 \200"), LO),
	    "“Jé” €");
	assert_text(charset_decode(&arena, charset_default, S("J\351"), PN),
	    "Jé");
	assert_text(
	    charset_decode(&arena, of("ISO_IR 100"), S("\223J\351"), LO),
	    "“Jé");
}

static void what_has_no_place_is_told(void **state)
{
	struct str to;

	(void)state;
	assert_false(
	    charset_encode(&arena, of("ISO_IR 100"), S("a山é"), PN, &to));
	assert_text(to, "a?\351");
	assert_false(charset_encode(&arena, of(""), S("é"), PN, &to));
	assert_text(to, "?");
	assert_false(charset_encode(&arena, of("\\ISO 2022 IR 87"),
	    S("山é^b"), PN, &to));
	assert_text(to, "\033$B;3\033(B?^b");
	assert_false(charset_encode(&arena, of("ISO_IR 13"), S("¥"), LO, &to));
	assert_text(to, "?");
	assert_text(
	    charset_decode(&arena, of("ISO_IR 192"), S("a\377b\303"), LO),
	    "a\357\277\275b\357\277\275");
	assert_text(charset_decode(&arena, of("GB18030"), S("a\201\060"), LO),
	    "a\357\277\2750");
	assert_text(charset_decode(&arena, of("ISO_IR 127"), S("\240\241"), LO),
	    "\302\240\357\277\275");
}

static void korean_without_its_escape(void **state)
{
	(void)state;
	assert_text(charset_decode(&arena, of("\\ISO 2022 IR 149"),
	    S("\310\253^\261\346\265\277"), PN), "홍^길동");
	assert_text(charset_decode(&arena, of("ISO 2022 IR 149"),
	    S("\310\253^\261\346\265\277"), PN), "홍^길동");
}

/* Also each example cut at every byte, from memory that ends there. */
static void any_bytes_give_utf8(void **state)
{
	uint64_t chance = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		for (size_t n = 0; n <= strlen(examples[i].bytes); n++) {
			char *cut = malloc(n ? n : 1);
			memcpy(cut, examples[i].bytes, n);
			assert_true(str_is_utf8(charset_decode(&arena,
			    of(examples[i].terms), (struct str){cut, n},
			    examples[i].vr)));
			free(cut);
		}
	for (int round = 0; round < 40000; round++) {
		static const char likely[] =
		    "\033$()-BJDCAI^=\\\r~\201\060\260";
		struct arena own = {0};
		char bytes[24], *at = bytes;
		for (; at < bytes + sizeof(bytes); at++) {
			chance = chance * 6364136223846793005u +
			    1442695040888963407u;
			*at = (char)(chance >> 33);
			if (chance >> 62)
				*at = likely[(chance >> 33) %
				    (sizeof(likely) - 1)];
		}
		const struct charset *c = charset_read(&own, str_of(
		    examples[(size_t)round % (sizeof(examples) /
		    sizeof(*examples))].terms), NULL);
		struct str s = {bytes, sizeof(bytes)}, value;
		struct str text = charset_decode(&own, c, s, PN);
		assert_true(str_is_utf8(text));
		charset_encode(&own, c, text, PN, &value);
		size_t all = 0, n = 0;
		while (charset_next_value(c, PN, &s, &value)) {
			all += value.len;
			n++;
		}
		assert_int_equal(all + n - 1, sizeof(bytes));
		arena_end(&own);
	}
}

static void plain_text_is_not_copied(void **state)
{
	struct str s = S("Smith^John"), to;

	(void)state;
	assert_ptr_equal(
	    charset_decode(&arena, of("ISO_IR 100"), s, PN).at, s.at);
	assert_ptr_equal(charset_decode(&arena, of("GB18030"), s, PN).at, s.at);
	assert_ptr_equal(charset_decode(&arena, charset_utf8, S("é"), PN).at,
	    S("é").at);
	assert_true(charset_encode(&arena, of("ISO_IR 100"), s, PN, &to));
	assert_ptr_equal(to.at, s.at);
}

static void names_are_folded(void **state)
{
	static const char *const folds[][2] = {
	    {"", ""}, {"O'Brien^Sean", "o'brien sean"},
	    {" SMITH ^^ John^ ^", "smith john"}, {"Müller^Jürgen", "muller jurgen"},
	    {"ŁUKASZ^Ørsted^Straße^Æ", "lukasz orsted strasse ae"},
	    {"Yamada^Tarou=山田^太郎=やまだ^たろう", "yamada tarou=山田 太郎=やまだ たろう"},
	    {"ﾔﾏﾀﾞ^ﾀﾛｳ", "ヤマダ タロウ"}, {"ＳＭＩＴＨ　Ａ", "smith a"},
	    {"Smith^A==", "smith a"}, {"İpek^ışık", "ipek isik"},
	    {"Διονύσιος", "διονυσιοσ"}, {"홍^길동", "홍 길동"},
	    {"สมชาย^ที่", "สมชาย ที่"}, {"שָׁלוֹם", "שלום"},
	    {"a \t b", "a b"}, {"Nguyễn^Văn", "nguyen van"},
	    {"soft\302\255hyphen", "softhyphen"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(folds) / sizeof(*folds); i++) {
		struct str s = text_fold(&arena, str_of(folds[i][0]));
		assert_text(s, folds[i][1]);
		assert_text(text_fold(&arena, s), folds[i][1]);
	}
	assert_true(str_is_utf8(text_fold(&arena, S("a\377\303"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(examples_of_the_standard),
	    cmocka_unit_test(every_character),
	    cmocka_unit_test(a_second_byte_cuts_nothing),
	    cmocka_unit_test(values_are_walked),
	    cmocka_unit_test(terms_are_understood),
	    cmocka_unit_test(an_unknown_term_is_windows_1252),
	    cmocka_unit_test(what_has_no_place_is_told),
	    cmocka_unit_test(korean_without_its_escape),
	    cmocka_unit_test(any_bytes_give_utf8),
	    cmocka_unit_test(plain_text_is_not_copied),
	    cmocka_unit_test(names_are_folded),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
