/* SPDX-License-Identifier: MIT */
/* charsets.c: writes the code tables of dicom/charset.c as C, from what iconv
 * knows on the machine that builds.  So the program needs no conversion
 * modules where it runs, and reads the same names there as everywhere.
 *
 *     charsets OUT.c
 *
 * Runs only while building, so any trouble ends it with a sentence. */
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shape {
	HIGH,   /* one byte from 0x80 */
	PAIR,   /* two bytes from 0xa1, as EUC writes them */
	PAIR_3, /* the same behind 0x8f: JIS X 0212 in EUC-JP */
	WIDE,   /* two bytes of GBK and GB18030 */
	FOUR    /* four bytes of GB18030, up to U+FFFF */
};

static const struct {
	const char *name, *from;
	enum shape shape;
	unsigned first, last; /* of HIGH */
} tables[] = {
    {"latin_1", "ISO-8859-1", HIGH, 0xa0, 0xff},
    {"latin_2", "ISO-8859-2", HIGH, 0xa0, 0xff},
    {"latin_3", "ISO-8859-3", HIGH, 0xa0, 0xff},
    {"latin_4", "ISO-8859-4", HIGH, 0xa0, 0xff},
    {"cyrillic", "ISO-8859-5", HIGH, 0xa0, 0xff},
    {"arabic", "ISO-8859-6", HIGH, 0xa0, 0xff},
    {"greek", "ISO-8859-7", HIGH, 0xa0, 0xff},
    {"hebrew", "ISO-8859-8", HIGH, 0xa0, 0xff},
    {"latin_5", "ISO-8859-9", HIGH, 0xa0, 0xff},
    {"latin_9", "ISO-8859-15", HIGH, 0xa0, 0xff},
    {"thai", "TIS-620", HIGH, 0xa1, 0xff},
    {"katakana", "SHIFT_JIS", HIGH, 0xa1, 0xdf},
    {"windows_1252", "CP1252", HIGH, 0x80, 0xff},
    {"jis_x_0208", "EUC-JP", PAIR, 0, 0},
    {"jis_x_0212", "EUC-JP", PAIR_3, 0, 0},
    {"ks_x_1001", "EUC-KR", PAIR, 0, 0},
    {"gb_2312", "EUC-CN", PAIR, 0, 0},
    {"gbk", "GBK", WIDE, 0, 0},
    {"gb_18030", "GB18030", WIDE, 0, 0},
    {"gb_18030_four", "GB18030", FOUR, 0, 0},
};

#define POSITIONS 39420 /* of the largest, the four bytes of GB18030 */
static const unsigned positions[] = {128, 94 * 94, 94 * 94, 126 * 190,
    POSITIONS};
static uint32_t to[POSITIONS];
static uint16_t order[POSITIONS];

static _Noreturn void give_up(const char *what, const char *which)
{
	fprintf(stderr, "charsets: %s: %s\n", which, what);
	exit(1);
}

/* The bytes of a position; how many. */
static size_t bytes_of(enum shape shape, unsigned at, unsigned char *b)
{
	unsigned cell = at % 190;

	switch (shape) {
	case HIGH:
		b[0] = (unsigned char)(0x80 + at);
		return 1;
	case PAIR_3:
		*b++ = 0x8f;
		/* fall through */
	case PAIR:
		b[0] = (unsigned char)(0xa1 + at / 94);
		b[1] = (unsigned char)(0xa1 + at % 94);
		return shape == PAIR ? 2 : 3;
	case WIDE:
		b[0] = (unsigned char)(0x81 + at / 190);
		b[1] = (unsigned char)(0x40 + cell + (cell >= 63));
		return 2;
	default:
		b[0] = (unsigned char)(0x81 + at / 12600);
		b[1] = (unsigned char)(0x30 + at / 1260 % 10);
		b[2] = (unsigned char)(0x81 + at / 10 % 126);
		b[3] = (unsigned char)(0x30 + at % 10);
		return 4;
	}
}

/* One character of Unicode, or 0. */
static uint32_t character(iconv_t cd, unsigned char *b, size_t n)
{
	uint32_t c[4] = {0};
	char *in = (char *)b, *out = (char *)c;
	size_t room = sizeof(c);

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &in, &n, &out, &room) != 0 || n ||
	    iconv(cd, NULL, NULL, &out, &room) != 0)
		return 0;
	return room == sizeof(c) - sizeof(*c) ? c[0] : 0;
}

static int by_character(const void *a, const void *b)
{
	unsigned x = *(const uint16_t *)a, y = *(const uint16_t *)b;

	if (to[x] != to[y])
		return to[x] < to[y] ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Positions by character, the first of those that mean the same. */
static unsigned put_in_order(unsigned n)
{
	unsigned found = 0, kept = 0;

	for (unsigned i = 0; i < n; i++)
		if (to[i])
			order[found++] = (uint16_t)i;
	qsort(order, found, sizeof(*order), by_character);
	for (unsigned i = 0; i < found; i++)
		if (!kept || to[order[kept - 1]] != to[order[i]])
			order[kept++] = order[i];
	return kept;
}

static void write_table(FILE *f, size_t which)
{
	const char *name = tables[which].name;
	enum shape shape = tables[which].shape;
	unsigned n = positions[shape];
	iconv_t cd = iconv_open("WCHAR_T", tables[which].from);
	unsigned char b[8];

	if (cd == (iconv_t)-1)
		give_up("iconv does not know it", tables[which].from);
	for (unsigned i = 0; i < n; i++) {
		size_t len = bytes_of(shape, i, b);
		bool in = shape != HIGH || (b[0] >= tables[which].first &&
		    b[0] <= tables[which].last);
		to[i] = in ? character(cd, b, len) : 0;
	}
	iconv_close(cd);
	unsigned kept = put_in_order(n);
	if (!kept)
		give_up("is empty", name);
	fprintf(f, "static const uint32_t to_%s[] = {", name);
	for (unsigned i = 0; i < n; i++)
		fprintf(f, "%s%u,", i % 16 ? "" : "\n", (unsigned)to[i]);
	fprintf(f, "\n};\nstatic const uint16_t order_%s[] = {", name);
	for (unsigned i = 0; i < kept; i++)
		fprintf(f, "%s%u,", i % 16 ? "" : "\n", order[i]);
	fprintf(f, "\n};\nconst struct code_table code_table_%s = "
	    "{to_%s, order_%s, %u, %u};\n\n", name, name, name, n, kept);
}

int main(int n, char **args)
{
	FILE *f = n == 2 ? fopen(args[1], "w") : NULL;

	if (!f)
		give_up("cannot be written", n == 2 ? args[1] : "no file");
	fprintf(f, "/* Made by tools/charsets.c. */\n"
	    "#include \"dicom/charset_set.h\"\n\n");
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		write_table(f, i);
	if (fclose(f))
		give_up(strerror(errno), args[1]);
	return 0;
}
