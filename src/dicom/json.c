/* SPDX-License-Identifier: MIT */
/* json.c: data sets as DICOM JSON, PS3.18 F, written from left to right and
 * never held.  Texts are UTF-8, so (0008,0005) says ISO_IR 192 whatever it
 * said; group lengths and group 2 are not told (F.2.2).  Decimal strings keep
 * their digits where these are a JSON number, and are strings where they are
 * none; integers that a reader's doubles would spoil are strings (F.2.3). */
#include "dicom/part10.h"

#include "dicom/charset_set.h"
#include "dicom/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MOST 1000
#define PLAIN_MOST 64 /* digits without an exponent that are a double */
#define EXACT_MOST ((INT64_C(1) << 53) - 1) /* integers of a double */

struct level { /* where an item stands; the first of them is the data set */
	const struct level *up;
	uint32_t tag, item, depth;
};
struct writer {
	struct json *json;
	const struct json_options *options;
	struct arena arena; /* for texts that had to be decoded */
	struct err *err;
};

static bool write_dataset(struct writer *, const struct dataset *,
    const struct level *);

static void raw(struct json *json, struct str s)
{
	if (json->comma)
		out_char(json->out, ',');
	json->comma = true;
	out_put(json->out, s);
}

/* "00100010":{"vr":"PN" */
static void head(struct json *json, uint32_t tag, uint16_t vr)
{
	static const char digits[] = "0123456789ABCDEF";
	char text[] = ",\"00000000\":{\"vr\":\"  \"";

	for (int i = 0; i < 8; i++)
		text[2 + i] = digits[tag >> (28 - 4 * i) & 15];
	text[sizeof(text) - 4] = (char)(vr >> 8);
	text[sizeof(text) - 3] = (char)vr;
	size_t skip = json->comma ? 0 : 1;
	out_put(json->out, (struct str){text + skip, sizeof(text) - 1 - skip});
	json->comma = true;
}

static void begin_values(struct json *json)
{
	out_put(json->out, S(",\"Value\":["));
	json->comma = false;
}

static bool is_binary(uint16_t vr)
{
	return vr == VR('U', 'N') || (vr >> 8 == 'O' && vr_known(vr));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 8259, 6. */
static bool is_number(struct str s)
{
	size_t i = 0, from;

	if (s.len && s.at[0] == '-')
		i++;
	from = i;
	while (i < s.len && is_digit(s.at[i]))
		i++;
	if (i == from || (s.at[from] == '0' && i > from + 1))
		return false;
	if (i < s.len && s.at[i] == '.') {
		from = ++i;
		while (i < s.len && is_digit(s.at[i]))
			i++;
		if (i == from)
			return false;
	}
	if (i < s.len && (s.at[i] == 'e' || s.at[i] == 'E')) {
		i++;
		if (i < s.len && (s.at[i] == '+' || s.at[i] == '-'))
			i++;
		from = i;
		while (i < s.len && is_digit(s.at[i]))
			i++;
		if (i == from)
			return false;
	}
	return i == s.len && i > 0;
}

/* "+1", ".5" and "007" are numbers too, only not written as JSON has it;
 * "1e999" is one that nobody could read. */
static void put_number_text(struct json *json, struct str s)
{
	double value;
	bool plain = s.len <= PLAIN_MOST && !memchr(s.at, 'e', s.len) &&
	    !memchr(s.at, 'E', s.len);

	if (is_number(s) && (plain || str_real(s, &value)))
		raw(json, s);
	else if (str_real(s, &value))
		json_real(json, value);
	else
		json_text(json, s);
}

static void put_group(struct json *json, const char *name, struct str s)
{
	if (!s.len)
		return;
	json_key(json, name);
	json_text(json, s);
}

static void put_name(struct json *json, struct str name)
{
	struct str alphabetic = str_trim(str_cut(&name, '='));
	struct str ideographic = str_trim(str_cut(&name, '='));

	json_object(json);
	put_group(json, "Alphabetic", alphabetic);
	put_group(json, "Ideographic", ideographic);
	put_group(json, "Phonetic", str_trim(name));
	json_object_end(json);
}

/* Leading blanks mean something in long texts only (PS3.5 6.2). */
static struct str unpadded(struct str s, uint16_t vr)
{
	while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\0'))
		s.len--;
	if (!charset_has_values(vr))
		return s;
	while (s.len && s.at[0] == ' ') {
		s.at++;
		s.len--;
	}
	return s;
}

static void put_text(struct json *json, struct str s, uint16_t vr)
{
	if (!s.len)
		json_null(json);
	else if (vr == VR('P', 'N'))
		put_name(json, s);
	else if (vr == VR('D', 'S') || vr == VR('I', 'S'))
		put_number_text(json, s);
	else
		json_text(json, s);
}

static void write_texts(struct writer *w, const struct dataset *set,
    const struct element *e)
{
	struct str rest = unpadded(e->value, e->vr), value;

	if (!rest.len)
		return;
	begin_values(w->json);
	while (charset_next_value(set->charset, e->vr, &rest, &value)) {
		struct str text = charset_decode(&w->arena, set->charset,
		    value, e->vr);
		put_text(w->json, unpadded(text, e->vr), e->vr);
	}
	json_array_end(w->json);
}

/* So many bytes as one number. */
static uint64_t bits(const char *at, int width, bool big)
{
	const unsigned char *byte = (const unsigned char *)at;
	uint64_t n = 0;

	for (int i = 0; i < width; i++)
		n = n << 8 | byte[big ? i : width - 1 - i];
	return n;
}

static void put_integer(struct json *json, uint64_t n, uint16_t vr, int width)
{
	bool is_signed = vr >> 8 == 'S';
	int unused = 64 - 8 * width;
	int64_t value = is_signed ? (int64_t)(n << unused) >> unused :
	    (int64_t)n;
	bool beyond = is_signed ? value > EXACT_MOST || value < -EXACT_MOST :
	    n > (uint64_t)EXACT_MOST;
	char text[24];

	if (!beyond) {
		json_int(json, value);
		return;
	}
	int len = is_signed ?
	    snprintf(text, sizeof(text), "%lld", (long long)value) :
	    snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	json_text(json, (struct str){text, (size_t)len});
}

/* The fewest digits that read back as the same float. */
static void put_float(struct json *json, float value)
{
	char text[32];
	int len = 0;
	double back;

	if (value == truncf(value) && fabsf(value) < 1e9f) {
		json_int(json, (int64_t)value);
		return;
	}
	for (int digits = 6; digits <= 9; digits++) {
		len = snprintf(text, sizeof(text), "%.*g", digits,
		    (double)value);
		if (str_real((struct str){text, (size_t)len}, &back) &&
		    (float)back == value)
			break;
	}
	raw(json, (struct str){text, (size_t)len});
}

static void put_real(struct json *json, uint64_t n, int width)
{
	uint32_t half = (uint32_t)n;
	float single;
	double value;

	memcpy(&single, &half, sizeof(single));
	memcpy(&value, &n, sizeof(value));
	if (width == 4)
		value = (double)single;
	if (isnan(value))
		json_text(json, S("NaN"));
	else if (isinf(value))
		json_text(json, value > 0 ? S("inf") : S("-inf"));
	else if (width == 4)
		put_float(json, single);
	else
		json_real(json, value);
}

static void put_tag(struct json *json, const char *at, bool big)
{
	uint32_t tag = TAG(bits(at, 2, big), bits(at + 2, 2, big));
	struct tag_text text = tag_hex(tag);

	for (char *c = text.at; *c; c++)
		if (*c >= 'a' && *c <= 'f')
			*c = (char)(*c - 'a' + 'A');
	json_text(json, str_of(text.at));
}

static int number_width(uint16_t vr)
{
	return vr == VR('A', 'T') ? 4 : vr_width(vr);
}

static void write_numbers(struct writer *w, const struct dataset *set,
    const struct element *e)
{
	bool big = set->syntax && set->syntax->big_endian;
	int width = number_width(e->vr);

	if (e->value.len < (size_t)width)
		return;
	begin_values(w->json);
	for (size_t i = 0; i + (size_t)width <= e->value.len;
	    i += (size_t)width) {
		const char *at = e->value.at + i;
		if (e->vr == VR('A', 'T'))
			put_tag(w->json, at, big);
		else if (e->vr == VR('F', 'L') || e->vr == VR('F', 'D'))
			put_real(w->json, bits(at, width, big), width);
		else
			put_integer(w->json, bits(at, width, big), e->vr,
			    width);
	}
	json_array_end(w->json);
}

/* Base64 of the value as little endian has it, and of even length, as it
 * would be written. */
static void write_binary(struct out *out, struct str s, int width, bool big)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t flip = big && s.len % (size_t)width == 0 ? (size_t)width - 1 : 0;
	char text[4 * 256];
	size_t n = 0, len = s.len + s.len % 2;

	out_put(out, S(",\"InlineBinary\":\""));
	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = 0;
		for (size_t j = i; j < i + 3; j++)
			three = three << 8 | (j < s.len ?
			    (unsigned char)s.at[j ^ flip] : 0);
		text[n++] = digits[three >> 18];
		text[n++] = digits[three >> 12 & 63];
		text[n++] = i + 1 < len ? digits[three >> 6 & 63] : '=';
		text[n++] = i + 2 < len ? digits[three & 63] : '=';
		if (n == sizeof(text)) {
			out_put(out, (struct str){text, n});
			n = 0;
		}
	}
	out_put(out, (struct str){text, n});
	out_char(out, '"');
}

static void write_path(struct out *out, const struct level *at)
{
	if (!at->up)
		return;
	write_path(out, at->up);
	out_printf(out, "%08X/%u/", (unsigned)at->tag, (unsigned)at->item);
}

/* What is not told here, by its URI; without one, not at all. */
static void write_bulk(struct writer *w, const struct element *e,
    const struct level *at)
{
	const struct json_options *o = w->options;
	struct out path, uri;

	if (!o->bulk)
		return;
	out_memory(&path);
	out_memory(&uri);
	write_path(&path, at);
	out_printf(&path, "%08X", (unsigned)e->tag);
	if (o->bulk(o->with, &uri, out_str(&path), e)) {
		head(w->json, e->tag,
		    is_binary(e->vr) ? e->vr : VR('U', 'N'));
		json_key(w->json, "BulkDataURI");
		json_text(w->json, out_str(&uri));
		json_object_end(w->json);
	}
	out_end(&path, NULL);
	out_end(&uri, NULL);
}

static bool write_items(struct writer *w, const struct element *e,
    const struct level *at)
{
	struct level here = {at, e->tag, 0, at->depth + 1};

	if (here.depth > DEPTH_MOST)
		return fail(w->err, ERR_INPUT,
		    "sequences are nested too deeply");
	if (!e->items_n)
		return true;
	begin_values(w->json);
	for (; here.item < e->items_n; here.item++) {
		json_object(w->json);
		if (!write_dataset(w, &e->items[here.item], &here))
			return false;
		json_object_end(w->json);
	}
	json_array_end(w->json);
	return true;
}

static bool is_bulk(const struct writer *w, const struct element *e)
{
	size_t size = e->value.len;

	if (e->fragments)
		return true;
	if (e->is_sequence || (vr_known(e->vr) && !is_binary(e->vr)))
		return false;
	if (!size && e->length != LENGTH_UNDEFINED)
		size = e->length; /* it was not read */
	return size && (size > w->options->inline_most || !e->value.len);
}

/* All but sequences. */
static void write_value(struct writer *w, const struct dataset *set,
    const struct element *e)
{
	bool big = set->syntax && set->syntax->big_endian;

	if (!e->value.len)
		return;
	if (!vr_known(e->vr) || is_binary(e->vr))
		write_binary(w->json->out, e->value, vr_width(e->vr), big);
	else if (vr_is_text(e->vr))
		write_texts(w, set, e);
	else
		write_numbers(w, set, e);
}

/* What a file calls UN is told as the dictionary knows it: whoever reads this
 * could not do so without the file's bytes. */
static bool write_element(struct writer *w, const struct dataset *set,
    const struct element *as_it_stands, const struct level *at)
{
	struct element understood = *as_it_stands;
	const struct element *e = &understood;

	uint16_t vr = element_vr(set, as_it_stands);

	/* A sequence that hides in UN of a known length stays bytes. */
	if (vr != VR('S', 'Q') && (!set->syntax || !set->syntax->big_endian))
		understood.vr = vr;
	bool sequence = e->is_sequence || e->vr == VR('S', 'Q');

	if (is_bulk(w, e)) {
		write_bulk(w, e, at);
		return true;
	}
	if (e->tag == TAG_SpecificCharacterSet) {
		head(w->json, e->tag, VR('C', 'S'));
		if (e->value.len)
			out_put(w->json->out, S(",\"Value\":[\"ISO_IR 192\"]"));
		json_object_end(w->json);
		return true;
	}
	head(w->json, e->tag, sequence ? VR('S', 'Q') :
	    vr_known(e->vr) ? e->vr : VR('U', 'N'));
	if (sequence && !write_items(w, e, at))
		return false;
	if (!sequence)
		write_value(w, set, e);
	json_object_end(w->json);
	return true;
}

static bool write_dataset(struct writer *w, const struct dataset *set,
    const struct level *at)
{
	uint32_t last = NO_TAG;

	for (uint32_t i = 0; i < set->n; i++) {
		const struct element *e = &set->elements[i];
		if (TAG_GROUP(e->tag) == 2 || !TAG_ELEMENT(e->tag) ||
		    e->tag == last)
			continue;
		last = e->tag;
		if (!at->up && w->options->wanted &&
		    !w->options->wanted(w->options->with, e->tag))
			continue;
		if (!write_element(w, set, e, at))
			return false;
	}
	return true;
}

bool dataset_json(const struct dataset *set, struct json *json,
    const struct json_options *options, struct err *err)
{
	struct writer w = {json, options, {0}, err};
	struct level top = {0};

	if (!options->values_only)
		json_object(json);
	bool good = write_dataset(&w, set, &top);
	if (!options->values_only)
		json_object_end(json);
	arena_end(&w.arena);
	if (good && json->out->err.kind != ERR_NONE)
		return fail(err, json->out->err.kind, "%s",
		    json->out->err.text);
	return good;
}
