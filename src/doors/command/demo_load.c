/* SPDX-License-Identifier: MIT */
/* demo_load.c: loads the demo network by the way that all files come.
 *
 * (1) The published history first: it is quick, and the pages are of use.
 * (2) Each file is taken as soon as it is written, then removed.
 * (3) One that is broken off is gone on with: the same choices write the same
 *     bytes, and those that were taken are known again by their hash. */
#include "doors/command/loader.h"
#include "doors/furnish.h"
#include "submissions/submissions.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool demo_choices_read(const struct line *line, struct demo_choices *choices,
    struct err *err)
{
	struct demo_options standard = demo_standard();

	choices->seed = option_int(line, "seed", (int64_t)standard.seed);
	choices->scale = option_int(line, "scale", 100);
	choices->months = option_int(line, "months", standard.months);
	choices->today = standard.today;
	if (choices->scale < 1 || choices->scale > 1000)
		return fail(err, ERR_INPUT, "--scale is from 1 to 1000");
	if (choices->months < 1 || choices->months > 120)
		return fail(err, ERR_INPUT, "--months is from 1 to 120");
	return true;
}

struct demo_options demo_options_of(const struct demo_choices *choices)
{
	struct demo_options options = demo_standard();

	options.seed = (uint64_t)choices->seed;
	options.scale = (double)choices->scale / 100;
	options.months = (int)choices->months;
	options.today = choices->today;
	options.published =
	    furnish_file("dm01/dm01_lsc_provider_test_month.csv");
	return options;
}

/* "seed 2026 scale 100 months 24 today 2026-11-24" */
static bool choices_from(struct str text, struct demo_choices *choices)
{
	int64_t *const numbers[] = {&choices->seed, &choices->scale,
	    &choices->months};

	for (size_t i = 0; i < 3; i++) {
		str_cut(&text, ' ');
		if (!str_int(str_cut(&text, ' '), numbers[i]))
			return false;
	}
	str_cut(&text, ' ');
	return day_read(text, &choices->today);
}

bool demo_state(struct db *db, enum demo_state *state,
    struct demo_choices *choices, struct err *err)
{
	struct tx *tx = db_read(db);
	struct rows *r = journal_after(tx, 0);
	struct err lost = {0};

	*state = DEMO_NONE;
	while (rows_next(r)) {
		if (str_is(rows_text(r, 2), "demo.loaded"))
			*state = DEMO_LOADED;
		else if (str_is(rows_text(r, 2), "demo.begun") &&
		    choices_from(rows_text(r, 3), choices))
			*state = DEMO_BEGUN;
	}
	bool failed = db_failed(tx, &lost);

	db_end(tx);
	if (failed)
		*err = lost;
	return !failed;
}

static bool note(struct demo_load *load, struct str kind, struct err *err)
{
	const struct demo_choices *c = &load->choices;
	struct arena arena = {0};
	struct tx *tx = db_begin(load->house->db);

	journal_add(tx, kind,
	    arena_printf(&arena, "seed %lld scale %lld months %lld today %s",
		(long long)c->seed, (long long)c->scale, (long long)c->months,
		day_text(c->today).at),
	    S("ribble"), S(""));
	bool ok = db_commit(tx, err);

	arena_end(&arena);
	return ok;
}

/* Patients who do not exist must not stand beside those who do. */
static bool refuse_real(struct demo_load *load, struct err *err)
{
	struct submission_filter any = {.limit = 1};
	struct tx *tx = db_read(load->house->db);
	struct rows *r = submissions_ask(tx, &any);
	bool real = rows_next(r);
	struct err lost = {0};

	if (real)
		rows_end(r);
	bool failed = db_failed(tx, &lost);

	db_end(tx);
	if (failed)
		*err = lost;
	if (!failed && real) {
		fail(err, ERR_REFUSED,
		    "the store already holds files that were sent");
		hint(err, "load the demo into another --database and --files");
	}
	return !failed && !real;
}

static bool take(struct demo_load *load, int fd,
    struct submission_options *options, struct err *err)
{
	struct intake intake = {load->house->db, &load->house->settings};
	struct submission submission = {0};
	struct arena arena = {0};

	options->how = S("demo");
	options->who = S("ribble");
	bool ok = submission_take(&intake, &arena, fd, options, &submission,
	    err);

	if (ok && submission.state == SUBMISSION_REFUSED)
		ok = fail(err, ERR_BROKEN, "the demo's file %.*s is refused: "
					   "%.*s",
		    STR(options->name), STR(submission.reason));
	if (ok && submission.state == SUBMISSION_TAKEN) {
		load->files++;
		load->rows += submission.rows;
		load->bad += submission.bad;
	}
	arena_end(&arena);
	return ok;
}

static bool may_go_on(struct demo_load *load, struct err *err)
{
	if (!load->house->stopping)
		return true;
	fail(err, ERR_BUSY, "stopped before the demo was loaded");
	return hint(err, "the next start goes on with it");
}

/* Files that travel in the program, in the order that they are of use. */
static const char *const history[] = {
	"dm01/dm01_lsc_provider_test_month.csv",
	"dm01/dm01_benchmark_england_northwest.csv",
	"dm01/dm01_lsc_icb_commissioner.csv",
	"targets.csv",
};

static bool take_history(struct demo_load *load, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof(history) / sizeof(history[0]);
	    i++) {
		const char *mark = strrchr(history[i], '/');
		struct submission_options options = {
		    .name = str_of(mark ? mark + 1 : history[i])};
		int fd = may_go_on(load, err) ? furnish_open(history[i], err)
					      : -1;

		ok = fd >= 0 && take(load, fd, &options, err);
		if (fd >= 0)
			close(fd);
	}
	return ok;
}

static bool take_written(void *with, const struct demo_file *file,
    struct err *err)
{
	struct demo_load *load = with;
	struct submission_options options = {.kind = str_of(file->kind),
	    .sender = str_of(file->sender),
	    .received_at = file->received_at};
	struct arena arena = {0};
	const char *path =
	    arena_printf(&arena, "%s/%s%c", load->folder, file->path, 0).at;
	const char *mark = strrchr(path, '/');
	int fd = may_go_on(load, err) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	options.name = str_of(mark + 1);
	bool ok = fd >= 0 && take(load, fd, &options, err);

	if (fd < 0)
		fail(err, ERR_BROKEN, "cannot open %.150s: %s", path,
		    strerror(errno));
	else
		close(fd);
	unlink(path);
	arena_end(&arena);
	return ok;
}

static void show(void *with, int64_t done, int64_t total)
{
	struct demo_load *load = with;

	load->progress(load->with, "the demo network", done, total);
}

static bool take_network(struct demo_load *load, struct err *err)
{
	struct demo_options options = demo_options_of(&load->choices);

	options.folder = load->folder;
	options.file = take_written;
	options.progress = show;
	options.with = load;
	return demo_write(&options, err);
}

static bool begin(struct demo_load *load, struct err *err)
{
	struct demo_choices begun;
	enum demo_state state;

	if (!demo_state(load->house->db, &state, &begun, err))
		return false;
	load->was_loaded = state == DEMO_LOADED;
	if (state == DEMO_BEGUN)
		load->choices = begun;
	if (state != DEMO_NONE)
		return true;
	return refuse_real(load, err) && note(load, S("demo.begun"), err);
}

bool demo_load(struct demo_load *load, struct err *err)
{
	struct arena arena = {0};

	if (!begin(load, err))
		return false;
	if (load->was_loaded)
		return true;
	struct str folder = arena_printf(&arena, "%s.demo%c",
	    load->house->settings.files, 0);

	load->folder = folder.at;
	load->progress(load->with, "the published history", 0, 0);
	bool ok = folder_make(load->folder, err) && take_history(load, err) &&
	    take_network(load, err) &&
	    (!load->house->archive || demo_images(load, err)) &&
	    note(load, S("demo.loaded"), err);

	folder_remove(load->folder);
	arena_end(&arena);
	return ok;
}
