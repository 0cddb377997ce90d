/* SPDX-License-Identifier: MIT */
/* tag.c: tags, their ways of being written, and what the dictionaries say of
 * them.  PS3.6, and PS3.5 7.6 (repeating groups) and 7.8 (private ones). */
#include "dicom/dictionary.h"

#include <stdio.h>
#include <string.h>

static const struct term group_length = {0, 0x0000ffff, "GroupLength",
    "Group Length", "1", {VR('U', 'L')}, true};
static const struct term private_creator = {0x00010010, 0x0001ff00,
    "PrivateCreator", "Private Creator", "1", {VR('L', 'O')}, false};

/* Few and rare: looked through. */
static const struct term *repeating_find(uint32_t tag)
{
	for (size_t i = 0; i < dictionary_repeating_n; i++) {
		const struct term *term = &dictionary_repeating[i];

		if ((tag & term->mask) == term->tag)
			return term;
	}
	return NULL;
}

const struct term *term_find(uint32_t tag)
{
	size_t low = 0, n = dictionary_terms_n;

	if (TAG_IS_PRIVATE(tag)) {
		uint16_t element = TAG_ELEMENT(tag);
		if (element == 0)
			return &group_length;
		return element >= 0x10 && element <= 0xff ? &private_creator :
		    NULL;
	}
	while (n) {
		size_t half = n / 2;

		if (dictionary_tags[low + half] < tag) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	if (low < dictionary_terms_n && dictionary_tags[low] == tag)
		return &dictionary_terms[low];
	return TAG_ELEMENT(tag) ? repeating_find(tag) : &group_length;
}

const struct term *term_of_keyword(struct str keyword)
{
	size_t low = 0, high = dictionary_keywords_n;

	while (low < high) {
		size_t half = (low + high) / 2;
		const struct term *term =
		    &dictionary_terms[dictionary_keywords[half]];
		int order = str_cmp(keyword, str_of(term->keyword));

		if (!order)
			return term;
		if (order < 0)
			high = half;
		else
			low = half + 1;
	}
	for (size_t i = 0; i < dictionary_repeating_n; i++)
		if (str_is(keyword, dictionary_repeating[i].keyword))
			return &dictionary_repeating[i];
	return NULL;
}

static const struct private_creator *creator_find(struct str name)
{
	size_t low = 0, high = dictionary_creators_n;

	while (low < high) {
		size_t half = (low + high) / 2;
		int order =
		    str_cmp(name, str_of(dictionary_creators[half].name));

		if (!order)
			return &dictionary_creators[half];
		if (order < 0)
			high = half;
		else
			low = half + 1;
	}
	return NULL;
}

const struct term *term_private(struct str creator, uint32_t tag)
{
	const struct private_creator *is = creator_find(creator);
	uint32_t wanted = tag & PRIVATE_USUAL;
	size_t low = 0, high = is ? is->usual : 0;

	while (low < high) {
		size_t half = (low + high) / 2;
		const struct term *term =
		    &dictionary_private[is->first + half];

		if (term->tag == wanted)
			return term;
		if (wanted < term->tag)
			high = half;
		else
			low = half + 1;
	}
	for (size_t i = is ? is->usual : 0; is && i < is->n; i++) {
		const struct term *term = &dictionary_private[is->first + i];

		if ((tag & term->mask) == term->tag)
			return term;
	}
	return NULL;
}

static bool hex_read(struct str text, uint32_t *value)
{
	*value = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		uint32_t digit;

		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			digit = (uint32_t)((c | 32) - 'a' + 10);
		else
			return false;
		*value = *value << 4 | digit;
	}
	return true;
}

bool tag_read(struct str text, uint32_t *tag)
{
	uint32_t group, element;

	if (text.len == 11 && text.at[0] == '(' && text.at[10] == ')')
		text = (struct str){text.at + 1, 9};
	if (text.len == 9 && text.at[4] == ',') {
		if (!hex_read((struct str){text.at, 4}, &group) ||
		    !hex_read((struct str){text.at + 5, 4}, &element))
			return false;
		*tag = TAG(group, element);
		return true;
	}
	if (text.len == 8 && hex_read(text, tag))
		return true;
	const struct term *term = term_of_keyword(text);
	if (term)
		*tag = term->tag;
	return term != NULL;
}

struct tag_text tag_text(uint32_t tag)
{
	struct tag_text text;

	snprintf(text.at, sizeof(text.at), "(%04x,%04x)", TAG_GROUP(tag),
	    TAG_ELEMENT(tag));
	return text;
}

struct tag_text tag_hex(uint32_t tag)
{
	struct tag_text text;

	snprintf(text.at, sizeof(text.at), "%08X", tag);
	return text;
}
