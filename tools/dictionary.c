/* SPDX-License-Identifier: MIT */
/* dictionary.c: makes the dictionaries of src/dicom from an installed package
 * (python3-pydicom), whose data files are read as text.
 *
 *     dictionary FOLDER KEYWORDS.h DICTIONARY.c
 *
 * KEYWORDS.h names every element of PS3.6 (TAG_PatientID) and every entry of
 * its annex A (UID_CTImageStorage); DICTIONARY.c holds the tables that
 * src/dicom/dictionary.h declares, each sorted as it is looked up.
 *
 * Runs only while building, so any trouble ends it with a sentence. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS 8
#define LINE 1024
#define POOL (8 << 20)
#define MADE "/* SPDX-License-Identifier: MIT */\n" \
	"/* Made by tools/dictionary. */\n"

struct term {
	uint32_t tag, mask;
	char *vr, *vm, *name, *retired, *keyword, *creator;
};
struct uid {
	char *uid, *name, *type, *info, *retired, *keyword;
};
struct terms {
	struct term *at;
	size_t n, room;
};
struct uids {
	struct uid *at;
	size_t n, room;
};

static char pool[POOL]; /* every string that was read */
static size_t pool_used;

static void stop(const char *what, const char *name)
{
	fprintf(stderr, "dictionary: %s '%s'%s%s\n", what, name,
	    errno ? ": " : "", errno ? strerror(errno) : "");
	exit(1);
}

static FILE *open_or_stop(const char *folder, const char *name,
    const char *how)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "",
	    name);
	FILE *file = fopen(path, how);
	if (!file)
		stop("cannot open", path);
	return file;
}

static char *keep(const char *text, size_t len)
{
	char *at = pool + pool_used;

	if (POOL - pool_used <= len)
		stop("no room for", text);
	memcpy(at, text, len + 1);
	pool_used += len + 1;
	return at;
}

/* The Python strings of a line, with their escapes, which are also C's.  A
 * quote that C would end at is escaped; strings parted by nothing but a key
 * and a bracket are fields. */
static size_t fields_read(const char *line, char *fields[FIELDS])
{
	size_t n = 0;

	while (*line && *line != '#' && n < FIELDS) {
		char quote = *line++, text[LINE * 2];
		size_t len = 0;

		if (quote != '\'' && quote != '"')
			continue;
		for (; *line && *line != quote; line++) {
			if (*line == '"')
				text[len++] = '\\';
			text[len++] = *line;
			if (*line == '\\' && line[1])
				text[len++] = *++line;
		}
		line += *line == quote;
		text[len] = 0;
		fields[n++] = keep(text, len);
	}
	return n;
}

/* "60xx3000" to a tag with zeros and the bits that must agree. */
static bool pattern_read(const char *text, uint32_t *tag, uint32_t *mask)
{
	static const char digits[] = "0123456789abcdef";

	*tag = *mask = 0;
	if (strlen(text) != 8)
		return false;
	for (int i = 0; i < 8; i++) {
		bool any = text[i] == 'x';
		const char *digit = strchr(digits, text[i] | 32);

		if (!any && !digit)
			return false;
		*tag = *tag << 4 | (any ? 0 : (uint32_t)(digit - digits));
		*mask = *mask << 4 | (any ? 0 : 0xf);
	}
	return true;
}

static struct term *term_add(struct terms *terms)
{
	if (terms->n == terms->room) {
		terms->room = terms->room * 2 + 1024;
		terms->at =
		    realloc(terms->at, terms->room * sizeof(*terms->at));
		if (!terms->at)
			stop("no memory for", "terms");
	}
	return &terms->at[terms->n++];
}

/* Lines of "0x00100010: ('PN', '1', "Patient's Name", '', 'PatientName'),"
 * and, for repeating groups, of "'60xx3000': (...". */
static void terms_read(const char *folder, struct terms *plain,
    struct terms *repeating)
{
	FILE *file = open_or_stop(folder, "_dicom_dict.py", "r");
	char line[LINE], *f[FIELDS];

	while (fgets(line, sizeof(line), file)) {
		bool whole = !strncmp(line, "    0x", 6);
		size_t n = line[0] == ' ' ? fields_read(line, f) : 0;
		struct term term = {0};

		if (n != (whole ? 5 : 6))
			continue;
		if (whole) {
			line[14] = 0;
			if (!pattern_read(line + 6, &term.tag, &term.mask))
				stop("not a tag", line);
		} else if (!pattern_read(f[0], &term.tag, &term.mask)) {
			stop("not a tag", f[0]);
		}
		char **rest = f + (whole ? 0 : 1);
		term.vr = rest[0];
		term.vm = rest[1];
		term.name = rest[2];
		term.retired = rest[3];
		term.keyword = rest[4];
		*term_add(whole ? plain : repeating) = term;
	}
	fclose(file);
}

/* "    'CREATOR': {" begins a creator, "        '0019xx10': ('ST', '1', 'name',
 * '')," is an element of it. */
static void private_read(const char *folder, struct terms *terms)
{
	FILE *file = open_or_stop(folder, "_private_dict.py", "r");
	char line[LINE], *f[FIELDS], *creator = NULL;

	while (fgets(line, sizeof(line), file)) {
		size_t n = line[0] == ' ' ? fields_read(line, f) : 0;
		struct term term = {.keyword = "", .creator = creator};

		if (n == 1)
			creator = f[0];
		if (n != 5 || !creator)
			continue;
		if (!pattern_read(f[0], &term.tag, &term.mask))
			stop("not a tag", f[0]);
		term.vr = f[1];
		term.vm = f[2];
		term.name = f[3];
		term.retired = f[4];
		*term_add(terms) = term;
	}
	fclose(file);
}

static void uids_read(const char *folder, struct uids *uids)
{
	FILE *file = open_or_stop(folder, "_uid_dict.py", "r");
	char line[LINE], *f[FIELDS];

	while (fgets(line, sizeof(line), file)) {
		size_t n = line[0] == ' ' ? fields_read(line, f) : 0;

		if (n != 6)
			continue;
		if (uids->n == uids->room) {
			uids->room = uids->room * 2 + 512;
			uids->at =
			    realloc(uids->at, uids->room * sizeof(*uids->at));
			if (!uids->at)
				stop("no memory for", "uids");
		}
		uids->at[uids->n++] =
		    (struct uid){f[0], f[1], f[2], f[3], f[4], f[5]};
	}
	fclose(file);
}

static int by_tag(const void *a, const void *b)
{
	const struct term *x = a, *y = b;

	return (x->tag > y->tag) - (x->tag < y->tag);
}

/* Those of a usual pattern first, so that they can be searched by halves. */
#define USUAL 0xffff00ffU
static int by_creator(const void *a, const void *b)
{
	const struct term *x = a, *y = b;
	int order = strcmp(x->creator, y->creator);

	if (!order)
		order = (x->mask != USUAL) - (y->mask != USUAL);
	return order ? order : by_tag(a, b);
}

static int by_uid(const void *a, const void *b)
{
	return strcmp(((const struct uid *)a)->uid,
	    ((const struct uid *)b)->uid);
}

static struct term *const *keywords_of; /* for the order below */
static int by_keyword(const void *a, const void *b)
{
	return strcmp((*keywords_of)[*(const unsigned *)a].keyword,
	    (*keywords_of)[*(const unsigned *)b].keyword);
}

/* "US or SS" as VR('U','S'), VR('S','S'). */
static void write_vrs(FILE *out, const char *text)
{
	const char *between = "";

	fputc('{', out);
	for (; strlen(text) >= 2 && strcmp(text, "NONE"); between = ", ") {
		fprintf(out, "%sVR('%c', '%c')", between, text[0], text[1]);
		text += 2;
		text += strspn(text, " or_");
	}
	fputs(*between ? "}" : "0}", out);
}

static void write_terms(FILE *out, const char *name,
    const struct terms *terms)
{
	fprintf(out, "const struct term %s[] = {\n", name);
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->at[i];

		fprintf(out, "\t{0x%08x, 0x%08x, \"%s\", \"%s\", \"%s\", ",
		    t->tag, t->mask, t->keyword, t->name, t->vm);
		write_vrs(out, t->vr);
		fprintf(out, ", %s},\n", *t->retired ? "true" : "false");
	}
	fprintf(out, "};\nconst size_t %s_n = %zu;\n\n", name, terms->n);
}

/* Both orders by which PS3.6 is asked. */
static void write_orders(FILE *out, const struct terms *terms)
{
	unsigned *order = calloc(terms->n + 1, sizeof(*order));
	unsigned n = 0;

	if (!order)
		stop("no memory for", "keywords");
	fputs("const uint32_t dictionary_tags[] = {", out);
	for (unsigned i = 0; i < terms->n; i++) {
		fprintf(out, "%s0x%08x,", i % 6 ? " " : "\n\t",
		    terms->at[i].tag);
		if (*terms->at[i].keyword)
			order[n++] = i;
	}
	keywords_of = &terms->at;
	qsort(order, n, sizeof(*order), by_keyword);
	fputs("\n};\n\nconst uint16_t dictionary_keywords[] = {", out);
	for (unsigned i = 0; i < n; i++)
		fprintf(out, "%s%u,", i % 10 ? " " : "\n\t", order[i]);
	fprintf(out, "\n};\nconst size_t dictionary_keywords_n = %u;\n\n", n);
	free(order);
}

static void write_creators(FILE *out, const struct terms *terms)
{
	size_t n = 0;

	fputs("const struct private_creator dictionary_creators[] = {\n", out);
	for (size_t i = 0, next; i < terms->n; i = next, n++) {
		size_t usual = 0;

		for (next = i; next < terms->n &&
		    !strcmp(terms->at[next].creator, terms->at[i].creator);
		    next++)
			usual += terms->at[next].mask == USUAL;
		fprintf(out, "\t{\"%s\", %zu, %zu, %zu},\n",
		    terms->at[i].creator, i, usual, next - i);
	}
	fprintf(out, "};\nconst size_t dictionary_creators_n = %zu;\n\n", n);
}

static void write_uids(FILE *out, const struct uids *uids)
{
	fputs("const struct uid_term dictionary_uids[] = {\n", out);
	for (size_t i = 0; i < uids->n; i++) {
		const struct uid *u = &uids->at[i];

		fprintf(out, "\t{\"%s\", \"%s\", \"%s\", \"%s\", %s},\n",
		    u->uid, u->name, u->keyword, u->type,
		    *u->retired ? "true" : "false");
	}
	fprintf(out, "};\nconst size_t dictionary_uids_n = %zu;\n", uids->n);
}

static void write_keywords(FILE *out, const struct terms *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		if (*terms->at[i].keyword)
			fprintf(out, "#define TAG_%s UINT32_C(0x%08x)\n",
			    terms->at[i].keyword, terms->at[i].tag);
}

static void write_header(FILE *out, const struct terms *plain,
    const struct terms *repeating, const struct uids *uids)
{
	fputs(MADE "#pragma once\n", out);
	write_keywords(out, plain);
	write_keywords(out, repeating);
	for (size_t i = 0; i < uids->n; i++)
		if (*uids->at[i].keyword)
			fprintf(out, "#define UID_%s \"%s\"\n",
			    uids->at[i].keyword, uids->at[i].uid);
}

static void close_or_stop(FILE *file, const char *name)
{
	if (ferror(file) | fclose(file))
		stop("cannot write", name);
}

int main(int argc, char **argv)
{
	struct terms plain = {0}, repeating = {0}, private = {0};
	struct uids uids = {0};

	errno = 0;
	if (argc != 4)
		stop("usage:", "dictionary FOLDER KEYWORDS.h DICTIONARY.c");
	terms_read(argv[1], &plain, &repeating);
	private_read(argv[1], &private);
	uids_read(argv[1], &uids);
	errno = 0;
	if (plain.n < 4000 || plain.n > UINT16_MAX || !repeating.n ||
	    private.n < 5000 || private.n > UINT16_MAX || uids.n < 300)
		stop("this is not what was known of pydicom", argv[1]);
	qsort(plain.at, plain.n, sizeof(*plain.at), by_tag);
	qsort(repeating.at, repeating.n, sizeof(*repeating.at), by_tag);
	qsort(private.at, private.n, sizeof(*private.at), by_creator);
	qsort(uids.at, uids.n, sizeof(*uids.at), by_uid);

	FILE *out = open_or_stop("", argv[2], "w");
	write_header(out, &plain, &repeating, &uids);
	close_or_stop(out, argv[2]);
	out = open_or_stop("", argv[3], "w");
	fputs(MADE "#include \"dicom/dictionary.h\"\n\n", out);
	write_terms(out, "dictionary_terms", &plain);
	write_orders(out, &plain);
	write_terms(out, "dictionary_repeating", &repeating);
	write_terms(out, "dictionary_private", &private);
	write_creators(out, &private);
	write_uids(out, &uids);
	close_or_stop(out, argv[3]);
	free(plain.at);
	free(repeating.at);
	free(private.at);
	free(uids.at);
	return 0;
}
