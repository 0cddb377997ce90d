/* SPDX-License-Identifier: MIT */
/* enter.c: one instance's rows, in the clerk's transaction.  What a pack's
 * study is known to be is kept beside the pack, so that an instance of a
 * study under way is one insert; counts are added once for each batch. */
#include "archive/inside.h"

#include <stdio.h>
#include <string.h>

#define GREW_EVERY US_PER_S /* the journal is told at most so often */

static int64_t number_in(struct str text)
{
	int64_t n;

	return str_int(str_trim(text), &n) && n > -(INT64_C(1) << 40) &&
	    n < INT64_C(1) << 40 ? n : INT64_C(1) << 40;
}

/* The study. */

/* Who has no number is a patient of their own. */
static int64_t patient_of(struct tx *tx, const struct card *card,
    int64_t study)
{
	if (!card->study.patient_id.len)
		return study;
	return db_int(tx, "insert into patient (id, issuer, patient_id) "
	    "values ($1, $2, $3) on conflict (patient_id, issuer) "
	    "do update set issuer = excluded.issuer returning id",
	    I(outside_id()), T(card->study.issuer),
	    B(card->study.patient_id));
}

static void add_word(struct tx *tx, int64_t study, char kind, struct str word)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%c%.*s", kind,
	    (int)(word.len < 40 ? word.len : 40), word.at);

	db_run(tx, "insert into study_word (word, study) values ($1, $2) "
	    "on conflict do nothing",
	    B(((struct str){text, (size_t)n})), I(study));
}

static void add_words(struct tx *tx, int64_t study, struct str name)
{
	struct arena arena = {0};
	struct str words[16];
	size_t n = name_words(&arena, name, words, 16);

	for (size_t i = 0; i < n; i++) {
		struct sound sound = word_sound(words[i]);
		add_word(tx, study, '=', words[i]);
		if (sound.at[0])
			add_word(tx, study, '~', str_of(sound.at));
	}
	arena_end(&arena);
}

static void insert_study(struct tx *tx, const struct card *card,
    const struct study *s)
{
	db_run(tx, "insert into study (id, patient, uid, org, patient_id, "
	    "issuer, patient_name, name_key, birth_date, sex, date, time, "
	    "moment, accession, accession_issuer, study_id, description, "
	    "referrer, modalities, series_n, instances_n, size, findings, "
	    "pathway, began_at, changed_at, told_at, pack_end, sealed, held, "
	    "deleting) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
	    "$12, $13, $14, $15, $16, $17, $18, '', 0, 0, 0, 0, 0, $19, $19, "
	    "$19, 0, 0, 0, 0)", I(s->id), I(s->patient), T(s->uid), T(s->org),
	    B(s->patient_id), T(s->issuer), T(s->patient_name),
	    B(card->name_key), T(s->birth_date), T(s->sex), T(s->date),
	    T(s->time), I(card->moment), B(s->accession),
	    T(s->accession_issuer), T(s->study_id), T(s->description),
	    T(s->referrer), I(s->began_at));
}

static void begin_study(struct tx *tx, struct pack *pack,
    const struct card *card)
{
	struct match m = {.study = card->study};
	struct study *s = &pack->study;

	match_keep(&pack->arena, &m);
	*s = m.study;
	s->id = pack->id;
	s->patient = patient_of(tx, card, s->id);
	s->began_at = s->changed_at = card->instance.kept_at;
	s->modalities = S("");
	insert_study(tx, card, s);
	add_words(tx, s->id, s->patient_name);
	pack->growth.began = true;
	pack->told_at = s->began_at;
}

static void know_series(struct pack *pack, int64_t id, struct str uid)
{
	struct known_series *k = &pack->series[pack->series_n];

	if (pack->series_n == SERIES_KNOWN)
		return;
	pack->series_n++;
	*k = (struct known_series){.id = id,
	    .uid = arena_keep(&pack->arena, uid)};
	k->hash = hash64(k->uid.at, k->uid.len);
}

static void learn_study(struct tx *tx, struct pack *pack,
    const struct card *card)
{
	struct match m;
	struct rows *rows;

	arena_end(&pack->arena);
	pack->series_n = 0;
	pack->growth = (struct growth){0};
	if (study_at(tx, &pack->arena, pack->id, &m)) {
		pack->study = m.study;
		pack->told_at = db_int(tx, "select told_at from study "
		    "where id = $1", I(pack->id));
		rows = db_ask(tx, "select id, uid from series "
		    "where study = $1 order by id limit 32", I(pack->id));
		while (rows_next(rows))
			know_series(pack, rows_int(rows, 0),
			    rows_text(rows, 1));
	} else if (!db_failed(tx, NULL)) {
		begin_study(tx, pack, card);
	}
	pack->known = true;
}

/* The series. */

static int64_t add_series(struct tx *tx, const struct pack *pack,
    const struct series *s, uint64_t hash)
{
	int64_t id = outside_id();

	db_run(tx, "insert into series (study, id, uid, uid_hash, modality, "
	    "number, number_n, description, body_part, laterality, date, "
	    "time, station, institution, manufacturer, performed_step, "
	    "protocol, instances_n) values ($1, $2, $3, $4, $5, $6, $7, $8, "
	    "$9, $10, $11, $12, $13, $14, $15, $16, $17, 0)",
	    I(pack->id), I(id), T(s->uid), I((int64_t)hash), T(s->modality),
	    T(s->number), I(number_in(s->number)), T(s->description),
	    T(s->body_part), T(s->laterality), T(s->date), T(s->time),
	    T(s->station), T(s->institution), T(s->manufacturer),
	    T(s->performed_step), T(s->protocol));
	return id;
}

/* *known: its count is added at the batch's end. */
static int64_t series_of(struct tx *tx, struct pack *pack,
    const struct series *s, struct known_series **known)
{
	uint64_t hash = hash64(s->uid.at, s->uid.len);
	int64_t id;

	for (size_t i = 0; i < pack->series_n; i++) {
		*known = &pack->series[i];
		if ((*known)->hash == hash && str_eq((*known)->uid, s->uid))
			return (*known)->id;
	}
	*known = NULL;
	id = db_int(tx, "select id from series where uid_hash = $1 "
	    "and study = $2 and uid = $3", I((int64_t)hash), I(pack->id),
	    T(s->uid));
	if (!id)
		id = add_series(tx, pack, s, hash);
	if (pack->series_n < SERIES_KNOWN) {
		know_series(pack, id, s->uid);
		*known = &pack->series[pack->series_n - 1];
	}
	return id;
}

/* The instance. */

static void insert_instance(struct tx *tx, const struct job *job,
    int64_t series, uint32_t findings)
{
	const struct instance *i = &job->card->instance;

	db_run(tx, "insert into instance (study, id, series, uid, uid_hash, "
	    "sop_class, syntax_uid, number, number_n, rows_n, columns_n, "
	    "frames_n, bits_n, at, size, head_size, dataset_at, hash, "
	    "kept_at, findings, aside) values ($1, $2, $3, $4, $5, $6, $7, "
	    "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
	    "$21)", I(job->pack->id), I(i->id), I(series), T(i->uid),
	    I((int64_t)job->card->uid_hash), T(i->sop_class),
	    T(i->syntax_uid), T(i->number), I(number_in(i->number)),
	    I(i->rows), I(i->columns), I(i->frames), I(i->bits), I(job->at),
	    I(i->size), I(i->head_size), I(job->card->record.meta_size),
	    B(i->hash), I(i->kept_at), I(findings), I(job->aside));
}

static void insert_conflict(struct tx *tx, const struct job *job)
{
	const struct card *card = job->card;
	struct rows *rows = db_ask(tx, "select study, id from instance "
	    "where uid_hash = $1 and uid = $2 and aside = 0 order by id",
	    I((int64_t)card->uid_hash), T(card->instance.uid));
	int64_t study = 0, first = 0;

	if (rows_next(rows)) {
		study = rows_int(rows, 0);
		first = rows_int(rows, 1);
	}
	rows_end(rows);
	db_run(tx, "insert into conflict (id, uid, first_study, first, "
	    "second_study, org, sender, found_at, who, why) "
	    "values ($1, $2, $3, $4, $5, $6, $7, $8, '', '')",
	    I(card->instance.id), T(card->instance.uid), I(study), I(first),
	    I(job->pack->id), T(card->record.org), T(card->record.from),
	    I(card->instance.kept_at));
	if (!job->quietly)
		journal_add(tx, S("conflict.found"), card->instance.uid,
		    card->record.from, S(""));
}

static bool is_mixed(const struct study *s, const struct card *card)
{
	return !str_eq(s->patient_id, card->study.patient_id) ||
	    !str_eq(s->issuer, card->study.issuer) ||
	    !str_eq(s->org, card->study.org);
}

/* Its bytes were damaged, and came again. */
static void move_instance(struct tx *tx, struct job *job)
{
	const struct instance *i = &job->card->instance;

	db_run(tx, "update instance set at = $1, size = $2, head_size = $3, "
	    "dataset_at = $4 where study = $5 and id = $6", I(job->at),
	    I(i->size), I(i->head_size), I(job->card->record.meta_size),
	    I(job->pack->id), I(i->id));
	if (db_changed(tx) != 1)
		tx_fail(tx, ERR_CONFLICT, "the instance went meanwhile");
}

static void note_growth(struct growth *g, const struct job *job,
    uint32_t findings)
{
	g->any = true;
	g->quietly = job->quietly;
	g->end = job->end;
	g->at = job->card->instance.kept_at;
	g->from = job->card->record.from;
	g->findings |= findings;
}

void job_enter(struct tx *tx, struct job *job)
{
	const struct card *card = job->card;
	struct pack *pack = job->pack;
	struct growth *g = &pack->growth;
	uint32_t findings = card->findings;
	struct known_series *known;

	if (!pack->known)
		learn_study(tx, pack, card);
	if (is_mixed(&pack->study, card))
		findings |= FOUND_MIXED;
	/* Nothing is aside of what went meanwhile; and what comes back is
	 * aside of what was shown instead. */
	if (job->aside != job->again && !job->mends)
		job->aside = uid_is_shown(tx, card->uid_hash,
		    card->instance.uid);
	note_growth(g, job, findings);
	if (job->mends) {
		move_instance(tx, job);
		return;
	}
	int64_t series = series_of(tx, pack, &card->series, &known);
	insert_instance(tx, job, series, findings);
	g->all++;
	g->all_size += card->instance.size;
	if (job->aside) {
		insert_conflict(tx, job);
		return;
	}
	g->instances++;
	g->size += card->instance.size;
	if (known) {
		known->more++;
		return;
	}
	g->series = true;
	db_run(tx, "update series set instances_n = instances_n + 1 "
	    "where study = $1 and id = $2", I(pack->id), I(series));
}

/* The end of a batch. */

static void count_series(struct tx *tx, struct pack *pack)
{
	for (size_t i = 0; i < pack->series_n; i++) {
		struct known_series *k = &pack->series[i];
		if (!k->more)
			continue;
		pack->growth.series |= !k->counted;
		db_run(tx, "update series set instances_n = instances_n + $1 "
		    "where study = $2 and id = $3", I(k->more), I(pack->id),
		    I(k->id));
		k->more = 0;
		k->counted = true;
	}
}

void study_series_count(struct tx *tx, struct arena *arena, int64_t study)
{
	struct rows *rows = db_ask(tx, "select modality, count(*) from series "
	    "where study = $1 and instances_n > 0 "
	    "group by modality order by modality", I(study));
	struct str all = S("");
	int64_t n = 0;

	while (rows_next(rows)) {
		struct str one = rows_text(rows, 0);
		n += rows_int(rows, 1);
		if (one.len)
			all = arena_printf(arena, "%.*s%s%.*s", STR(all),
			    all.len ? "\\" : "", STR(one));
	}
	db_run(tx, "update study set modalities = $1, series_n = $2 "
	    "where id = $3", T(all), I(n), I(study));
}

void study_recount(struct tx *tx, struct arena *arena, int64_t study)
{
	db_run(tx, "update series set instances_n = (select count(*) "
	    "from instance where instance.study = series.study and "
	    "instance.series = series.id and aside = 0) where study = $1",
	    I(study));
	db_run(tx, "update study set instances_n = (select count(*) "
	    "from instance where instance.study = study.id and aside = 0), "
	    "size = (select coalesce(sum(instance.size), 0) from instance "
	    "where instance.study = study.id and aside = 0) where id = $1",
	    I(study));
	study_series_count(tx, arena, study);
}

static void tell_growth(struct archive *a, struct tx *tx, struct pack *pack)
{
	const struct growth *g = &pack->growth;
	struct arena arena = {0};
	struct match m;

	if (!g->began && g->at - pack->told_at < GREW_EVERY) {
		a->clerk.untold = pack->untold = true;
		return;
	}
	pack->untold = false;
	pack->told_at = g->at;
	journal_add(tx, g->began ? S("study.began") : S("study.grew"),
	    pack->study.uid, g->from, S(""));
	db_run(tx, "update study set told_at = $1 where id = $2", I(g->at),
	    I(pack->id));
	if (g->began && a->options.began &&
	    study_at(tx, &arena, pack->id, &m) &&
	    !a->options.began(a->options.with, tx, &m.study))
		tx_fail(tx, ERR_BROKEN, "what follows a new study failed");
	arena_end(&arena);
}

void pack_settle(struct archive *a, struct tx *tx, struct pack *pack)
{
	struct growth *g = &pack->growth;
	struct arena arena = {0};
	int64_t deleting;

	if (!g->any)
		return;
	count_series(tx, pack);
	deleting = db_int(tx, "update study set "
	    "instances_n = instances_n + $1, size = size + $2, "
	    "findings = findings | $3, changed_at = $4, pack_end = "
	    "case when pack_end > $5 then pack_end else $5 end, sealed = 0 "
	    "where id = $6 returning deleting + 100",
	    I(g->instances), I(g->size), I(g->findings), I(g->at), I(g->end),
	    I(pack->id));
	if (!deleting)
		tx_fail(tx, ERR_CONFLICT, "the study went meanwhile");
	else if (deleting > 100)
		deletion_reprieve(tx, &pack->study);
	if (g->series)
		study_series_count(tx, &arena, pack->id);
	db_run(tx, "update archive_total set studies = studies + $1, "
	    "instances = instances + $2, size = size + $3", I(g->began),
	    I(g->all), I(g->all_size));
	if (!g->quietly)
		tell_growth(a, tx, pack);
	*g = (struct growth){0};
	arena_end(&arena);
}

/* Those that are still in the rack; the others are told by their seals.  Their
 * packs may be in use, but what is looked at here is the clerk's own. */
void tell_untold(struct archive *a, struct tx *tx)
{
	struct rack *rack = &a->rack;
	int64_t now = outside_now();

	pthread_mutex_lock(&rack->lock);
	for (size_t i = 0; i < rack->size; i++)
		for (struct pack *p = rack->table[i]; p; p = p->next) {
			if (p->opening || !p->known || !p->untold)
				continue;
			p->untold = false;
			p->told_at = now;
			journal_add(tx, S("study.grew"), p->study.uid,
			    S("archive"), S(""));
			db_run(tx, "update study set told_at = $1 "
			    "where id = $2", I(now), I(p->id));
		}
	pthread_mutex_unlock(&rack->lock);
}
