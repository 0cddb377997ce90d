/* SPDX-License-Identifier: MIT */
/* verify.c: reads again what is stored: each record's sums, each record's
 * row, each row's record.  What is wrong is told, and stays in the table
 * archive_trouble until a later reading finds it mended. */
#include "archive/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MIB INT64_C(1048576)

struct verifying {
	struct archive *archive;
	struct arena *arena;
	int64_t study, rate, begun, read, last;
	struct str uid;
	struct row { int64_t id, at, size; bool seen; } *rows;
	size_t n;
	void (*tell)(void *, struct str, struct str);
	void *with;
	struct trouble {
		struct trouble *next;
		int64_t instance;
		const char *what;
	} *troubles;
	struct archive_tally *tally;
	char *buffer;
};

static void trouble(struct verifying *v, int64_t instance, const char *what)
{
	struct trouble *t = arena_new(v->arena, struct trouble);

	*t = (struct trouble){v->troubles, instance, what};
	v->troubles = t;
	v->tally->bad++;
	if (v->tell)
		v->tell(v->with, v->uid, str_of(what));
}

/* Not faster than was asked, as a sum since the beginning. */
static void keep_pace(struct verifying *v, int64_t size)
{
	v->read += size;
	v->tally->size += size;
	if (v->rate <= 0)
		return;
	int64_t due = v->begun + v->read * US_PER_S / (v->rate * MIB);
	while (due > outside_ticks() && !atomic_load(&v->archive->stopping)) {
		struct timespec nap = {.tv_nsec = 50000000};
		nanosleep(&nap, NULL);
	}
}

static struct row *row_of(struct verifying *v, int64_t id)
{
	size_t low = 0, high = v->n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (v->rows[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < v->n && v->rows[low].id == id ? &v->rows[low] : NULL;
}

static bool read_rows(struct verifying *v, int64_t *end, struct err *err)
{
	struct tx *tx = db_read(v->archive->db);
	struct rows *rows = db_ask(tx, "select uid, pack_end from study "
	    "where id = $1", I(v->study));
	size_t n = 0;

	*end = -1;
	if (rows_next(rows)) {
		v->uid = arena_keep(v->arena, rows_text(rows, 0));
		*end = rows_int(rows, 1);
	}
	rows_end(rows);
	v->n = (size_t)db_int(tx, "select count(*) from instance "
	    "where study = $1", I(v->study));
	v->rows = arena_array(v->arena, struct row, v->n + 1);
	rows = db_ask(tx, "select id, at, size from instance "
	    "where study = $1 order by id", I(v->study));
	while (n < v->n && rows_next(rows))
		v->rows[n++] = (struct row){.id = rows_int(rows, 0),
		    .at = rows_int(rows, 1), .size = rows_int(rows, 2)};
	rows_end(rows);
	bool failed = db_failed(tx, err);
	db_end(tx);
	return !failed;
}

static void check_record(struct verifying *v, const struct record *r,
    int64_t at, bool bad)
{
	struct row *row;

	keep_pace(v, r->size);
	if (r->kind != RECORD_INSTANCE && r->kind != RECORD_ASIDE) {
		if (bad)
			trouble(v, 0,
			    "a note or manifest is not as it was written");
		return;
	}
	v->tally->instances++;
	row = row_of(v, r->id);
	if (row ? row->at > at || (row->seen && row->at < at) : bad)
		return; /* kept twice; or lost, and nobody was told */
	if (row)
		row->seen = true;
	if (bad)
		trouble(v, r->id, "an instance is not as it was written");
	if (!row)
		trouble(v, r->id,
		    "an instance in the pack is not in the index");
	else if (row->at != at || row->size != r->size)
		trouble(v, r->id,
		    "the index has another place for an instance");
}

static void check_pack(struct verifying *v, int fd, int64_t end)
{
	struct walking w = {.fd = fd, .at = PACK_HEAD, .end = end,
	    .deep = true, .buffer = v->buffer};
	char head[PACK_HEAD];
	struct pack_title title;
	struct record r;
	int64_t at;

	if (!read_at(fd, head, PACK_HEAD, 0) ||
	    !pack_title_read(head, &title) || title.study != v->study)
		trouble(v, 0, "the pack's title is damaged");
	do {
		while (w.at < end && walk_next(&w, &r, &at))
			check_record(v, &r, at, w.bad);
		if (w.torn)
			trouble(v, 0, "the pack holds bytes that are no "
			    "record");
	} while (w.torn && walk_resume(&w));
	for (size_t i = 0; i < v->n; i++)
		if (!v->rows[i].seen)
			trouble(v, v->rows[i].id,
			    "an instance of the index is not in the pack");
	v->tally->packs++;
}

static bool record_troubles(struct verifying *v, struct err *err)
{
	struct tx *tx = db_begin(v->archive->db);

	/* Deleted while it was read: nothing is wrong with it. */
	if (v->troubles)
		db_run(tx, "update study set held = held where id = $1",
		    I(v->study));
	if (v->troubles && !db_changed(tx)) {
		db_end(tx);
		return true;
	}
	db_run(tx, "delete from archive_trouble where study = $1",
	    I(v->study));
	bool any = v->troubles || db_changed(tx) > 0;
	for (struct trouble *t = v->troubles; t; t = t->next)
		db_run(tx, "insert into archive_trouble (id, study, instance, "
		    "found_at, what) values ($1, $2, $3, $4, $5)",
		    I(outside_id()), I(v->study), I(t->instance),
		    I(outside_now()), T(str_of(t->what)));
	if (any)
		journal_add(tx, v->troubles ? S("study.damaged") :
		    S("study.mended"), v->uid, S("archive"), S(""));
	if (!any) {
		db_end(tx);
		return true;
	}
	return db_commit(tx, err);
}

/* What the index knows is compared; what comes meanwhile is the next's. */
static bool verify_study(struct verifying *v, struct err *err)
{
	int64_t end;
	struct stat is;
	int fd;

	v->troubles = NULL;
	if (!read_rows(v, &end, err))
		return false;
	if (end < 0)
		return true; /* deleted meanwhile */
	fd = pack_file(v->archive, v->study, O_RDONLY);
	if (fd < 0 || fstat(fd, &is) < 0)
		trouble(v, 0, "the pack cannot be opened");
	else if (is.st_size < end)
		trouble(v, 0, "the pack is shorter than its index says");
	if (fd >= 0) {
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
		check_pack(v, fd, end < is.st_size ? end : is.st_size);
		close(fd);
	}
	return record_troubles(v, err);
}

/* The study after the last; 0: none. */
static int64_t next_study(struct archive *a, int64_t last)
{
	struct tx *tx = db_read(a->db);
	int64_t id = db_int(tx, "select id from study where id > $1 "
	    "order by id limit 1", I(last));

	db_end(tx);
	return id;
}

/* Packs that no row tells of: the index is older than they are. */

static bool has_row(struct archive *a, int64_t study)
{
	struct tx *tx = db_read(a->db);
	bool has = db_int(tx, "select 1 from study where id = $1",
	    I(study)) == 1 || db_failed(tx, NULL);

	db_end(tx);
	return has;
}

static void check_shelf(struct verifying *v, const char *name)
{
	int fd = openat(v->archive->folder, name,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	int64_t study;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (!pack_name_read(entry->d_name, &study) ||
		    has_row(v->archive, study) ||
		    faccessat(fd, entry->d_name, F_OK, 0) < 0)
			continue; /* or deleted meanwhile */
		log_line(LOG_ERROR, "archive", "verify=unknown study=%lld",
		    (long long)study);
		v->uid = S("");
		trouble(v, 0, "a pack of a study that is not in the index: "
		    "rebuild it");
	}
	closedir(dir);
}

static void check_shelves(struct verifying *v)
{
	char name[4];

	for (int i = 0; i < 256 && !atomic_load(&v->archive->stopping); i++) {
		snprintf(name, sizeof(name), "%02x", (unsigned)i);
		check_shelf(v, name);
	}
}

bool archive_verify(struct archive *a, int64_t study, int64_t mib_s,
    void (*tell)(void *, struct str study_uid, struct str what), void *with,
    struct archive_tally *tally, struct err *err)
{
	struct arena arena = {0}, own = {0};
	struct verifying v = {.archive = a, .arena = &arena, .rate = mib_s,
	    .begun = outside_ticks(), .tell = tell, .with = with,
	    .tally = tally, .buffer = arena_alloc(&own, WALK_BUFFER)};
	int64_t id = study ? study : next_study(a, 0);
	bool done = true;

	while (done && id && !atomic_load(&a->stopping)) {
		v.study = id;
		done = verify_study(&v, err);
		arena_end(&arena);
		id = study ? 0 : next_study(a, id);
	}
	if (done && !study)
		check_shelves(&v);
	arena_end(&arena);
	arena_end(&own);
	return done;
}
