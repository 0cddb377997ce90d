/* SPDX-License-Identifier: MIT */
/* json_read.c: DICOM JSON, PS3.18 F, to a data set in explicit little endian.
 * No tree is made of the JSON: members go where they belong as they are read.
 * What a VR cannot hold is refused, and the error says where.  Texts are kept
 * in UTF-8, and (0008,0005) says so; group lengths and group 2, which the
 * model leaves out, are passed over. */
#include "dicom/part10.h"

#include "dicom/charset_set.h"
#include "dicom/json_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DS_MOST 16 /* characters of a decimal string */
#define UNORDERED_MOST 8192 /* elements of a set: each moves all behind it */

struct reader {
	struct json_text text;
	struct arena *arena;
	struct out value;  /* of the element that is read */
	char path[1536];   /* where that is: "00081140/0/00081150" */
	size_t path_len;
	int64_t elements, depth;
	bool beyond_ascii;
	bool (*bulk)(void *with, struct element *, struct str uri,
	    struct err *);
	void *with;
	struct err *err;
};
struct member { /* what an element was said to be */
	uint16_t vr;
	const char *value_at, *inline_at; /* read once the VR is known */
	struct str uri;
	bool has_uri;
};

static bool read_object(struct reader *, struct dataset *);

static bool refuse(struct reader *r, const char *why)
{
	if (!r->path_len)
		return fail(r->err, ERR_INPUT, "DICOM JSON: %s at byte %lld",
		    why, (long long)(r->text.at - r->text.from));
	return fail(r->err, ERR_INPUT, "DICOM JSON: %.*s: %s",
	    (int)(r->path_len < 120 ? r->path_len : 120), r->path, why);
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool put_base64(struct reader *r, struct str s)
{
	uint32_t held = 0;
	int bits = 0;

	for (int i = 0; i < 2 && s.len && s.at[s.len - 1] == '='; i++)
		s.len--;
	for (size_t i = 0; i < s.len; i++) {
		int digit = base64_digit(s.at[i]);
		if (digit < 0)
			return refuse(r, "InlineBinary is no base64");
		held = held << 6 | (uint32_t)digit;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out_char(&r->value, (char)(held >> bits));
		}
	}
	if (s.len % 4 == 1)
		return refuse(r, "InlineBinary is cut off");
	return true;
}

static void put_bits(struct reader *r, uint64_t n, int width)
{
	for (int i = 0; i < width; i++)
		out_char(&r->value, (char)(n >> 8 * i));
}

/* A whole number, however it was written, within the VR's limits. */
static bool put_integer(struct reader *r, struct str s, uint16_t vr)
{
	int width = vr_width(vr);
	bool is_signed = vr >> 8 == 'S', minus = s.len && s.at[0] == '-';
	uint64_t n = 0, most = UINT64_MAX >> (64 - 8 * width + is_signed);
	double real;

	if (minus)
		s.at++, s.len--;
	bool good = s.len > 0;
	for (size_t i = 0; good && i < s.len; i++)
		good = s.at[i] >= '0' && s.at[i] <= '9' &&
		    !__builtin_mul_overflow(n, 10, &n) &&
		    !__builtin_add_overflow(n, (uint64_t)(s.at[i] - '0'), &n);
	if (!good && str_real(s, &real) && real == trunc(real) &&
	    real >= 0 && real < 9e15) {
		n = (uint64_t)real;
		good = true;
	}
	if (!good)
		return refuse(r, "is no whole number");
	if (n > most + (minus && is_signed) || (minus && n && !is_signed))
		return refuse(r, "is a number that its VR cannot hold");
	put_bits(r, minus ? 0 - n : n, width);
	return true;
}

static bool put_real(struct reader *r, struct str s, uint16_t vr)
{
	static const struct {
		const char *word;
		double is;
	} words[] = {{"NaN", (double)NAN}, {"inf", (double)INFINITY},
	    {"-inf", -(double)INFINITY}, {"Infinity", (double)INFINITY},
	    {"-Infinity", -(double)INFINITY}};
	double value;
	uint64_t bits;
	bool good = str_real(s, &value);

	for (size_t i = 0; !good && i < sizeof(words) / sizeof(*words); i++)
		if (str_is(s, words[i].word)) {
			value = words[i].is;
			good = true;
		}
	if (!good)
		return refuse(r, "is no number");
	if (vr == VR('F', 'L')) {
		float single = (float)value;
		uint32_t half;
		memcpy(&half, &single, sizeof(half));
		put_bits(r, half, 4);
		return true;
	}
	memcpy(&bits, &value, sizeof(bits));
	put_bits(r, bits, 8);
	return true;
}

static bool put_tag(struct reader *r, struct str s)
{
	uint32_t tag;

	if (s.len != 8 || !tag_read(s, &tag))
		return refuse(r, "is no tag of eight digits");
	put_bits(r, TAG_GROUP(tag), 2);
	put_bits(r, TAG_ELEMENT(tag), 2);
	return true;
}

/* The most digits that a decimal string has room for. */
static bool put_decimal(struct reader *r, struct str s)
{
	char text[40];
	int len = 0;
	double value;

	if (s.len <= DS_MOST) {
		out_put(&r->value, s);
		return true;
	}
	if (!str_real(s, &value))
		return refuse(r, "is no number");
	for (int digits = 16; digits > 0; digits--) {
		len = snprintf(text, sizeof(text), "%.*g", digits, value);
		if (len <= DS_MOST)
			break;
	}
	out_put(&r->value, (struct str){text, (size_t)len});
	return true;
}

static void put_text(struct reader *r, struct str s)
{
	for (size_t i = 0; i < s.len && !r->beyond_ascii; i++)
		r->beyond_ascii = (unsigned char)s.at[i] >= 0x80;
	out_put(&r->value, s);
}

static bool put_scalar(struct reader *r, struct str s, uint16_t vr,
    bool is_number)
{
	if (vr == VR('A', 'T'))
		return put_tag(r, s);
	if (vr == VR('F', 'L') || vr == VR('F', 'D'))
		return put_real(r, s, vr);
	if (!vr_is_text(vr))
		return put_integer(r, s, vr);
	if (is_number && vr == VR('D', 'S'))
		return put_decimal(r, s);
	put_text(r, s);
	return true;
}

/* {"Alphabetic": ..., "Ideographic": ..., "Phonetic": ...} */
static bool read_name(struct reader *r)
{
	static const char *const names[] = {"Alphabetic", "Ideographic",
	    "Phonetic"};
	struct str groups[3] = {{"", 0}, {"", 0}, {"", 0}}, key, text;
	size_t n = 3;

	if (json_mark(&r->text, '}'))
		return true;
	do {
		size_t i = 0;
		if (!json_string(&r->text, &key) || !json_mark(&r->text, ':'))
			return refuse(r, "is no person's name");
		while (i < 3 && !str_is(key, names[i]))
			i++;
		bool null = json_word(&r->text, "null");
		if (!null && !json_string(&r->text, &text))
			return refuse(r, "has a group that is no text");
		if (!null && i < 3)
			groups[i] = text;
	} while (json_mark(&r->text, ','));
	if (!json_mark(&r->text, '}'))
		return refuse(r, "is a name that does not end");
	while (n > 1 && !groups[n - 1].len)
		n--;
	for (size_t i = 0; i < n; i++) {
		if (i)
			out_char(&r->value, '=');
		put_text(r, groups[i]);
	}
	return true;
}

static bool read_item(struct reader *r, struct dataset *set, uint32_t tag,
    size_t i)
{
	size_t before = r->path_len;
	bool good;

	if (!json_mark(&r->text, '{'))
		return refuse(r, "has an item that is no object");
	if (++r->depth > dicom_limits_standard.depth)
		return refuse(r, "is nested too deeply");
	r->path_len += (size_t)snprintf(r->path + before,
	    sizeof(r->path) - before, "/%u/", (unsigned)i);
	good = read_object(r, dataset_put_item(set, tag));
	r->path_len = before;
	r->depth--;
	return good;
}

/* false without an error: there is nothing of the kind. */
static bool read_value(struct reader *r, uint16_t vr, bool *null)
{
	struct str s;

	*null = false;
	if (json_word(&r->text, "null")) {
		*null = true;
		return vr_is_text(vr) || refuse(r, "has a null among numbers");
	}
	if (vr == VR('P', 'N') && json_mark(&r->text, '{'))
		return read_name(r);
	if (json_number(&r->text, &s))
		return put_scalar(r, s, vr, true);
	if (json_string(&r->text, &s))
		return put_scalar(r, s, vr, false);
	return refuse(r, "has a value that its VR cannot be");
}

static bool take_one(struct reader *r)
{
	return ++r->elements <= dicom_limits_standard.elements ||
	    refuse(r, "there are too many elements");
}

static bool read_values(struct reader *r, struct dataset *set, uint32_t tag,
    uint16_t vr)
{
	bool null = false;
	size_t n = 0;

	if (json_word(&r->text, "null"))
		return true;
	if (!json_mark(&r->text, '['))
		return refuse(r, "Value is no array");
	if (json_mark(&r->text, ']'))
		return true;
	if (json_word(&r->text, "null")) { /* alone it is the empty value */
		null = true;
		n = 1;
		if (json_mark(&r->text, ']'))
			return true;
		if (!vr_is_text(vr) || !json_mark(&r->text, ','))
			return refuse(r, "has a null among its values");
	}
	do {
		if (!take_one(r))
			return false;
		if (n && !charset_has_values(vr))
			return refuse(r, "has one value only");
		if (n && vr_is_text(vr))
			out_char(&r->value, '\\');
		if (vr == VR('S', 'Q') ? !read_item(r, set, tag, n) :
		    !read_value(r, vr, &null))
			return false;
		n++;
	} while (json_mark(&r->text, ','));
	return json_mark(&r->text, ']') || refuse(r, "Value does not end");
}

static bool is_binary(uint16_t vr)
{
	return vr == VR('U', 'N') || vr >> 8 == 'O';
}

static void put_element(struct reader *r, struct dataset *set, uint32_t tag,
    uint16_t vr)
{
	if (tag == TAG_SpecificCharacterSet && r->value.len) {
		r->value.len = 0;
		out_put(&r->value, charset_terms(charset_utf8));
	}
	if (r->value.len % 2)
		out_char(&r->value,
		    vr_is_text(vr) && vr != VR('U', 'I') ? ' ' : '\0');
	dataset_put_bytes(set, tag, vr,
	    arena_keep(r->arena, out_str(&r->value)));
}

static bool read_binary(struct reader *r, uint16_t vr)
{
	struct str s;

	if (!is_binary(vr))
		return refuse(r, "InlineBinary is not for its VR");
	if (!json_string(&r->text, &s))
		return refuse(r, "InlineBinary is no text");
	return put_base64(r, s);
}

static bool take_bulk(struct reader *r, struct dataset *set, uint32_t tag,
    const struct member *m)
{
	struct element e = {.tag = tag, .vr = m->vr, .value = {"", 0}};

	if (m->vr == VR('S', 'Q'))
		return refuse(r, "BulkDataURI is not for a sequence");
	if (r->bulk && !r->bulk(r->with, &e, m->uri, r->err))
		return refuse(r, "its BulkDataURI cannot be had");
	if (e.fragments)
		dataset_put_element(set, set, &e);
	else
		dataset_put_bytes(set, tag, e.vr, e.value);
	return true;
}

static bool read_vr(struct reader *r, struct member *m)
{
	struct str s;

	if (!json_string(&r->text, &s) || s.len != 2)
		return refuse(r, "vr is no value representation");
	m->vr = VR((unsigned char)s.at[0], (unsigned char)s.at[1]);
	return vr_known(m->vr) || refuse(r, "vr is not known");
}

/* Members come in any order: a value before its VR waits. */
static bool read_member(struct reader *r, struct member *m, struct str key)
{
	const char **at = str_is(key, "Value") ? &m->value_at :
	    str_is(key, "InlineBinary") ? &m->inline_at : NULL;

	if (str_is(key, "vr"))
		return read_vr(r, m);
	if (str_is(key, "BulkDataURI")) {
		m->has_uri = true;
		return json_string(&r->text, &m->uri) ||
		    refuse(r, "BulkDataURI is no text");
	}
	if (at && *at)
		return refuse(r, "says its value twice");
	if (at)
		*at = r->text.at;
	return json_skip(&r->text) || refuse(r, "cannot be read");
}

static bool read_members(struct reader *r, struct member *m)
{
	struct str key;

	if (!json_mark(&r->text, '{'))
		return refuse(r, "is no object");
	if (json_mark(&r->text, '}'))
		return true;
	do {
		if (!json_string(&r->text, &key) || !json_mark(&r->text, ':'))
			return refuse(r, "has a member without a name");
		if (!read_member(r, m, key))
			return false;
	} while (json_mark(&r->text, ','));
	return json_mark(&r->text, '}') || refuse(r, "does not end");
}

static bool has_vr(struct reader *r, uint32_t tag, struct member *m)
{
	const struct term *term = m->vr ? NULL : term_find(tag);

	if (term)
		m->vr = term->vrs[0];
	if (tag == TAG_SpecificCharacterSet && m->vr != VR('C', 'S'))
		return refuse(r, "is not of its vr, CS");
	return m->vr || refuse(r, "has no vr");
}

static bool read_element(struct reader *r, struct dataset *set, uint32_t tag)
{
	struct member m = {0};
	const char *end;

	if (!take_one(r) || !read_members(r, &m) || !has_vr(r, tag, &m))
		return false;
	if ((m.value_at != NULL) + (m.inline_at != NULL) + m.has_uri > 1)
		return refuse(r, "says its value twice");
	if (TAG_GROUP(tag) == 2 || !TAG_ELEMENT(tag))
		return true;
	if (m.has_uri)
		return take_bulk(r, set, tag, &m);
	r->value.len = 0;
	end = r->text.at;
	if (m.vr == VR('S', 'Q'))
		dataset_put_sequence(set, tag);
	if (m.value_at && is_binary(m.vr))
		return refuse(r, "Value is not for its VR");
	r->text.at = m.value_at ? m.value_at : m.inline_at;
	if (m.value_at && !read_values(r, set, tag, m.vr))
		return false;
	if (m.inline_at && !read_binary(r, m.vr))
		return false;
	r->text.at = end;
	if (m.vr != VR('S', 'Q'))
		put_element(r, set, tag, m.vr);
	return true;
}

static bool is_key(struct str key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!strchr("0123456789ABCDEFabcdef", key.at[i]))
			return false;
	return key.len == 8;
}

/* Behind its brace. */
static bool read_object(struct reader *r, struct dataset *set)
{
	size_t before = r->path_len;
	struct str key;
	uint32_t tag;

	set->charset = charset_utf8;
	if (json_mark(&r->text, '}'))
		return true;
	do {
		if (!json_string(&r->text, &key) || !json_mark(&r->text, ':'))
			return refuse(r, "there is no tag");
		if (!is_key(key) || !tag_read(key, &tag))
			return refuse(r, "a name is no tag of eight digits");
		r->path_len += (size_t)snprintf(r->path + before,
		    sizeof(r->path) - before, "%08X", (unsigned)tag);
		if (dataset_find(set, tag))
			return refuse(r, "is there twice");
		if (set->n >= UNORDERED_MOST &&
		    tag < set->elements[set->n - 1].tag)
			return refuse(r, "is out of order among very many");
		if (!read_element(r, set, tag))
			return false;
		r->path_len = before;
	} while (json_mark(&r->text, ','));
	return json_mark(&r->text, '}') || refuse(r, "an object does not end");
}

static bool read_top(struct reader *r, struct dataset *set)
{
	bool array = json_mark(&r->text, '[');

	if (!json_mark(&r->text, '{'))
		return refuse(r, "there is no object");
	if (!read_object(r, set))
		return false;
	if (array && !json_mark(&r->text, ']'))
		return refuse(r, "there is not one object");
	return json_at_end(&r->text) ||
	    refuse(r, "something follows the object");
}

bool dataset_of_json(struct arena *arena, struct str text,
    struct dataset *set, bool (*bulk)(void *with, struct element *,
    struct str uri, struct err *), void *with, struct err *err)
{
	struct reader r = {.text = {text.at, text.at, text.at + text.len, arena},
	    .arena = arena, .bulk = bulk, .with = with, .err = err};

	*set = *dataset_new(arena, syntax_explicit);
	if (!str_is_utf8(text))
		return fail(err, ERR_INPUT, "DICOM JSON: it is not UTF-8");
	out_memory(&r.value);
	bool good = read_top(&r, set);
	if (good && r.beyond_ascii &&
	    !dataset_raw(set, TAG_SpecificCharacterSet).len)
		dataset_put_bytes(set, TAG_SpecificCharacterSet, VR('C', 'S'),
		    charset_terms(charset_utf8));
	out_end(&r.value, NULL);
	return good;
}
