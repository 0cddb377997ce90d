/* SPDX-License-Identifier: MIT */
/* json.c: RFC 8259, written from left to right.  A key and a value know by
 * one flag whether a comma comes before them. */
#include "out.h"
#include "time.h"
#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void value(struct json *json)
{
	if (json->comma)
		out_char(json->out, ',');
	json->comma = true;
}

void json_object(struct json *json)
{
	value(json);
	out_char(json->out, '{');
	json->comma = false;
}

void json_object_end(struct json *json)
{
	out_char(json->out, '}');
	json->comma = true;
}

void json_array(struct json *json)
{
	value(json);
	out_char(json->out, '[');
	json->comma = false;
}

void json_array_end(struct json *json)
{
	out_char(json->out, ']');
	json->comma = true;
}

static void put_escape(struct out *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	const char *in = "\"\\\n\r\t\b\f", *is = "\"\\nrtbf";
	const char *at = c ? strchr(in, c) : NULL;

	if (at) {
		out_char(out, '\\');
		out_char(out, is[at - in]);
		return;
	}
	char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
	out_put(out, (struct str){text, sizeof(text)});
}

static void put_text(struct out *out, struct str s)
{
	const unsigned char *at = (const unsigned char *)s.at;
	size_t from = 0, i = 0;

	out_char(out, '"');
	while (i < s.len) {
		bool good = true;
		size_t len = 1;
		if (at[i] >= 0x80)
			len = utf8_length(at + i, s.len - i, &good);
		if (good && at[i] >= 0x20 && at[i] != '"' && at[i] != '\\') {
			i += len;
			continue;
		}
		out_put(out, (struct str){s.at + from, i - from});
		if (good)
			put_escape(out, at[i]);
		else
			out_put(out, S("\xef\xbf\xbd"));
		i += len;
		from = i;
	}
	if (i > from)
		out_put(out, (struct str){s.at + from, i - from});
	out_char(out, '"');
}

void json_key(struct json *json, const char *key)
{
	value(json);
	put_text(json->out, str_of(key));
	out_char(json->out, ':');
	json->comma = false;
}

void json_text(struct json *json, struct str s)
{
	value(json);
	put_text(json->out, s);
}

void json_int(struct json *json, int64_t n)
{
	value(json);
	out_int(json->out, n);
}

/* The shortest of 15 to 17 digits that reads back as the same number. */
void json_real(struct json *json, double n)
{
	char text[32];
	int len = 0;

	if (!isfinite(n)) {
		json_null(json);
		return;
	}
	if (fabs(n) < 1e15 && n == (double)(int64_t)n) {
		json_int(json, (int64_t)n);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		len = snprintf(text, sizeof(text), "%.*g", digits, n);
		double back = strtod(text, NULL);
		if (!memcmp(&back, &n, sizeof(n)))
			break;
	}
	value(json);
	out_put(json->out, (struct str){text, (size_t)len});
}

void json_bool(struct json *json, bool yes)
{
	value(json);
	out_put(json->out, yes ? S("true") : S("false"));
}

void json_null(struct json *json)
{
	value(json);
	out_put(json->out, S("null"));
}

void json_day(struct json *json, int32_t day)
{
	struct day_text text = day_text(day);

	if (text.at[0])
		json_text(json, str_of(text.at));
	else
		json_null(json);
}
