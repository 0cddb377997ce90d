/* SPDX-License-Identifier: MIT */
/* names.c: person names (PS3.5 6.2.1) as they are looked for: folded, word by
 * word, and by sound.
 *
 * The sound is American Soundex: the first letter, then the classes of the
 * consonants that follow (bfpv 1, cgjkqsxz 2, dt 3, l 4, mn 5, r 6); the same
 * class twice in a row, or with h or w between, counts once; three digits. */
#include "archive/card.h"

#include <string.h>

#define NAME_MOST 512 /* bytes */

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	    (unsigned char)c >= 0x80;
}

/* Names longer than any are cut before they are folded. */
struct str name_key(struct arena *arena, struct str name)
{
	if (name.len > NAME_MOST) {
		name.len = NAME_MOST;
		while (name.len &&
		    ((unsigned char)name.at[name.len] & 0xc0) == 0x80)
			name.len--;
	}
	return text_fold(arena, name);
}

static size_t key_words(struct str key, struct str *words, size_t most)
{
	size_t n = 0, at = 0;

	while (n < most) {
		while (at < key.len && !is_word_byte(key.at[at]))
			at++;
		size_t from = at;
		while (at < key.len && is_word_byte(key.at[at]))
			at++;
		if (from == at)
			break;
		words[n++] = (struct str){key.at + from, at - from};
	}
	return n;
}

size_t name_words(struct arena *arena, struct str name, struct str *words,
    size_t most)
{
	return key_words(name_key(arena, name), words, most);
}

struct sound word_sound(struct str word)
{
	static const char class_of[] = "01230120022455012623010202";
	struct sound sound = {{0}};
	size_t n = 0;
	char last = 0;

	for (size_t i = 0; i < word.len && n < 4; i++) {
		char c = word.at[i];
		if (c < 'a' || c > 'z')
			return (struct sound){{0}};
		char class = class_of[c - 'a'];
		if (n == 0)
			sound.at[n++] = c;
		else if (class != '0' && class != last)
			sound.at[n++] = class;
		if (c != 'h' && c != 'w')
			last = class;
	}
	while (n > 0 && n < 4)
		sound.at[n++] = '0';
	return sound;
}

static bool word_answers(struct str word, struct str asked)
{
	struct sound a = word_sound(word), b = word_sound(asked);

	return str_starts(word, asked) ||
	    (a.at[0] && memcmp(a.at, b.at, 4) == 0);
}

bool key_sounds_like(struct str name, struct str asked)
{
	struct str words[16], wanted[16];
	size_t n = key_words(name, words, 16);
	size_t m = key_words(asked, wanted, 16);

	for (size_t i = 0; i < m; i++) {
		bool found = false;
		for (size_t j = 0; j < n && !found; j++)
			found = word_answers(words[j], wanted[i]);
		if (!found)
			return false;
	}
	return m > 0;
}
