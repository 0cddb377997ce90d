/* SPDX-License-Identifier: MIT */
/* answers.c: the data set that tells of one match, PS3.4 C.4.1.1.3.2: what was
 * asked for, in a character set that holds it.
 *
 * What the index holds comes from there.  Anything else that a SERIES or IMAGE
 * query asks for is read from the head of the instance, or of the series' first
 * one, and compared here; a broader query that asks for it is told that not
 * all was supported (FF01). */
#include "doors/dicom/query.h"

bool is_control(uint32_t tag)
{
	return TAG_ELEMENT(tag) == 0 || tag == TAG_SpecificCharacterSet ||
	    tag == TAG_QueryRetrieveLevel || tag == TAG_QueryRetrieveView ||
	    tag == TAG_RetrieveAETitle || tag == TAG_InstanceAvailability ||
	    tag == TAG_TimezoneOffsetFromUTC;
}

static bool text_fits(struct arena *arena, const struct charset *set,
    struct str text, uint16_t vr)
{
	struct str encoded;

	return !vr_has_charset(vr) ||
	    charset_encode(arena, set, text, vr, &encoded);
}

static bool element_fits(struct arena *arena, const struct charset *set,
    const struct dataset *ds, const struct element *e)
{
	if (!e->is_sequence)
		return !vr_has_charset(e->vr) ||
		    text_fits(arena, set, element_text(arena, ds, e), e->vr);
	for (uint32_t i = 0; i < e->items_n; i++)
		for (uint32_t k = 0; k < e->items[i].n; k++)
			if (!element_fits(arena, set, &e->items[i],
				&e->items[i].elements[k]))
				return false;
	return true;
}

/* What this match holds of one key. */
struct value {
	const struct attribute *attribute; /* or NULL */
	const struct element *element;     /* of the head, or NULL */
};

static struct value value_of(const struct answering *a,
    const struct dataset *head, uint32_t tag)
{
	struct value v = {.attribute = attribute_find(tag, a->id->level)};

	if (!v.attribute && head)
		v.element = dataset_find(head, tag);
	return v;
}

static bool all_fit(const struct answering *a, struct arena *arena,
    const struct charset *set, const struct match *match,
    const struct dataset *head)
{
	for (uint32_t i = 0; i < a->id->data->n; i++) {
		uint32_t tag = a->id->data->elements[i].tag;
		const struct term *term = term_find(tag);
		struct value v = value_of(a, head, tag);

		if (v.attribute && term &&
		    !text_fits(arena, set, attribute_text(v.attribute, match),
			term->vrs[0]))
			return false;
		if (v.element && !element_fits(arena, set, head, v.element))
			return false;
	}
	return true;
}

/* The peer's own; else the least that holds it: the default repertoire, the
 * asker's, UTF-8. */
static const struct charset *charset_for(const struct answering *a,
    struct arena *arena, const struct match *match, const struct dataset *head)
{
	struct str own = a->visit->peer->charset;
	bool known = false;
	const struct charset *choices[] = {
	    own.len ? charset_read(arena, own, &known) : charset_default,
	    a->asked};

	for (size_t i = 0; i < 2; i++)
		if (choices[i] && (i || !own.len || known) &&
		    all_fit(a, arena, choices[i], match, head))
			return choices[i];
	return charset_utf8;
}

static void put_value(struct dataset *answer, const struct element *key,
    const struct value *v, const struct match *match,
    const struct dataset *head)
{
	if (v->element)
		dataset_put_element(answer, head, v->element);
	else if (v->attribute && v->attribute->is_number)
		dataset_put_int(answer, key->tag,
		    attribute_number(v->attribute, match));
	else if (v->attribute)
		dataset_put(answer, key->tag,
		    attribute_text(v->attribute, match));
	else if (key->is_sequence)
		dataset_put_sequence(answer, key->tag);
	else
		dataset_put_bytes(answer, key->tag, key->vr, S(""));
}

static bool key_matches(const struct answering *a, struct arena *arena,
    const struct dataset *asked, const struct element *key,
    const struct dataset *has);

/* PS3.4 C.2.2.2.6: one item of what there is holds all that the key's one
 * item asks for. */
static bool sequence_matches(const struct answering *a, struct arena *arena,
    const struct element *key, const struct element *e)
{
	if (!key->items_n || !key->items[0].n)
		return true;
	for (uint32_t i = 0; e && i < e->items_n; i++) {
		const struct dataset *wanted = &key->items[0];
		bool matches = true;

		for (uint32_t k = 0; matches && k < wanted->n; k++)
			matches = key_matches(a, arena, wanted,
			    &wanted->elements[k], &e->items[i]);
		if (matches)
			return true;
	}
	return false;
}

static bool is_universal(struct str key)
{
	return !key.len || str_is(key, "*");
}

static bool asks_nothing(const struct element *key)
{
	for (uint32_t i = 0; i < key->items_n; i++)
		for (uint32_t k = 0; k < key->items[i].n; k++)
			if (key->items[i].elements[k].length)
				return false;
	return true;
}

static bool key_matches(const struct answering *a, struct arena *arena,
    const struct dataset *asked, const struct element *key,
    const struct dataset *has)
{
	const struct element *e = dataset_find(has, key->tag);

	if (key->is_sequence)
		return asks_nothing(key) ||
		    sequence_matches(a, arena, key, e);
	struct str text = element_text(arena, asked, key);

	if (is_universal(text))
		return true;
	return e && value_matches(arena, has, e, text, key->vr, a->id->fuzzy);
}

static bool all_match(const struct answering *a, struct arena *arena,
    const struct dataset *answer)
{
	const struct dataset *asked = a->id->data;

	for (uint32_t i = 0; i < asked->n; i++) {
		const struct element *key = &asked->elements[i];

		if (is_control(key->tag) || !a->compare[i])
			continue;
		if (!key_matches(a, arena, asked, key, answer))
			return false;
	}
	return combined_matches(a->id, answer);
}

/* The first instance of a series; false when there is none (any more). */
static bool first_of(struct answering *a, struct arena *arena,
    const struct match *series, struct match *first, struct err *err)
{
	struct find_ask *ask = arena_new(arena, struct find_ask);
	bool narrows, is;

	ask->level = LEVEL_INSTANCE;
	ask->limit = 1;
	ask->org = scope_of(a->visit);
	if (!find_key(arena, ask, TAG_StudyInstanceUID, series->study.uid,
		&narrows, err) ||
	    !find_key(arena, ask, TAG_SeriesInstanceUID, series->series.uid,
		&narrows, err))
		return false;
	struct finding_rows *rows = find_begin(a->tx, arena, ask, err);

	is = rows && find_next(rows, first);
	if (is)
		first->instance.hash = arena_keep(arena, first->instance.hash);
	if (rows)
		find_end(rows);
	return is;
}

/* Of the instance itself, or of the first of its series.  One that cannot be
 * read leaves an answer without what it would have said. */
static const struct dataset *head_of(struct answering *a, struct arena *arena,
    const struct match *match)
{
	struct archive *archive = a->visit->door->house->archive;
	struct part10 *file = arena_new(arena, struct part10);
	struct match first = *match;
	struct err why = {0};

	if (match->level == LEVEL_SERIES &&
	    !first_of(a, arena, match, &first, &why))
		return NULL;
	if (archive_head(archive, arena, &first.instance, file, &why))
		return &file->dataset;
	log_line(LOG_ERROR, "find", "why=\"%s\"", why.text);
	return NULL;
}

static void put_frame(const struct answering *a, struct dataset *answer)
{
	struct str terms = charset_terms(answer->charset);

	if (terms.len)
		dataset_put(answer, TAG_SpecificCharacterSet, terms);
	dataset_put(answer, TAG_QueryRetrieveLevel,
	    str_of(level_word(a->id->level)));
	dataset_put(answer, TAG_RetrieveAETitle,
	    str_of(a->visit->door->titles[0]));
	dataset_put(answer, TAG_InstanceAvailability, S("ONLINE"));
}

struct dataset *answer_make(struct answering *a, struct arena *arena,
    const struct match *match)
{
	const struct dataset *asked = a->id->data;
	const struct dataset *head =
	    a->needs_head ? head_of(a, arena, match) : NULL;
	struct dataset *answer = dataset_new(arena, a->syntax);

	answer->charset = charset_for(a, arena, match, head);
	put_frame(a, answer);
	for (uint32_t i = 0; i < asked->n; i++) {
		const struct element *key = &asked->elements[i];
		struct value v = value_of(a, head, key->tag);

		if (!is_control(key->tag) &&
		    (v.attribute || v.element || a->needs_head))
			put_value(answer, key, &v, match, head);
	}
	return all_match(a, arena, answer) ? answer : NULL;
}
