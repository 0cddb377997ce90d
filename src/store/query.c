/* SPDX-License-Identifier: MIT */
/* query.c: statements whose where grows.  Pieces are literals; what people
 * typed travels as values only.  The whole text is then kept for the life of
 * the place, so that it has one address, and a plan, like a literal. */
#include "backend.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
	uint64_t hash;
	struct str s; /* with NUL */
};

struct texts {
	pthread_mutex_t lock;
	struct arena arena;
	struct text *table; /* open addressing */
	size_t size, n;
};

struct texts *texts_open(void)
{
	struct texts *texts = calloc(1, sizeof(*texts));

	assert(texts);
	pthread_mutex_init(&texts->lock, NULL);
	return texts;
}

void texts_close(struct texts *texts)
{
	pthread_mutex_destroy(&texts->lock);
	arena_end(&texts->arena);
	free(texts->table);
	free(texts);
}

/* Where it is, or where it would go. */
static struct text *place_of(struct texts *texts, uint64_t hash, struct str s)
{
	size_t i = (size_t)hash & (texts->size - 1);

	while (texts->table[i].s.at && (texts->table[i].hash != hash ||
	    !str_eq(texts->table[i].s, s)))
		i = (i + 1) & (texts->size - 1);
	return &texts->table[i];
}

static void grow(struct texts *texts)
{
	struct texts old = *texts;

	texts->size = old.size ? 2 * old.size : 64;
	texts->table = calloc(texts->size, sizeof(*texts->table));
	assert(texts->table);
	for (size_t i = 0; i < old.size; i++)
		if (old.table[i].s.at)
			*place_of(texts, old.table[i].hash, old.table[i].s) =
			    old.table[i];
	free(old.table);
}

const char *db_text(struct db *db, struct str s)
{
	struct texts *texts = db->texts;
	uint64_t hash = hash64(s.at, s.len);

	pthread_mutex_lock(&texts->lock);
	if (2 * (texts->n + 1) > texts->size)
		grow(texts);
	struct text *text = place_of(texts, hash, s);
	if (!text->s.at) {
		*text = (struct text){hash, arena_keep(&texts->arena, s)};
		texts->n++;
	}
	const char *at = text->s.at;
	pthread_mutex_unlock(&texts->lock);
	return at;
}

/* Too long is remembered by a length that no text has. */
static void add(struct query *query, struct str s)
{
	if (s.len >= sizeof(query->text) - query->len) {
		query->len = sizeof(query->text);
		return;
	}
	memcpy(query->text + query->len, s.at, s.len);
	query->len += s.len;
}

void query_begin(struct query *query, struct tx *tx, const char *text)
{
	query->db = tx->db;
	query->len = query->n = 0;
	query_text(query, text);
}

void query_text(struct query *query, const char *text)
{
	add(query, str_of(text));
}

void query_add(struct query *query, const char *text, struct val val)
{
	struct str rest = str_of(text);
	char number[24];

	assert(strchr(text, '$'));
	if (query->n + 1 == sizeof(query->vals) / sizeof(*query->vals)) {
		query->len = sizeof(query->text);
		return;
	}
	query->vals[++query->n] = val;
	int len = snprintf(number, sizeof(number), "$%zu", query->n);
	for (const char *mark; (mark = strchr(rest.at, '$'));) {
		add(query, (struct str){rest.at, (size_t)(mark - rest.at)});
		add(query, (struct str){number, (size_t)len});
		rest = str_of(mark + 1);
	}
	add(query, rest);
}

struct rows *query_ask(struct tx *tx, struct query *query)
{
	if (query->len >= sizeof(query->text))
		tx_fail(tx, ERR_BROKEN, "the query is too long");
	const char *sql = tx->err.kind == ERR_NONE ? db_text(query->db,
	    (struct str){query->text, query->len}) : "";
	return db_ask_(tx, sql, query->vals, query->n);
}
