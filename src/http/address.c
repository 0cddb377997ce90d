/* SPDX-License-Identifier: MIT */
/* address.c: what was asked for, from the bytes of the request line (RFC 3986,
 * RFC 9112 3.2), and two headers whose lists need reading (RFC 9110 8.8.3 and
 * 12.5.3).  Pure functions: no socket, so they can be fuzzed.
 *
 * The path is cut at its slashes before anything is decoded, so "%2F" stays
 * inside its segment and ".." cannot be smuggled in. */
#include "http/http.h"

#include <string.h>

#define ADDRESS_MAX 8192

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many bytes were decoded; SIZE_MAX when an escape is broken. */
static size_t decode(struct str s, bool plus_is_blank, char *to)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		if (c == '%') {
			if (s.len - i < 3)
				return SIZE_MAX;
			int high = hex_digit(s.at[i + 1]);
			int low = hex_digit(s.at[i + 2]);
			if (high < 0 || low < 0)
				return SIZE_MAX;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus_is_blank)
			c = ' ';
		to[n++] = c;
	}
	return n;
}

bool percent_read(struct arena *arena, struct str s, bool plus_is_blank,
    struct str *text, struct err *err)
{
	char *at;

	*text = s;
	if (s.len && (memchr(s.at, '%', s.len) ||
	    (plus_is_blank && memchr(s.at, '+', s.len)))) {
		at = arena_alloc(arena, s.len);
		*text = (struct str){at, decode(s, plus_is_blank, at)};
	}
	if (text->len == SIZE_MAX)
		return fail(err, ERR_INPUT,
		    "the address has a %% that two hexadecimal digits do not "
		    "follow");
	if (text->len && memchr(text->at, 0, text->len))
		return fail(err, ERR_INPUT, "the address holds a zero byte");
	if (!str_is_utf8(*text))
		return fail(err, ERR_INPUT, "the address is not UTF-8");
	return true;
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7f)
			return true;
	return false;
}

static bool read_segment(struct arena *arena, struct str sent,
    struct address *address, struct err *err)
{
	struct str *segment = &address->segments[address->segments_n];

	if (address->segments_n == SEGMENTS_MAX)
		return fail(err, ERR_INPUT, "the path has more than %d parts",
		    SEGMENTS_MAX);
	if (!percent_read(arena, sent, false, segment, err))
		return false;
	if (str_is(*segment, ".") || str_is(*segment, "..") ||
	    has_control(*segment))
		return fail(err, ERR_INPUT,
		    "the path has a part that cannot be");
	address->segments_n++;
	return true;
}

static bool read_ask(struct arena *arena, struct str sent,
    struct address *address, struct err *err)
{
	struct pair *ask = &address->asks[address->asks_n];
	struct str value = sent, name = str_cut(&value, '=');

	if (address->asks_n == ASKS_MAX)
		return fail(err, ERR_INPUT, "more than %d parameters",
		    ASKS_MAX);
	if (!percent_read(arena, name, true, &ask->name, err) ||
	    !percent_read(arena, value, true, &ask->value, err))
		return false;
	address->asks_n++;
	return true;
}

bool address_read(struct arena *arena, struct str sent, struct address *address,
    struct err *err)
{
	struct str query = sent, rest;

	if (sent.len > ADDRESS_MAX)
		return fail(err, ERR_INPUT, "the address is longer than %d bytes",
		    ADDRESS_MAX);
	address->segments_n = address->asks_n = 0;
	address->path = str_cut(&query, '?');
	rest = address->path;
	if (!str_starts(rest, S("/")))
		return fail(err, ERR_INPUT, "the path does not begin with /");
	rest.at++;
	rest.len--;
	while (rest.len || str_ends(address->path, S("/"))) {
		bool is_last = !rest.len || !memchr(rest.at, '/', rest.len);
		if (!read_segment(arena, str_cut(&rest, '/'), address, err))
			return false;
		if (is_last)
			break;
	}
	while (query.len) {
		struct str ask = str_cut(&query, '&');
		if (ask.len && !read_ask(arena, ask, address, err))
			return false;
	}
	return true;
}

bool address_match(const struct address *address, const char *template,
    struct pair *values)
{
	struct str rest = str_of(template), part;
	size_t i = 0, n = 0;

	str_cut(&rest, '/');
	for (; i < address->segments_n && (rest.len || i == 0); i++) {
		part = str_cut(&rest, '/');
		if (part.len < 2 || part.at[0] != '{') {
			if (!str_eq(part, address->segments[i]))
				return false;
			continue;
		}
		if (!address->segments[i].len || n == VALUES_MAX)
			return false;
		values[n++] = (struct pair){
		    {part.at + 1, part.len - 2}, address->segments[i]};
	}
	if (i + 1 == address->segments_n && !address->segments[i].len)
		i += str_ends(str_of(template), S("/"));
	return i == address->segments_n && !rest.len;
}

/* The opaque text of an entity tag: without W/ and blanks around. */
static struct str tag_text(struct str tag)
{
	tag = str_trim(tag);
	if (str_starts(tag, S("W/")))
		tag = (struct str){tag.at + 2, tag.len - 2};
	return tag;
}

bool etag_listed(struct str list, const char *etag)
{
	struct str wanted = tag_text(str_of(etag));

	if (!wanted.len)
		return false;
	if (str_is(str_trim(list), "*"))
		return true;
	while (list.len)
		if (str_eq(tag_text(str_cut(&list, ',')), wanted))
			return true;
	return false;
}

/* q=0, q=0.0 and so on say "not this one"; what cannot be read says nothing. */
static bool is_refused(struct str weights)
{
	double q;

	while (weights.len) {
		struct str value = str_trim(str_cut(&weights, ';'));
		struct str name = str_trim(str_cut(&value, '='));
		if (str_eq_nocase(name, S("q")) &&
		    str_real(str_trim(value), &q) && q <= 0)
			return true;
	}
	return false;
}

bool accepts_gzip(struct str list)
{
	bool any = false;

	while (list.len) {
		struct str weights = str_cut(&list, ',');
		struct str coding = str_trim(str_cut(&weights, ';'));
		if (str_eq_nocase(coding, S("gzip")))
			return !is_refused(weights);
		if (str_is(coding, "*"))
			any = !is_refused(weights);
	}
	return any;
}
