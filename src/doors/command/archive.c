/* SPDX-License-Identifier: MIT */
/* archive.c: what is stored, from the shell: read again, indexed anew, sealed,
 * filled from a disk, copied to one. */
#include "archive/archive.h"
#include "doors/command/line.h"

#include <stdio.h>
#include <string.h>

struct doing {
	struct house *house;
	const struct line *line;
	struct archive_tally tally;
};

static void tell_trouble(void *with, struct str uid, struct str what)
{
	(void)with;
	fprintf(stderr, "ribble: archive: study %.*s: %.*s\n", STR(uid),
	    STR(what));
}

static int64_t study_given(struct doing *d, struct err *err)
{
	const char *uid = option_text(d->line, "study");
	struct tx *tx = db_read(d->house->db);
	struct match m = {0};

	if (!find_one(tx, d->line->arena, LEVEL_STUDY, str_of(uid), S(""),
	    S(""), &m))
		fail(err, ERR_MISSING, "there is no study with this UID");
	db_end(tx);
	return m.study.id;
}

static bool verify(struct doing *d, struct err *err)
{
	int64_t study = 0;

	if (!house_open_archive(d->house, true, err))
		return false;
	if (option_given(d->line, "study") && !(study = study_given(d, err)))
		return false;
	return archive_verify(d->house->archive, study,
	    option_int(d->line, "rate", 0), tell_trouble, d, &d->tally, err);
}

static bool rebuild(struct doing *d, struct err *err)
{
	return house_open_archive_anew(d->house, err) &&
	    archive_rebuild(d->house->archive, &d->tally, err);
}

static bool seal(struct doing *d, struct err *err)
{
	return house_open_archive(d->house, false, err) &&
	    archive_tidy(d->house->archive, err);
}

static void tell_bad(void *with, const char *path, const struct err *why)
{
	(void)with;
	fprintf(stderr, "ribble: archive: %s: %s\n", path, why->text);
}

static bool import(struct doing *d, struct err *err)
{
	struct str org = str_of(option_text(d->line, "org"));
	bool done = true;

	if (!org.len) {
		fail(err, ERR_INPUT, "whose they are is not said");
		return hint(err, "--org CODE names the trust");
	}
	if (d->line->operands_n < 2)
		return fail(err, ERR_INPUT, "no file is named");
	if (!house_open_archive(d->house, false, err))
		return false;
	for (size_t i = 1; done && i < d->line->operands_n; i++)
		done = archive_import(d->house->archive, d->line->operands[i],
		    org, S("import"), tell_bad, d, &d->tally, err);
	return done;
}

static bool add_key(struct doing *d, struct find_ask *ask, const char *name,
    uint32_t tag, struct err *err)
{
	bool narrows;

	return !option_given(d->line, name) || find_key(d->line->arena, ask,
	    tag, str_of(option_text(d->line, name)), &narrows, err);
}

static bool export(struct doing *d, struct err *err)
{
	struct find_ask ask = {.level = LEVEL_STUDY,
	    .org = str_of(option_text(d->line, "org"))};

	if (d->line->operands_n != 2)
		return fail(err, ERR_INPUT, "one folder is to be named");
	return add_key(d, &ask, "patient", TAG_PatientID, err) &&
	    add_key(d, &ask, "accession", TAG_AccessionNumber, err) &&
	    add_key(d, &ask, "study", TAG_StudyInstanceUID, err) &&
	    add_key(d, &ask, "date", TAG_StudyDate, err) &&
	    house_open_archive(d->house, true, err) &&
	    archive_export(d->house->archive, &ask, d->line->operands[1],
		&d->tally, err);
}

static const struct verb {
	const char *name;
	bool (*act)(struct doing *, struct err *);
	const char *packs; /* what the first number counts */
} verbs[] = {
    {"verify", verify, "studies"},
    {"rebuild", rebuild, "packs"},
    {"seal", seal, "studies"},
    {"import", import, "known before"},
    {"export", export, "studies"},
};

static bool say(const struct doing *d, const struct verb *verb,
    struct err *err)
{
	const struct archive_tally *t = &d->tally;
	struct result result;

	if (!result_begin(&result, d->line, err))
		return false;
	if (option_given(d->line, "json"))
		out_printf(&result.out, "{\"packs\":%lld,\"instances\":%lld,"
		    "\"size\":%lld,\"bad\":%lld}\n", (long long)t->packs,
		    (long long)t->instances, (long long)t->size,
		    (long long)t->bad);
	else if (verb->act != seal)
		out_printf(&result.out, "%lld instances (%lld %s), %lld MiB, "
		    "%lld bad\n", (long long)t->instances, (long long)t->packs,
		    verb->packs, (long long)t->size >> 20, (long long)t->bad);
	return result_end(&result, err);
}

int command_archive(struct house *house, const struct line *line,
    struct err *err)
{
	struct doing d = {.house = house, .line = line};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(line->operands[0], verbs[i].name) != 0)
			continue;
		if (!verbs[i].act(&d, err) || !say(&d, &verbs[i], err))
			return ANSWER_NO;
		return d.tally.bad ? ANSWER_NO : ANSWER_YES;
	}
	fail(err, ERR_INPUT, "'%.60s' is not understood here",
	    line->operands[0]);
	hint(err, "`ribble help archive` says what is");
	return ANSWER_USAGE;
}
