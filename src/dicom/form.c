/* SPDX-License-Identifier: MIT */
/* form.c: the forms of values, PS3.5 table 6.2-1, a row for each VR. */
#include "dicom/form.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number that the next n digits make, or -1. */
static int digits(struct str *rest, size_t n)
{
	int value = 0;

	if (rest->len < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(rest->at[i]))
			return -1;
		value = value * 10 + rest->at[i] - '0';
	}
	*rest = (struct str){rest->at + n, rest->len - n};
	return value;
}

static bool in(int value, int low, int high)
{
	return value >= low && value <= high;
}

/* Each further part of two digits may be left out with those behind it. */
static bool date_parts(struct str *rest, bool whole)
{
	int year = digits(rest, 4), month = 1, day = 1;

	if (year < 0)
		return false;
	if (!whole && (!rest->len || !is_digit(*rest->at)))
		return true;
	month = digits(rest, 2);
	if (!whole && (!rest->len || !is_digit(*rest->at)))
		return in(month, 1, 12);
	day = digits(rest, 2);
	return in(month, 1, 12) && in(day, 1, 31) &&
	    day_of(year, month, day) != NO_DAY;
}

static bool is_date(struct str s)
{
	return date_parts(&s, true) && !s.len;
}

static bool fraction(struct str *rest)
{
	size_t n = 1;

	if (!rest->len || *rest->at != '.')
		return true;
	while (n < rest->len && is_digit(rest->at[n]))
		n++;
	*rest = (struct str){rest->at + n, rest->len - n};
	return n > 1 && n <= 7;
}

static bool time_parts(struct str *rest)
{
	if (!in(digits(rest, 2), 0, 23))
		return false;
	if (!rest->len || !is_digit(*rest->at))
		return true;
	if (!in(digits(rest, 2), 0, 59))
		return false;
	if (!rest->len || !is_digit(*rest->at))
		return true;
	return in(digits(rest, 2), 0, 60) && fraction(rest);
}

static bool is_time(struct str s)
{
	return time_parts(&s) && !s.len;
}

static bool is_datetime(struct str s)
{
	if (!date_parts(&s, false))
		return false;
	if (s.len && is_digit(*s.at) && !time_parts(&s))
		return false;
	if (!s.len)
		return true;
	if (*s.at != '+' && *s.at != '-')
		return false;
	s = (struct str){s.at + 1, s.len - 1};
	return in(digits(&s, 2), 0, 14) && in(digits(&s, 2), 0, 59) && !s.len;
}

static bool is_integer(struct str s)
{
	int64_t value;

	return s.len <= 12 && str_int(s, &value) && value >= INT32_MIN &&
	    value <= INT32_MAX;
}

static bool is_decimal(struct str s)
{
	double value;

	return s.len <= 16 && str_real(s, &value);
}

static bool is_code(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.at[i] >= 'A' && s.at[i] <= 'Z') &&
		    !is_digit(s.at[i]) && s.at[i] != ' ' && s.at[i] != '_')
			return false;
	return s.len <= 16;
}

static bool is_printable(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < 0x20 || s.at[i] == 0x7f)
			return false;
	return true;
}

static bool is_title(struct str s)
{
	return s.len <= 16 && is_printable(s);
}

static bool is_age(struct str s)
{
	return digits(&s, 3) >= 0 && s.len == 1 && strchr("DWMY", *s.at);
}

static bool is_uri(struct str s)
{
	return is_printable(s) && !memchr(s.at, ' ', s.len);
}

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.at[i] & 0xc0) != 0x80;
	return n;
}

/* What is in a text may be decoded already, so ESC is not among it. */
static bool has_controls(struct str s, bool lines)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if ((c < 0x20 && !(lines && (c == '\n' || c == '\r' ||
		    c == '\f' || c == '\t'))) || c == 0x7f)
			return true;
	}
	return false;
}

static bool is_name(struct str s)
{
	for (int groups = 0; s.at; groups++) {
		bool more = s.len && memchr(s.at, '=', s.len);
		struct str group = str_cut(&s, '=');

		if (groups == 3 || characters(group) > 64)
			return false;
		for (int parts = 0; group.len; parts++) {
			if (parts == 5)
				return false;
			str_cut(&group, '^');
		}
		if (!more)
			break;
	}
	return true;
}

static const struct {
	uint16_t vr;
	bool (*is)(struct str);
	size_t most; /* characters; 0: any */
	const char *code, *words;
} forms[] = {
	{VR('D', 'A'), is_date, 0, "date-invalid", "it is no day written YYYYMMDD"},
	{VR('T', 'M'), is_time, 0, "time-invalid", "it is no time written HHMMSS.FFFFFF"},
	{VR('D', 'T'), is_datetime, 0, "datetime-invalid", "it is no moment YYYYMMDDHHMMSS.F&ZZXX"},
	{VR('I', 'S'), is_integer, 0, "integer-invalid", "it is no whole number of 32 bits"},
	{VR('D', 'S'), is_decimal, 0, "decimal-invalid", "it is no number of 16 characters"},
	{VR('C', 'S'), is_code, 0, "code-invalid", "it is not 16 of A-Z, 0-9, blank, _"},
	{VR('A', 'E'), is_title, 0, "title-invalid", "it is not 16 printable characters"},
	{VR('A', 'S'), is_age, 0, "age-invalid", "it is no age: nnnD, nnnW, nnnM, nnnY"},
	{VR('U', 'I'), uid_valid, 0, "uid-invalid", "it is no UID of 64 characters"},
	{VR('U', 'R'), is_uri, 0, "uri-invalid", "it is no URI"},
	{VR('P', 'N'), is_name, 0, "name-invalid", "it has over 3 groups, 5 parts, 64 letters"},
	{VR('L', 'O'), NULL, 64, NULL, NULL},
	{VR('S', 'H'), NULL, 16, NULL, NULL},
	{VR('S', 'T'), NULL, 1024, NULL, NULL},
	{VR('L', 'T'), NULL, 10240, NULL, NULL},
};

const char *form_wrong(uint16_t vr, struct str value, const char **words)
{
	bool lines = vr == VR('S', 'T') || vr == VR('L', 'T') ||
	    vr == VR('U', 'T');

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (forms[i].vr != vr)
			continue;
		*words = forms[i].words;
		if (value.len && forms[i].is && !forms[i].is(value))
			return forms[i].code;
		*words = "it is longer than its VR allows";
		if (forms[i].most && characters(value) > forms[i].most)
			return "too-long";
	}
	*words = "it has control characters";
	return vr_has_charset(vr) && has_controls(value, lines) ?
	    "control-character" : NULL;
}

bool vm_allows(const char *vm, uint32_t n)
{
	struct str rest = str_of(vm), first = str_cut(&rest, '-');
	int64_t least = 1, most;

	if (!n || strstr(vm, " or "))
		return true;
	if (!str_int(first, &least) || !rest.len)
		return n == least;
	if (str_is(rest, "n"))
		return n >= least;
	bool steps = str_ends(rest, S("n"));
	rest.len -= steps;
	if (!str_int(rest, &most) || n < least)
		return false;
	return steps ? n % most == 0 : n <= most;
}
