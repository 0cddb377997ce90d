/* SPDX-License-Identifier: MIT */
/* test_csv.c: the cases of tests/cases/csv, each also cut at every byte and
 * arriving in pieces; a plain reader of the same promises on a great many
 * small texts; the limits. */
#include "csv_plainly.h"

#include "test.h"

#include <dirent.h>
#include <fcntl.h>

static struct arena arena;
static struct out got, want;

static int begin(void **state)
{
	(void)state;
	out_memory(&got);
	out_memory(&want);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_end(&arena);
	return out_end(&got, NULL) && out_end(&want, NULL) ? 0 : -1;
}

/* What is understood when the bytes come so many at a time. */
static struct str read_by(struct str text, size_t piece, size_t longest)
{
	struct csv *csv = csv_text(&arena, text);

	csv->read = piece;
	csv->longest = longest;
	got.len = 0;
	dump_csv(&got, csv);
	assert_int_equal(csv_offset(csv), text.len);
	arena_end(&arena);
	return out_str(&got);
}

static void same(struct str a, struct str b, struct str text)
{
	if (!str_eq(a, b))
		fail_msg("of\n%.*s\nunderstood\n%.*snot\n%.*s", STR(text),
		    STR(a), STR(b));
}

static void agree(struct str text, size_t longest)
{
	want.len = 0;
	dump_plainly(&want, text, longest);
	same(read_by(text, READ, longest), out_str(&want), text);
	same(read_by(text, 1, longest), out_str(&want), text);
	same(read_by(text, 3, longest), out_str(&want), text);
}

static struct str read_file(const char *name, const char *ending)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), CASES "/csv/%s%s", name, ending);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open %s", path);
	char *at = arena_alloc(&arena, 65536);
	size_t n = fread(at, 1, 65536, file);
	fclose(file);
	return (struct str){at, n};
}

static void one_case(const char *name)
{
	struct str in = read_file(name, ".in"), out = read_file(name, ".out");
	struct arena kept = arena;

	arena = (struct arena){0};
	same(read_by(in, READ, CSV_ROW_MAX), out, in);
	int fd = file_of(in);
	got.len = 0;
	dump_csv(&got, csv_open(&arena, fd));
	same(out_str(&got), out, in);
	close(fd);
	for (size_t len = 0; len <= in.len && in.len < 5000; len++) {
		char *cut = malloc(len ? len : 1);
		memcpy(cut, in.at, len);
		agree((struct str){cut, len}, CSV_ROW_MAX);
		free(cut);
	}
	arena_end(&kept);
}

static void cases(void **state)
{
	DIR *folder = opendir(CASES "/csv");
	struct dirent *entry;
	int n = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		struct str name = str_of(entry->d_name);
		if (!str_ends(name, S(".in")))
			continue;
		name.len -= 3;
		char text[256];
		snprintf(text, sizeof(text), "%.*s", STR(name));
		one_case(text);
		n++;
	}
	closedir(folder);
	assert_true(n >= 10);
}

/* Every text of so many letters from those that matter. */
static void all_short_texts(void **state)
{
	static const char letters[] = {'a', ',', '"', '\n', '\r', '\0', '\xe9'};
	const size_t n = sizeof(letters);
	char text[6];

	(void)state;
	for (size_t len = 0; len <= 5; len++) {
		size_t many = 1;
		for (size_t i = 0; i < len; i++)
			many *= n;
		for (size_t k = 0; k < many; k++) {
			size_t rest = k;
			for (size_t i = 0; i < len; i++, rest /= n)
				text[i] = letters[rest % n];
			want.len = 0;
			dump_plainly(&want, (struct str){text, len}, 4);
			same(read_by((struct str){text, len}, k % 3 + 1, 4),
			    out_str(&want), (struct str){text, len});
		}
	}
}

static unsigned seed = 1;

static unsigned chance(unsigned below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 12) % below;
}

/* Longer ones by chance, across the borders of masks, with a low limit. */
static void longer_texts(void **state)
{
	static const char *const parts[] = {"\"", "\"\"", ",", "\n", "\r\n",
	    "a", "bcd", "\"x\"", "\",\"", "\xc3\xa9", "\xe9", "\x80", "\r",
	    "0123456789012345678901234567890123456789", "\n\n", ",,,,,,,,"};
	char text[700];

	(void)state;
	for (int round = 0; round < 6000; round++) {
		size_t len = 0, most = chance(600);
		while (len < most) {
			const char *part = parts[chance(16)];
			size_t n = strlen(part);
			if (len + n > sizeof(text))
				break;
			memcpy(text + len, part, n);
			len += n;
		}
		if (len && chance(20) == 0)
			text[chance((unsigned)len)] = '\0';
		agree((struct str){text, len}, chance(2) ? 50 : CSV_ROW_MAX);
	}
}

static struct str repeat(const char *part, size_t n)
{
	size_t len = strlen(part);
	char *at = arena_alloc(&arena, n * len + 64);

	for (size_t i = 0; i < n; i++)
		memcpy(at + i * len, part, len);
	return (struct str){at, n * len};
}

static void text_is(struct str text, const char *rows)
{
	got.len = 0;
	dump_csv(&got, csv_text(&arena, text));
	assert_text(out_str(&got), rows);
	/* The same from a file, in small pieces. */
	int fd = file_of(text);
	struct csv *csv = csv_open(&arena, fd);
	csv->read = 4096;
	got.len = 0;
	dump_csv(&got, csv);
	assert_text(out_str(&got), rows);
	close(fd);
}

static void field_limit(void **state)
{
	struct str most = repeat(",", CSV_FIELDS_MAX - 1);
	struct str more = repeat(",", CSV_FIELDS_MAX);
	struct csv_row row;
	struct err err = {0};

	(void)state;
	struct csv *csv = csv_text(&arena, most);
	assert_true(csv_next(csv, &row, &err));
	assert_null(row.bad);
	assert_int_equal(row.n, CSV_FIELDS_MAX);
	memcpy((char *)(uintptr_t)more.at + more.len, "\nx", 2);
	more.len += 2;
	text_is(more, "line 1, 0+256: bad: it has more than 256 fields\n"
	    "line 2, 257+1: [x]\n");
}

static void row_limit(void **state)
{
	struct str text = repeat("x", CSV_ROW_MAX + 40);
	char *at = (char *)(uintptr_t)text.at;
	struct csv_row row;
	struct err err = {0};

	(void)state;
	memcpy(at + CSV_ROW_MAX, "\r\nab\n", 5);
	text.len = CSV_ROW_MAX + 5;
	struct csv *csv = csv_text(&arena, text);
	assert_true(csv_next(csv, &row, &err));
	assert_null(row.bad);
	assert_int_equal(row.size, CSV_ROW_MAX);
	assert_int_equal(row.fields[0].len, CSV_ROW_MAX);
	memcpy(at + CSV_ROW_MAX, "x\r\nab\n", 6);
	text.len = CSV_ROW_MAX + 6;
	text_is(text, "line 1, 0+1048577: bad: it is longer than 1 MiB\n"
	    "line 2, 1048579+2: [ab]\n");
	text = repeat("x", 5 * CSV_ROW_MAX);
	text_is(text, "line 1, 0+5242880: bad: it is longer than 1 MiB\n");
	at = (char *)(uintptr_t)text.at;
	memcpy(at + text.len - 3, "\r\ny", 3);
	text_is(text, "line 1, 0+5242877: bad: it is longer than 1 MiB\n"
	    "line 2, 5242879+1: [y]\n");
}

/* A quote that is never closed costs its line, whatever follows it. */
static void open_quotes(void **state)
{
	struct str text = repeat("a,b\n", CSV_ROW_MAX);
	char *at = (char *)(uintptr_t)text.at;
	struct csv_row row;
	struct err err = {0};
	size_t good = 0, bad = 0;

	(void)state;
	at[400] = '"';
	at[text.len - 4] = '"';
	struct csv *csv = csv_text(&arena, text);
	while (csv_next(csv, &row, &err)) {
		good += row.bad == NULL;
		bad += row.bad == open_quote;
		if (row.bad)
			assert_int_equal(row.size, 3);
	}
	assert_int_equal(bad, 2);
	assert_int_equal(good, CSV_ROW_MAX - 2);
}

static void windows_rows_grow(void **state)
{
	struct str text = repeat("\x80", CSV_ROW_MAX);
	struct csv *csv = csv_text(&arena, text);
	struct csv_row row;
	struct err err = {0};

	(void)state;
	assert_true(csv_next(csv, &row, &err));
	assert_int_equal(row.fields[0].len, 3 * CSV_ROW_MAX);
	assert_true(str_is_utf8(row.fields[0]));
	for (unsigned c = 0x80; c < 0x100; c++) {
		char to[3];
		char *past = put_windows(to, (unsigned char)c);
		assert_true(str_is_utf8((struct str){to,
		    (size_t)(past - to)}));
	}
}

static void no_file(void **state)
{
	struct csv_row row;
	struct err err = {0};
	int fd = open("/tmp", O_RDONLY);
	struct csv *csv = csv_open(&arena, fd);

	(void)state;
	assert_false(csv_next(csv, &row, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	err = (struct err){0};
	assert_false(csv_next(csv, &row, &err));
	close(fd);
	assert_false(csv_next(csv_text(&arena, (struct str){0}), &row, &err));
	assert_int_equal(err.kind, ERR_NONE);
}

#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(cases), T(all_short_texts), T(longer_texts), T(field_limit),
		T(row_limit), T(open_quotes), T(windows_rows_grow), T(no_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
