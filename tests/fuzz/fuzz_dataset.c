/* SPDX-License-Identifier: MIT */
/* fuzz_dataset.c: any bytes as a data set, in the syntax that the first byte
 * chooses, or as a file.  What is read comes back as the same bytes; what is
 * made anew from it is read as the same; and everything that can be asked of
 * it has an answer. */
#include "dicom/dicom.h"

#include <stdlib.h>
#include <string.h>

enum { ALL, STOPPED, PART, FILE_ITSELF, MODES };

static struct str written(struct arena *arena, const struct dataset *set,
    const struct syntax *syntax)
{
	struct out out;
	struct err err = {0};
	struct str bytes = {0};

	out_memory(&out);
	if (dataset_write(set, syntax, &out, &err))
		bytes = arena_keep(arena, out_str(&out));
	out_end(&out, NULL);
	return bytes;
}

/* As if every element had been changed: nothing is raw. */
static void forget(struct dataset *set)
{
	set->raw = (struct str){0};
	for (uint32_t i = 0; i < set->n; i++)
		for (uint32_t k = 0; k < set->elements[i].items_n; k++)
			forget(&set->elements[i].items[k]);
}

static void ask(struct arena *arena, const struct dataset *set)
{
	struct out out;
	int64_t whole;
	double real;

	for (uint32_t i = 0; i < set->n; i++) {
		const struct element *e = &set->elements[i];

		element_text(arena, set, e);
		element_nth(arena, set, e, 1);
		element_int(set, e, element_count(e), &whole);
		element_real(set, e, 0, &real);
	}
	out_memory(&out);
	dataset_dump(set, &out, arena);
	if (!str_is_utf8(out_str(&out)))
		abort();
	out_end(&out, NULL);
}

static void copy(struct arena *arena, const struct dataset *set,
    const struct syntax *syntax)
{
	struct dataset *to = dataset_new(arena, syntax);

	dataset_put(to, TAG_SpecificCharacterSet, S("ISO_IR 192"));
	for (uint32_t i = 0; i < set->n && i < 64; i++)
		if (set->elements[i].tag != TAG_SpecificCharacterSet)
			dataset_put_element(to, set, &set->elements[i]);
	written(arena, to, syntax);
}

static void write_and_read(struct arena *arena, struct str bytes,
    struct dataset *set, const struct reading *how)
{
	struct reading again = {.syntax = set->syntax};
	struct dataset back;
	struct err err = {0};

	if (how->stopped || set->syntax->deflated)
		return;
	struct str raw = written(arena, set, set->syntax);
	if (raw.len != (size_t)(how->ended_at - how->base) ||
	    (raw.len && memcmp(raw.at, bytes.at, raw.len)))
		abort();
	forget(set);
	struct str anew = written(arena, set, set->syntax);
	if (how->repaired & (uint32_t)~REPAIR_ODD_LENGTH)
		return;
	if (anew.len != raw.len)
		abort();
	if (!dataset_read(arena, anew, &again, &back, &err) ||
	    back.n != set->n)
		abort();
	forget(&back);
	if (!str_eq(written(arena, &back, set->syntax), anew))
		abort();
}

static void file(struct arena *arena, struct str bytes)
{
	struct part10 p;
	struct err err = {0};
	size_t n;

	if (!part10_read(arena, bytes, NULL, &p, &err)) {
		if (err.kind != ERR_INPUT)
			abort();
		return;
	}
	part10_findings(arena, &p, &n);
	ask(arena, &p.meta);
	ask(arena, &p.dataset);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	const struct syntax *const syntaxes[] = {syntax_implicit,
	    syntax_explicit, syntax_big, syntax_deflated};
	struct arena arena = {0};
	struct dataset set;
	struct err err = {0};

	if (!size)
		return 0;
	int mode = *at / 4 % MODES;
	struct str bytes = {(const char *)at + 1, size - 1};
	struct reading how = {.syntax = syntaxes[*at % 4],
	    .limits = {.depth = 16, .elements = 10000, .inflated = 1 << 22},
	    .stop = mode == STOPPED ? TAG_PixelData : 0,
	    .more_may_come = mode == PART};
	if (mode == FILE_ITSELF) {
		file(&arena, bytes);
	} else if (dataset_read(&arena, bytes, &how, &set, &err)) {
		ask(&arena, &set);
		copy(&arena, &set, syntaxes[*at / 16 % 4]);
		write_and_read(&arena, bytes, &set, &how);
		for (size_t i = 0; i < 4; i++)
			written(&arena, &set, syntaxes[i]);
	} else if (err.kind != ERR_INPUT) {
		abort();
	}
	arena_end(&arena);
	return 0;
}
