/* SPDX-License-Identifier: MIT */
/* fuzz_csv.c: the fast reader, whose bytes come in pieces and whose limit is
 * sometimes low, must understand what the plain one does. */
#include "../core/csv_plainly.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct str text = {(const char *)bytes, size};
	uint64_t how = hash64(bytes, size);
	size_t longest = how & 1 ? CSV_ROW_MAX : 1 + (how >> 1) % 100;
	size_t piece = how & 2 ? READ : 1 + (how >> 8) % 70;
	struct arena arena = {0};
	struct out fast, plain;

	out_memory(&fast);
	out_memory(&plain);
	struct csv *csv = csv_text(&arena, text);
	csv->longest = longest;
	csv->read = piece;
	dump_csv(&fast, csv);
	dump_plainly(&plain, text, longest);
	if (!str_eq(out_str(&fast), out_str(&plain))) {
		fprintf(stderr, "longest %zu, piece %zu:\n%.*snot:\n%.*s",
		    longest, piece, STR(out_str(&fast)), STR(out_str(&plain)));
		abort();
	}
	out_end(&fast, NULL);
	out_end(&plain, NULL);
	arena_end(&arena);
	return 0;
}
