/* SPDX-License-Identifier: MIT */
/* sv_encode.c: lossless JPEG written: selection value 1, one scan, one Huffman
 * table that fits the picture (annex K.2), made in a first pass. */
#include "imaging/codecs/sv.h"

#include <string.h>

#define SYMBOLS 17 /* lengths 0..16 of a difference */

struct codes {
	uint8_t counts[16], order[SYMBOLS];
	int64_t n;
	uint32_t code[SYMBOLS];
	uint8_t length[SYMBOLS];
};

struct pen {
	struct out *out;
	uint64_t held;
	unsigned n;
};

/* Differences of a line: from the left, at its beginning from above. */
static void differences(const struct image *image, int64_t precision,
    int64_t y, int64_t s, int32_t *line, int32_t *first, int32_t *to)
{
	int32_t mask = (int32_t)((1u << precision) - 1);
	int32_t from = y ? *first : 1 << (precision - 1);

	image_get(image, y, s, line);
	*first = line[0] & mask;
	for (int64_t x = 0; x < image->columns; x++) {
		int32_t v = line[x] & mask;
		to[x] = (int16_t)(v - from);
		from = v;
	}
}

static inline int size_of(int32_t diff)
{
	uint32_t v = (uint32_t)(diff < 0 ? -diff : diff);

	return v ? 32 - __builtin_clz(v) : 0;
}

/* Lengths of an optimal code; one more symbol takes the code of all ones,
 * which may not be used.  Rare ones are made less rare until 16 bits do. */
static void lengths_find(const int64_t *counts, int *lengths)
{
	int64_t weight[2 * SYMBOLS + 2], frequency[SYMBOLS + 1];
	int parent[2 * SYMBOLS + 2], longest;

	memcpy(frequency, counts, SYMBOLS * sizeof(*counts));
	frequency[SYMBOLS] = 1;
	do {
		int n = SYMBOLS + 1;
		longest = 0;
		memcpy(weight, frequency, sizeof(frequency));
		for (;; n++) {
			int a = -1, b = -1;
			for (int i = n - 1; i >= 0; i--) {
				if (!weight[i])
					continue;
				if (a < 0 || weight[i] < weight[a]) {
					b = a;
					a = i;
				} else if (b < 0 || weight[i] < weight[b]) {
					b = i;
				}
			}
			parent[a] = n;
			if (b < 0)
				break;
			parent[b] = n;
			weight[n] = weight[a] + weight[b];
			weight[a] = weight[b] = 0;
		}
		for (int i = 0; i <= SYMBOLS; i++) {
			lengths[i] = 0;
			for (int k = i; frequency[i] && parent[k] < n;
			    k = parent[k])
				lengths[i]++;
			longest = lengths[i] > longest ? lengths[i] : longest;
			frequency[i] = (frequency[i] + 1) / 2;
		}
	} while (longest > 16);
}

/* Canonical codes, shorter ones first; the reserved symbol stands last among
 * the longest, where all ones fall. */
static void codes_make(const int64_t *counts, struct codes *codes)
{
	int lengths[SYMBOLS + 1], longest = 0;
	uint32_t code = 0;

	memset(codes, 0, sizeof(*codes));
	lengths_find(counts, lengths);
	for (int i = 0; i < SYMBOLS; i++)
		longest = lengths[i] > longest ? lengths[i] : longest;
	for (int length = 1; length <= longest; length++, code <<= 1)
		for (int i = 0; i < SYMBOLS; i++) {
			if (lengths[i] != length)
				continue;
			codes->code[i] = code++;
			codes->length[i] = (uint8_t)length;
			codes->order[codes->n++] = (uint8_t)i;
			codes->counts[length - 1]++;
		}
}

static void put_bits(struct pen *pen, uint32_t value, unsigned n)
{
	pen->held = pen->held << n | value;
	pen->n += n;
	while (pen->n >= 8) {
		char byte = (char)(pen->held >> (pen->n - 8));
		out_char(pen->out, byte);
		if (byte == '\xFF')
			out_char(pen->out, 0);
		pen->n -= 8;
	}
}

static void put_difference(struct pen *pen, const struct codes *codes,
    int32_t diff)
{
	int size = size_of(diff);
	uint32_t more = (uint32_t)(diff < 0 ? diff - 1 : diff);

	put_bits(pen, codes->code[size], codes->length[size]);
	if (size && size < 16)
		put_bits(pen, more & ((1u << size) - 1), (unsigned)size);
}

static void put_segment(struct out *out, uint8_t marker, const uint8_t *at,
    size_t n)
{
	const char head[] = {'\xFF', (char)marker, (char)((n + 2) >> 8),
	    (char)(n + 2)};

	out_put(out, (struct str){head, sizeof(head)});
	out_put(out, (struct str){(const char *)at, n});
}

static void put_heads(struct out *out, const struct image *image,
    int64_t precision, const struct codes *codes)
{
	uint8_t table[17 + SYMBOLS] = {0}, frame[6 + 3 * 4], scan[4 + 2 * 4];
	size_t n = (size_t)image->samples;
	const uint8_t size[] = {(uint8_t)precision,
	    (uint8_t)(image->rows >> 8), (uint8_t)image->rows,
	    (uint8_t)(image->columns >> 8), (uint8_t)image->columns,
	    (uint8_t)n};

	memcpy(frame, size, sizeof(size));
	scan[0] = (uint8_t)n;
	for (size_t i = 0; i < n; i++) {
		memcpy(frame + 6 + 3 * i, (uint8_t[]){(uint8_t)(i + 1), 0x11,
		    0}, 3);
		memcpy(scan + 1 + 2 * i, (uint8_t[]){(uint8_t)(i + 1), 0}, 2);
	}
	memcpy(scan + 1 + 2 * n, (uint8_t[]){1, 0, 0}, 3);
	memcpy(table + 1, codes->counts, 16);
	memcpy(table + 17, codes->order, (size_t)codes->n);
	out_put(out, S("\xFF\xD8"));
	put_segment(out, 0xC3, frame, 6 + 3 * n);
	put_segment(out, 0xC4, table, 17 + (size_t)codes->n);
	put_segment(out, 0xDA, scan, 4 + 2 * n);
}

/* Both passes walk the same differences; the first has no pen. */
static void walk(struct arena *arena, const struct image *image,
    int64_t precision, int64_t *counts, const struct codes *codes,
    struct pen *pen)
{
	int64_t n = image->columns, samples = image->samples;
	int32_t *line = arena_array(arena, int32_t, n);
	int32_t *diffs = arena_array(arena, int32_t, n * samples);
	int32_t first[4] = {0};

	for (int64_t y = 0; y < image->rows; y++) {
		for (int64_t s = 0; s < samples; s++)
			differences(image, precision, y, s, line, &first[s],
			    diffs + s * n);
		for (int64_t i = 0; i < n * samples; i++) {
			int32_t diff = diffs[i % samples * n + i / samples];
			if (pen)
				put_difference(pen, codes, diff);
			else
				counts[size_of(diff)]++;
		}
	}
}

bool sv_encode(struct arena *arena, const struct image *image,
    int64_t precision, struct str *file, struct err *err)
{
	int64_t counts[SYMBOLS] = {0};
	struct codes codes;
	struct out out;
	struct pen pen = {.out = &out};

	walk(arena, image, precision, counts, NULL, NULL);
	codes_make(counts, &codes);
	out_memory(&out);
	put_heads(&out, image, precision, &codes);
	walk(arena, image, precision, NULL, &codes, &pen);
	if (pen.n)
		put_bits(&pen, (1u << (8 - pen.n)) - 1, 8 - pen.n);
	out_put(&out, S("\xFF\xD9"));
	*file = arena_keep(arena, out_str(&out));
	return out_end(&out, err);
}
