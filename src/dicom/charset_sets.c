/* SPDX-License-Identifier: MIT */
/* charset_sets.c: tables C.12-2 to C.12-5 of PS3.3, and the reading of a
 * Specific Character Set.  Terms are compared without blanks, lines, and case,
 * for people write "ISO IR 100" and mean it; what the standard forbids to be
 * combined (UTF-8 behind ASCII) is understood as the larger one. */
#include "dicom/charset_set.h"

#include <string.h>

#define TERMS_MOST 16

extern const struct code_table code_table_latin_1, code_table_latin_2,
    code_table_latin_3, code_table_latin_4, code_table_cyrillic,
    code_table_arabic, code_table_greek, code_table_hebrew, code_table_latin_5,
    code_table_latin_9, code_table_thai, code_table_katakana,
    code_table_jis_x_0212, code_table_ks_x_1001, code_table_gb_2312;

enum { ASCII, ROMAN, KATAKANA, LATIN_1, LATIN_2, LATIN_3, LATIN_4, CYRILLIC,
	ARABIC, GREEK, HEBREW, LATIN_5, LATIN_9, THAI, JIS_X_0208, JIS_X_0212,
	KS_X_1001, GB_2312, NONE };

const struct set sets[] = {
    [ASCII] = {SET_ASCII, "(B", NULL},
    [ROMAN] = {SET_ROMAN, "(J", NULL},
    [KATAKANA] = {SET_HIGH, ")I", &code_table_katakana},
    [LATIN_1] = {SET_HIGH, "-A", &code_table_latin_1},
    [LATIN_2] = {SET_HIGH, "-B", &code_table_latin_2},
    [LATIN_3] = {SET_HIGH, "-C", &code_table_latin_3},
    [LATIN_4] = {SET_HIGH, "-D", &code_table_latin_4},
    [CYRILLIC] = {SET_HIGH, "-L", &code_table_cyrillic},
    [ARABIC] = {SET_HIGH, "-G", &code_table_arabic},
    [GREEK] = {SET_HIGH, "-F", &code_table_greek},
    [HEBREW] = {SET_HIGH, "-H", &code_table_hebrew},
    [LATIN_5] = {SET_HIGH, "-M", &code_table_latin_5},
    [LATIN_9] = {SET_HIGH, "-b", &code_table_latin_9},
    [THAI] = {SET_HIGH, "-T", &code_table_thai},
    [JIS_X_0208] = {SET_PAIR_LOW, "$B", &code_table_jis_x_0208},
    [JIS_X_0212] = {SET_PAIR_LOW, "$(D", &code_table_jis_x_0212},
    [KS_X_1001] = {SET_PAIR_HIGH, "$)C", &code_table_ks_x_1001},
    [GB_2312] = {SET_PAIR_HIGH, "$)A", &code_table_gb_2312},
};
const size_t sets_n = sizeof(sets) / sizeof(*sets);
const struct set *const set_ascii = &sets[ASCII];

struct term_row {
	const char *alone, *extended; /* as the standard writes it */
	int g0, g1;
	enum charset_kind kind;
	const char *also[3];          /* as others do, without blanks */
};
static const struct term_row rows[] = {
    {"ISO_IR 6", "ISO 2022 IR 6", ASCII, NONE, CHARSET_2022,
     {"ASCII", "USASCII", "ISO646"}},
    {"ISO_IR 100", "ISO 2022 IR 100", ASCII, LATIN_1, CHARSET_2022, {"ISO88591", "LATIN1"}},
    {"ISO_IR 101", "ISO 2022 IR 101", ASCII, LATIN_2, CHARSET_2022, {"ISO88592", "LATIN2"}},
    {"ISO_IR 109", "ISO 2022 IR 109", ASCII, LATIN_3, CHARSET_2022, {"ISO88593", "LATIN3"}},
    {"ISO_IR 110", "ISO 2022 IR 110", ASCII, LATIN_4, CHARSET_2022, {"ISO88594", "LATIN4"}},
    {"ISO_IR 144", "ISO 2022 IR 144", ASCII, CYRILLIC, CHARSET_2022, {"ISO88595"}},
    {"ISO_IR 127", "ISO 2022 IR 127", ASCII, ARABIC, CHARSET_2022, {"ISO88596"}},
    {"ISO_IR 126", "ISO 2022 IR 126", ASCII, GREEK, CHARSET_2022, {"ISO88597"}},
    {"ISO_IR 138", "ISO 2022 IR 138", ASCII, HEBREW, CHARSET_2022, {"ISO88598"}},
    {"ISO_IR 148", "ISO 2022 IR 148", ASCII, LATIN_5, CHARSET_2022, {"ISO88599", "LATIN5"}},
    {"ISO_IR 203", "ISO 2022 IR 203", ASCII, LATIN_9, CHARSET_2022, {"ISO885915", "LATIN9"}},
    {"ISO_IR 13", "ISO 2022 IR 13", ROMAN, KATAKANA, CHARSET_2022,
     {"SHIFTJIS", "SJIS", "JISX0201"}},
    {"ISO_IR 166", "ISO 2022 IR 166", ASCII, THAI, CHARSET_2022, {"ISO885911", "TIS620"}},
    {"ISO 2022 IR 87", "ISO 2022 IR 87", JIS_X_0208, NONE, CHARSET_2022, {"ISOIR87"}},
    {"ISO 2022 IR 159", "ISO 2022 IR 159", JIS_X_0212, NONE, CHARSET_2022, {"ISOIR159"}},
    {"ISO 2022 IR 149", "ISO 2022 IR 149", ASCII, KS_X_1001, CHARSET_2022,
     {"ISOIR149", "EUCKR", "KSX1001"}},
    {"ISO 2022 IR 58", "ISO 2022 IR 58", ASCII, GB_2312, CHARSET_2022, {"ISOIR58", "ISO202258"}},
    {"ISO_IR 192", "ISO_IR 192", NONE, NONE, CHARSET_UTF_8, {"UTF8", "ISO2022IR192", "ISO10646"}},
    {"GB18030", "GB18030", NONE, NONE, CHARSET_GB_18030, {"ISO2022GB18030", "GB2312"}},
    {"GBK", "GBK", NONE, NONE, CHARSET_GBK, {"ISO2022GBK", "CP936"}},
};

static const struct charset plain = {.g0 = &sets[ASCII],
    .declared = {&sets[ASCII]}, .declared_n = 1, .windows = true,
    .terms = {"", 0}};
static const struct charset utf8 = {.kind = CHARSET_UTF_8, .g0 = &sets[ASCII],
    .terms = {"ISO_IR 192", 10}};
const struct charset *const charset_default = &plain;
const struct charset *const charset_utf8 = &utf8;

uint32_t code_table_at(const struct code_table *t, uint32_t position)
{
	return position < t->n ? t->to[position] : 0;
}

uint32_t code_table_position(const struct code_table *t, uint32_t c)
{
	uint32_t low = 0, high = t->order_n;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (t->to[t->order[middle]] < c)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->order_n && t->to[t->order[low]] == c ? t->order[low] :
	    UINT32_MAX;
}

bool charset_has_values(uint16_t vr)
{
	return vr != VR('L', 'T') && vr != VR('S', 'T') &&
	    vr != VR('U', 'T') && vr != VR('U', 'R');
}

bool charset_is_delimiter(uint16_t vr, unsigned char c)
{
	return c == '\\' ? charset_has_values(vr) :
	    vr == VR('P', 'N') && (c == '^' || c == '=');
}

/* Letters and digits only, in upper case; what does not fit is no term. */
static struct str bare(struct str term, char *to, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < term.len && n < room; i++) {
		char c = term.at[i];
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			to[n++] = c;
	}
	return (struct str){to, n};
}

static bool is_term(const struct term_row *row, struct str term)
{
	char text[24];

	for (size_t i = 0; i < 3 && row->also[i]; i++)
		if (str_is(term, row->also[i]))
			return true;
	return str_eq(term, bare(str_of(row->alone), text, sizeof(text))) ||
	    str_eq(term, bare(str_of(row->extended), text, sizeof(text)));
}

static const struct term_row *row_find(struct str term)
{
	char text[24];

	term = bare(term, text, sizeof(text));
	if (term.len == 0)
		return &rows[0];
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (is_term(&rows[i], term))
			return &rows[i];
	return NULL;
}

static void declare(struct charset *c, int which)
{
	if (which == NONE)
		return;
	for (size_t i = 0; i < c->declared_n; i++)
		if (c->declared[i] == &sets[which])
			return;
	if (c->declared_n < CHARSET_SETS_MOST)
		c->declared[c->declared_n++] = &sets[which];
	bool high = sets[which].shape == SET_HIGH ||
	    sets[which].shape == SET_PAIR_HIGH;
	if (high && !c->g1_guess)
		c->g1_guess = &sets[which];
}

/* The first term says what is there before any escape. */
static void begin_with(struct charset *c, const struct term_row *row,
    bool extended)
{
	c->g0 = &sets[ASCII];
	if (!row)
		return;
	if (row->g0 != NONE && sets[row->g0].shape != SET_PAIR_LOW)
		c->g0 = &sets[row->g0];
	if (row->g1 != NONE)
		c->g1 = &sets[row->g1];
	c->windows = row->g1 == LATIN_1 || (row->g1 == NONE && !extended);
	c->shift_jis = row->g1 == KATAKANA;
}

static struct str written(struct arena *arena, struct str before,
    const struct term_row *row, struct str term, bool extended, size_t i)
{
	const char *text = !row ? NULL : extended ? row->extended : row->alone;

	if (i == 0 && term.len == 0)
		return S("");
	if (i == 0)
		return text ? str_of(text) : arena_keep(arena, term);
	return arena_printf(arena, "%.*s\\%.*s", STR(before),
	    STR(text ? str_of(text) : term));
}

/* One that stands for itself is the whole of it, wherever it is told. */
static const struct charset *alone(struct arena *arena,
    const struct term_row *row)
{
	struct charset *c;

	if (row->kind == CHARSET_UTF_8)
		return charset_utf8;
	c = arena_new(arena, struct charset);
	c->kind = row->kind;
	c->g0 = &sets[ASCII];
	c->terms = str_of(row->alone);
	return c;
}

/* False if the term is not known. */
static bool add_term(struct arena *arena, struct charset *c, struct str term,
    const struct term_row *row, size_t i, bool extended)
{
	char text[24];

	extended |= str_starts(bare(term, text, sizeof(text)), S("ISO2022"));
	if (i == 0)
		begin_with(c, row, extended);
	c->terms = written(arena, c->terms, row, term, extended, i);
	if (!row)
		return false;
	declare(c, row->g0);
	declare(c, row->g1);
	return true;
}

const struct charset *charset_read(struct arena *arena, struct str terms,
    bool *known)
{
	struct charset *c;
	bool all = true;

	while (terms.len && (terms.at[terms.len - 1] == '\0' ||
	    terms.at[terms.len - 1] == ' '))
		terms.len--;
	if (known)
		*known = true;
	if (!terms.len)
		return charset_default;
	bool extended = memchr(terms.at, '\\', terms.len);
	c = arena_new(arena, struct charset);
	for (size_t i = 0; (i == 0 || terms.len) && i < TERMS_MOST; i++) {
		struct str term = str_trim(str_cut(&terms, '\\'));
		const struct term_row *row = row_find(term);
		if (row && row->kind != CHARSET_2022)
			return alone(arena, row);
		all &= add_term(arena, c, term, row, i, extended);
	}
	c->windows |= !all;
	if (known)
		*known = all;
	return c;
}

struct str charset_terms(const struct charset *c)
{
	return c->terms;
}
