/* SPDX-License-Identifier: MIT */
/* export.c: studies as a file-set of PS3.10: DICOMDIR, and
 * PT000001/ST000001/SE000001/IM000001: names are counted, and say nothing of
 * anybody. */
#include "archive/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_STEP (1 << 20)

struct chosen { int64_t patient, study; size_t order; struct str uid; };
struct exporting {
	struct archive *archive;
	struct arena arena;
	int folder;
	struct dicomdir *dir;
	struct archive_tally *tally;
	struct chosen *studies;
	size_t n, room;
	int64_t patient, series; /* under way */
	int numbers[4];          /* patient, study, series, instance */
	char *buffer;
};

static bool add_study(struct exporting *x, const struct study *s)
{
	if (x->n == x->room) {
		size_t room = x->room ? 2 * x->room : 64;
		struct chosen *more = arena_array(&x->arena, struct chosen,
		    room);
		if (x->n)
			memcpy(more, x->studies, x->n * sizeof(*more));
		x->studies = more;
		x->room = room;
	}
	x->studies[x->n] = (struct chosen){s->patient, s->id, x->n,
	    arena_keep(&x->arena, s->uid)};
	x->n++;
	return true;
}

static int by_patient(const void *left, const void *right)
{
	const struct chosen *a = left, *b = right;

	if (a->patient != b->patient)
		return a->patient < b->patient ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool choose(struct exporting *x, const struct find_ask *ask,
    struct err *err)
{
	struct tx *tx = db_read(x->archive->db);
	struct find_ask studies = *ask;
	struct arena arena = {0};
	struct match m;

	studies.level = LEVEL_STUDY;
	struct finding_rows *rows = find_begin(tx, &arena, &studies, err);
	while (rows && find_next(rows, &m))
		add_study(x, &m.study);
	if (rows)
		find_end(rows);
	bool done = rows && !db_failed(tx, err);
	db_end(tx);
	arena_end(&arena);
	if (x->n)
		qsort(x->studies, x->n, sizeof(*x->studies), by_patient);
	return done;
}

static bool make_folder(struct exporting *x, const char *path, struct err *err)
{
	return mkdirat(x->folder, path, 0700) == 0 || errno == EEXIST ||
	    fail_disk(err, errno, "make a folder");
}

/* The instance's folders; its own name goes to path. */
static bool next_path(struct exporting *x, const struct match *m,
    char path[48], struct err *err)
{
	int *n = x->numbers;

	if (m->series.id != x->series) {
		x->series = m->series.id;
		n[2]++;
		n[3] = 0;
	}
	n[3]++;
	snprintf(path, 48, "PT%06d", n[0]);
	if (!make_folder(x, path, err))
		return false;
	snprintf(path, 48, "PT%06d/ST%06d", n[0], n[1]);
	if (!make_folder(x, path, err))
		return false;
	snprintf(path, 48, "PT%06d/ST%06d/SE%06d", n[0], n[1], n[2]);
	if (!make_folder(x, path, err))
		return false;
	snprintf(path, 48, "PT%06d/ST%06d/SE%06d/IM%06d", n[0], n[1], n[2],
	    n[3]);
	return true;
}

/* A file that came without preamble and meta gets them. */
static bool write_head(int fd, const struct part10 *file,
    const struct instance *i, int64_t *at, struct err *err)
{
	struct out out;

	*at = 0;
	if (file->preamble && file->meta.n)
		return true;
	out_memory(&out);
	part10_head(&out, i->sop_class, i->uid, i->syntax_uid, S("RIBBLE"));
	struct str head = out_str(&out);
	bool done = write_at(fd, head.at, head.len, 0) ||
	    fail_disk(err, errno, "write a file");
	*at = (int64_t)head.len;
	out_end(&out, NULL);
	return done;
}

static bool copy_file(struct exporting *x, const struct instance *i, int fd,
    int64_t skip, int64_t to, struct err *err)
{
	struct held held;
	bool done = true;

	if (!archive_hold(x->archive, i, &held, err))
		return false;
	for (int64_t at = skip; done && at < i->size;) {
		int64_t left = i->size - at;
		size_t n = (size_t)(left < COPY_STEP ? left : COPY_STEP);
		done = read_at(held.fd, x->buffer, n, held.at + at) ||
		    fail_disk(err, errno, "read from a pack");
		done = done && (write_at(fd, x->buffer, n, to) ||
		    fail_disk(err, errno, "write a file"));
		at += (int64_t)n;
		to += (int64_t)n;
	}
	archive_let_go(x->archive, &held);
	return done;
}

static bool export_instance(struct exporting *x, const struct match *m,
    struct err *err)
{
	struct arena arena = {0};
	struct part10 file;
	char path[48];
	int64_t to = 0;
	int fd = -1;
	bool done = archive_head(x->archive, &arena, &m->instance, &file,
	    err) && next_path(x, m, path, err);

	if (done) {
		fd = openat(x->folder, path, O_WRONLY | O_CREAT | O_EXCL |
		    O_CLOEXEC, 0600);
		done = fd >= 0 || fail_disk(err, errno, "make a file");
	}
	done = done && write_head(fd, &file, &m->instance, &to, err) &&
	    copy_file(x, &m->instance, fd, to ? file.dataset_at : 0, to, err) &&
	    dicomdir_add(x->dir, &file.dataset, str_of(path),
		m->instance.syntax_uid, err);
	if (fd >= 0)
		close(fd);
	x->tally->instances += done;
	x->tally->size += done ? m->instance.size : 0;
	arena_end(&arena);
	return done;
}

static bool export_study(struct exporting *x, const struct chosen *study,
    struct err *err)
{
	struct find_ask ask = {.level = LEVEL_INSTANCE, .keys_n = 1,
	    .keys = {{TAG_StudyInstanceUID, study->uid}}, .deleted_too = true};
	struct arena arena = {0};
	struct tx *tx = db_read(x->archive->db);
	struct match m;
	bool done = true;

	if (study->patient != x->patient) {
		x->numbers[0]++;
		x->numbers[1] = 0;
		x->patient = study->patient;
	}
	x->numbers[1]++;
	x->numbers[2] = 0;
	x->series = 0;
	struct finding_rows *rows = find_begin(tx, &arena, &ask, err);
	while (done && rows && find_next(rows, &m))
		done = export_instance(x, &m, err);
	if (rows)
		find_end(rows);
	done = done && rows && !db_failed(tx, err);
	db_end(tx);
	arena_end(&arena);
	x->tally->packs++;
	return done;
}

static bool write_directory(struct exporting *x, struct err *err)
{
	struct out out;
	int fd = openat(x->folder, "DICOMDIR", O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC, 0600);

	if (fd < 0)
		return fail_disk(err, errno, "make the DICOMDIR");
	out_file(&out, fd);
	bool done = dicomdir_end(x->dir, &out, err);
	done = out_end(&out, err) && done;
	close(fd);
	return done;
}

static bool is_empty(int folder, struct err *err)
{
	int fd = dup(folder);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	bool empty = dir != NULL;

	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			empty = false;
	if (dir)
		closedir(dir);
	return empty || fail(err, ERR_REFUSED, "the folder is not empty");
}

bool archive_export(struct archive *a, const struct find_ask *ask,
    const char *folder, struct archive_tally *tally, struct err *err)
{
	struct exporting x = {.archive = a, .tally = tally};
	struct err own = {0};
	bool done;

	mkdir(folder, 0700);
	x.folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	done = x.folder >= 0 || fail(&own, ERR_INPUT,
	    "cannot open the folder: %s", strerror(errno));
	x.buffer = arena_alloc(&x.arena, COPY_STEP);
	x.dir = dicomdir_begin(&x.arena, S("RIBBLE"));
	done = done && is_empty(x.folder, &own) && choose(&x, ask, &own);
	for (size_t i = 0; done && i < x.n; i++)
		done = export_study(&x, &x.studies[i], &own);
	done = done && write_directory(&x, &own);
	if (x.folder >= 0)
		close(x.folder);
	arena_end(&x.arena);
	if (!done && err && !err->kind)
		*err = own;
	return done;
}
