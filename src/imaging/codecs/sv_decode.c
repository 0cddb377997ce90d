/* SPDX-License-Identifier: MIT */
/* sv_decode.c: lossless JPEG read: 2 to 16 bits, seven predictors, point
 * transform, restarts, one scan for all components or one for each.  Bits that
 * are not there are never made up: a frame that ends early is refused. */
#include "imaging/codecs/sv.h"

#include <string.h>

#define LOOK 9 /* bits that one table decodes at once */
#define COMPONENTS 4

struct table { /* of Huffman codes, annex C */
	bool there;
	uint8_t symbols[256];
	uint16_t quick[1 << LOOK]; /* length << 8 | symbol; 0: longer */
	int32_t first[18], most[18], index[18]; /* by length; most -1: none */
};

struct bits {
	const uint8_t *at, *end;
	uint64_t held;
	unsigned n;
};

struct reader {
	struct str in;
	size_t at;
	int64_t precision, rows, columns, components, restart;
	uint8_t ids[COMPONENTS];
	struct table tables[4];
	struct bits bits;
	struct arena *arena;
	const struct shape *shape;
	struct image *image;
	bool begun, done[COMPONENTS];
	struct err *err;
};

struct scan {
	int64_t n, predictor, shift;
	int64_t component[COMPONENTS];
	const struct table *tables[COMPONENTS];
	int32_t *now[COMPONENTS], *above[COMPONENTS];
};

static bool bad(struct reader *r, const char *why)
{
	return fail(r->err, ERR_INPUT, "a lossless JPEG frame %s", why);
}

/* A segment's bytes after its length. */
static bool segment(struct reader *r, const uint8_t **at, size_t *n)
{
	const uint8_t *in = (const uint8_t *)r->in.at + r->at;
	size_t left = r->in.len - r->at;

	if (left < 2 || (size_t)(in[0] << 8 | in[1]) < 2 ||
	    (size_t)(in[0] << 8 | in[1]) > left)
		return bad(r, "ends inside a segment");
	*n = (size_t)(in[0] << 8 | in[1]) - 2;
	*at = in + 2;
	r->at += *n + 2;
	return true;
}

static void table_make(struct table *t, const uint8_t *counts)
{
	int32_t code = 0, k = 0;

	memset(t->quick, 0, sizeof(t->quick));
	for (int length = 1; length <= 16; length++, code <<= 1) {
		t->first[length] = code;
		t->index[length] = k;
		for (int i = 0; i < counts[length - 1]; i++, k++, code++) {
			int32_t from = code << (LOOK - (length < LOOK ? length :
			    LOOK));
			int32_t to = from + (1 << (LOOK - (length < LOOK ?
			    length : LOOK)));
			for (int32_t q = from; length <= LOOK && q < to &&
			    q < 1 << LOOK; q++)
				t->quick[q] = (uint16_t)(length << 8 |
				    t->symbols[k]);
		}
		t->most[length] = counts[length - 1] ? code - 1 : -1;
	}
	t->there = true;
}

static bool tables_read(struct reader *r)
{
	const uint8_t *at = NULL;
	size_t n = 0;

	if (!segment(r, &at, &n))
		return false;
	while (n >= 17) {
		unsigned id = at[0] & 15, total = 0;
		for (int i = 1; i <= 16; i++)
			total += at[i];
		if (total > 256 || n < 17 + (size_t)total)
			return bad(r, "has a broken Huffman table");
		if (at[0] >> 4 == 0 && id < 4) {
			struct table *t = &r->tables[id];
			memcpy(t->symbols, at + 17, total);
			table_make(t, at + 1);
		}
		at += 17 + total;
		n -= 17 + (size_t)total;
	}
	return true;
}

static bool frame_begin(struct reader *r)
{
	const uint8_t *at = NULL;
	size_t n = 0;

	if (r->begun)
		return bad(r, "begins twice");
	if (!segment(r, &at, &n))
		return false;
	if (n < 6 || n < 6 + 3 * (size_t)at[5])
		return bad(r, "has a broken head");
	r->precision = at[0];
	r->rows = at[1] << 8 | at[2];
	r->columns = at[3] << 8 | at[4];
	r->components = at[5];
	if (!shape_is(r->shape, r->rows, r->columns, r->components, r->err))
		return false;
	if (r->precision < 2 || r->precision > 16 ||
	    r->components > COMPONENTS)
		return bad(r, "has a precision that cannot be");
	for (int64_t i = 0; i < r->components; i++) {
		r->ids[i] = at[6 + 3 * i];
		if (at[7 + 3 * i] != 0x11)
			return bad(r, "has components of different sizes");
	}
	image_new(r->arena, r->shape, r->precision, r->image);
	r->begun = true;
	return true;
}

static void bits_begin(struct reader *r)
{
	r->bits = (struct bits){(const uint8_t *)r->in.at + r->at,
	    (const uint8_t *)r->in.at + r->in.len, 0, 0};
}

/* As many as there are before a marker; what follows FF 00 is data. */
static void fill(struct bits *b)
{
	while (b->n <= 56 && b->at < b->end) {
		uint8_t byte = *b->at;
		if (byte == 0xFF) {
			if (b->end - b->at < 2 || b->at[1])
				return;
			b->at++;
		}
		b->at++;
		b->held = b->held << 8 | byte;
		b->n += 8;
	}
}

static int slow_symbol(struct bits *b, const struct table *t)
{
	for (unsigned length = 1; length <= 16 && length <= b->n; length++) {
		int32_t code = (int32_t)(b->held >> (b->n - length) &
		    ((1u << length) - 1));
		if (t->most[length] < 0 || code > t->most[length] ||
		    code < t->first[length])
			continue;
		b->n -= length;
		return t->symbols[(t->index[length] + code -
		    t->first[length]) & 255];
	}
	return -1;
}

/* One difference, H.1.2.2; false: there is none. */
static inline bool difference(struct bits *b, const struct table *t,
    int32_t *value)
{
	int symbol;

	if (b->n < 32)
		fill(b);
	unsigned quick = b->n >= LOOK ?
	    t->quick[b->held >> (b->n - LOOK) & ((1 << LOOK) - 1)] : 0;
	if (quick) {
		b->n -= quick >> 8;
		symbol = (int)(quick & 255);
	} else {
		symbol = slow_symbol(b, t);
	}
	*value = 32768;
	if (symbol == 16)
		return true;
	if (symbol < 0 || symbol > 16 || (unsigned)symbol > b->n)
		return false;
	b->n -= (unsigned)symbol;
	int32_t more = (int32_t)(b->held >> b->n & ((1u << symbol) - 1));
	*value = symbol && more < 1 << (symbol - 1) ?
	    more - (1 << symbol) + 1 : more;
	return true;
}

/* Table H.1. */
static inline int32_t predicted(int64_t predictor, int32_t a, int32_t b,
    int32_t c)
{
	switch (predictor) {
	case 1: return a;
	case 2: return b;
	case 3: return c;
	case 4: return a + b - c;
	case 5: return a + ((b - c) >> 1);
	case 6: return b + ((a - c) >> 1);
	default: return (a + b) >> 1;
	}
}

/* `fresh`: the first line, or the first after a restart. */
static bool line_read(struct reader *r, struct scan *s, bool fresh)
{
	struct bits *bits = &r->bits;
	int32_t diff = 0;

	for (int64_t x = 0; x < r->columns; x++)
		for (int64_t k = 0; k < s->n; k++) {
			int32_t *now = s->now[k], *above = s->above[k], from;
			if (x == 0)
				from = fresh ? 1 << (r->precision - s->shift -
				    1) : above[0];
			else if (fresh)
				from = now[x - 1];
			else
				from = predicted(s->predictor, now[x - 1],
				    above[x], above[x - 1]);
			if (!difference(bits, s->tables[k], &diff))
				return bad(r, "ends early");
			now[x] = (from + diff) & 0xFFFF;
		}
	return true;
}

/* To the marker RSTn that must be here, and past it. */
static bool restart(struct reader *r)
{
	struct bits *b = &r->bits;

	while (b->end - b->at >= 2 && b->at[0] == 0xFF && b->at[1] == 0xFF)
		b->at++;
	/* The last byte is filled up; a whole one would be data. */
	if (b->n >= 8 || b->end - b->at < 2 || b->at[0] != 0xFF ||
	    (b->at[1] & 0xF8) != 0xD0)
		return bad(r, "has no restart where one should be");
	b->at += 2;
	b->n = 0;
	return true;
}

static void line_keep(struct reader *r, struct scan *s, int64_t y)
{
	int32_t *shifted = arena_array(r->arena, int32_t,
	    s->shift ? r->columns : 0);

	for (int64_t k = 0; k < s->n; k++) {
		const int32_t *line = s->now[k];
		for (int64_t x = 0; s->shift && x < r->columns; x++)
			shifted[x] = (int32_t)((uint32_t)s->now[k][x] <<
			    s->shift);
		image_put(r->image, y, s->component[k],
		    s->shift ? shifted : line, r->precision);
		s->now[k] = s->above[k];
		s->above[k] = (int32_t *)(uintptr_t)line;
	}
}

static bool scan_read(struct reader *r, struct scan *s)
{
	int64_t lines = r->restart / r->columns;

	if (r->restart % r->columns)
		return bad(r, "restarts inside a line");
	bits_begin(r);
	for (int64_t y = 0; y < r->rows; y++) {
		bool again = lines && y && y % lines == 0;
		if ((again && !restart(r)) || !line_read(r, s, !y || again))
			return false;
		line_keep(r, s, y);
	}
	r->at = (size_t)(r->bits.at - (const uint8_t *)r->in.at);
	return true;
}

static bool scan_begin(struct reader *r, struct scan *s)
{
	const uint8_t *at = NULL;
	size_t n = 0;

	if (!r->begun)
		return bad(r, "has a scan before its head");
	if (!segment(r, &at, &n))
		return false;
	if (n < 1 || at[0] < 1 || at[0] > r->components ||
	    n < 4 + 2 * (size_t)at[0])
		return bad(r, "has a broken scan");
	s->n = at[0];
	s->predictor = at[1 + 2 * s->n];
	s->shift = at[3 + 2 * s->n] & 15;
	for (int64_t k = 0; k < s->n; k++) {
		int64_t c = 0;
		while (c < r->components && r->ids[c] != at[1 + 2 * k])
			c++;
		s->component[k] = c;
		s->tables[k] = &r->tables[at[2 + 2 * k] >> 4 & 3];
		if (c == r->components || r->done[c] || !s->tables[k]->there)
			return bad(r, "has a scan of nothing");
		r->done[c] = true;
		s->now[k] = arena_array(r->arena, int32_t, r->columns);
		s->above[k] = arena_array(r->arena, int32_t, r->columns);
	}
	if (s->predictor < 1 || s->predictor > 7 || s->shift >= r->precision)
		return bad(r, "has a predictor that cannot be");
	return true;
}

static bool restart_interval(struct reader *r)
{
	const uint8_t *at = NULL;
	size_t n = 0;

	if (!segment(r, &at, &n))
		return false;
	if (n < 2)
		return bad(r, "has a broken restart interval");
	r->restart = at[0] << 8 | at[1];
	return true;
}

static bool marker_read(struct reader *r, uint8_t marker)
{
	struct scan scan = {0};
	const uint8_t *at = NULL;
	size_t n = 0;

	switch (marker) {
	case 0xC3:
		return frame_begin(r);
	case 0xC4:
		return tables_read(r);
	case 0xDA:
		return scan_begin(r, &scan) && scan_read(r, &scan);
	case 0xDD:
		return restart_interval(r);
	case 0xD8:
		return true;
	default:
		return segment(r, &at, &n);
	}
}

bool sv_decode(struct arena *arena, struct str in, const struct shape *shape,
    struct image *image, struct err *err)
{
	struct reader *r = arena_new(arena, struct reader);
	int64_t done = 0;

	*r = (struct reader){.in = in, .arena = arena, .shape = shape,
	    .image = image, .err = err};
	for (;;) {
		done = 0;
		for (int64_t i = 0; i < r->components; i++)
			done += r->done[i];
		if (done && done == r->components)
			return true;
		while (r->at < in.len && in.at[r->at] != '\xFF')
			r->at++;
		while (r->at < in.len && in.at[r->at] == '\xFF')
			r->at++;
		if (r->at >= in.len || in.at[r->at] == '\xD9')
			return bad(r, "ends early");
		if (!marker_read(r, (uint8_t)in.at[r->at++]))
			return false;
	}
}
