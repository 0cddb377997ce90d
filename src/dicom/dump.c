/* SPDX-License-Identifier: MIT */
/* dump.c: a data set as lines for people: tag, VR, length, what it is called
 * and what it says.  A line has at most 120 characters and none that moves the
 * cursor or turns the direction of writing, whatever the values hold. */
#include "dicom/part10.h"
#include "dicom/read.h"
#include "dicom/value.h"

#include <stdio.h>
#include <string.h>

#define WIDTH 120
#define INDENT_MOST 32
#define BYTES_MOST (4 * WIDTH) /* of a value that are looked at */

struct line {
	struct out *out;
	int left; /* characters */
};

/* One character of good UTF-8; its length. */
static size_t character(struct str text, uint32_t *code)
{
	unsigned char first = (unsigned char)text.at[0];
	size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (len > text.len)
		len = text.len;
	*code = len == 1 ? first : first & (0x7fU >> len);
	for (size_t i = 1; i < len; i++)
		*code = *code << 6 | ((unsigned char)text.at[i] & 0x3f);
	return len;
}

/* Controls, C1 too, line ends of Unicode, and turns of direction. */
static bool is_dangerous(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad ||
	    (code >= 0x200b && code <= 0x200f) ||
	    (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	    (code >= 0xfff9 && code <= 0xfffb) || code >= 0xe0000;
}

static void line_text(struct line *line, struct str text)
{
	while (text.len) {
		uint32_t code;
		size_t len = character(text, &code);
		struct str shown = {text.at, len};
		char escaped[16];
		int width = 1;

		if (is_dangerous(code)) {
			width = snprintf(escaped, sizeof(escaped),
			    code < 0x100 ? "\\x%02x" : "\\u%04x", code);
			shown = (struct str){escaped, (size_t)width};
		}
		if (line->left < width + 3) {
			out_put(line->out, S("..."));
			line->left = 0;
			return;
		}
		out_put(line->out, shown);
		line->left -= width;
		text = (struct str){text.at + len, text.len - len};
	}
}

static void line_words(struct line *line, const char *words)
{
	line_text(line, str_of(words));
}

/* "0a 1b ...": bytes as they stand. */
static void line_hex(struct line *line, struct str bytes)
{
	char hex[4];

	for (size_t i = 0; i < bytes.len && line->left >= 6; i++) {
		int n = snprintf(hex, sizeof(hex), i ? " %02x" : "%02x",
		    (unsigned char)bytes.at[i]);
		line_text(line, (struct str){hex, (size_t)n});
	}
	if (bytes.len * 3 > WIDTH)
		line_words(line, "...");
}

static const char *name_of(const struct dataset *set, uint32_t tag)
{
	const struct term *term = term_find(tag);

	if (term)
		return term->keyword;
	if (TAG_IS_PRIVATE(tag)) {
		term = term_private(dataset_raw(set, TAG(TAG_GROUP(tag),
		    TAG_ELEMENT(tag) >> 8)), tag);
		return term ? term->name : "(private)";
	}
	return "(unknown)";
}

static void value_dump(struct line *line, struct arena *arena,
    const struct dataset *set, const struct element *e)
{
	struct element part = *e;
	uint16_t vr = element_vr(set, e);
	char words[64];

	if (part.value.len > BYTES_MOST)
		part.value.len = BYTES_MOST;
	if (!e->length)
		return;
	if (e->is_sequence) {
		snprintf(words, sizeof(words), "%u item%s", e->items_n,
		    e->items_n == 1 ? "" : "s");
		line_words(line, words);
	} else if (e->fragments) {
		snprintf(words, sizeof(words), "%u fragments, %zu bytes",
		    e->fragments_n, e->value.len);
		line_words(line, words);
	} else if (element_is_withheld(e)) {
		line_words(line, "(not read)");
	} else if (vr_is_text(vr) || (vr_width(vr) > 1 && *vr_text(vr).at !=
	    'O')) {
		line_text(line, element_text(arena, set, &part));
	} else {
		line_hex(line, part.value);
	}
	const struct uid_term *uid = vr == VR('U', 'I') ?
	    uid_find(value_trim(e->value)) : NULL;
	if (uid) {
		line_words(line, " = ");
		line_words(line, uid->name);
	}
}

static void element_dump(struct out *out, struct arena *arena,
    const struct dataset *set, const struct element *e, int indent)
{
	struct line line = {out, WIDTH - indent};
	char head[64], length[16] = "undef";

	if (e->length != LENGTH_UNDEFINED)
		snprintf(length, sizeof(length), "%u", e->length);
	snprintf(head, sizeof(head), "%s %s %8s ", tag_text(e->tag).at,
	    vr_text(e->vr).at, length);
	out_printf(out, "%*s", indent, "");
	line_words(&line, head);
	int before = line.left;
	line_words(&line, name_of(set, e->tag));
	while (e->length && line.left > before - 28)
		line_words(&line, " ");
	line_words(&line, e->length ? "  " : "");
	value_dump(&line, arena, set, e);
	out_char(out, '\n');
}

static void set_dump(const struct dataset *set, struct out *out,
    struct arena *arena, int indent)
{
	int inner = indent + 2 < INDENT_MOST ? indent + 2 : INDENT_MOST;

	for (uint32_t i = 0; i < set->n; i++) {
		const struct element *e = &set->elements[i];

		element_dump(out, arena, set, e, indent);
		for (uint32_t k = 0; k < e->items_n; k++) {
			out_printf(out, "%*sitem %u of %u\n", inner, "", k + 1,
			    e->items_n);
			set_dump(&e->items[k], out, arena, inner);
		}
	}
}

void dataset_dump(const struct dataset *set, struct out *out,
    struct arena *arena)
{
	set_dump(set, out, arena, 0);
}
