/* SPDX-License-Identifier: MIT */
/* house.c: opens what the settings name. */
#include "doors/house.h"
#include "archive/archive.h"
#include "doors/arrivals.h"
#include "doors/furnish.h"
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

bool folder_make(const char *path, struct err *err)
{
	char whole[4096];
	int n = snprintf(whole, sizeof(whole), "%s", path);

	if (n < 0 || (size_t)n >= sizeof(whole))
		return fail(err, ERR_INPUT, "the folder's name is too long");
	for (char *at = whole + 1; n && *at; at++) {
		if (*at != '/')
			continue;
		*at = 0;
		mkdir(whole, 0777);
		*at = '/';
	}
	if (!n || mkdir(whole, 0777) == 0)
		return true;
	int why = errno;
	struct stat is;

	if (why == EEXIST && stat(whole, &is) == 0 && S_ISDIR(is.st_mode))
		return true;
	fail(err, ERR_INPUT, "cannot make the folder %.150s: %s", whole,
	    strerror(why == EEXIST ? ENOTDIR : why));
	return hint(err, "make it, or name another in the settings");
}

static int remove_one(const char *path, const struct stat *is, int what,
    struct FTW *where)
{
	(void)is;
	(void)what;
	(void)where;
	return remove(path);
}

void folder_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *folder_of(struct arena *arena, const char *path)
{
	const char *mark = strrchr(path, '/');

	if (!mark)
		return ".";
	if (mark == path)
		return "/";
	return arena_cstr(arena, (struct str){path, (size_t)(mark - path)});
}

bool is_postgres(const char *database)
{
	struct str place = str_of(database);

	return str_starts(place, S("postgres://")) ||
	    str_starts(place, S("postgresql://"));
}

/* By the clock that nobody can turn: it looks a hundred times a second. */
bool thread_ends(pthread_t thread, int64_t seconds)
{
	static const struct timespec nap = {.tv_nsec = 10000000};
	int64_t until = outside_ticks() + seconds * US_PER_S;

	while (pthread_tryjoin_np(thread, NULL) != 0) {
		if (outside_ticks() >= until)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

bool house_open_bare(struct house *house, struct err *err)
{
	const char *database = house->settings.database;

	if (!is_postgres(database) && strcmp(database, ":memory:") != 0 &&
	    !folder_make(folder_of(house->arena, database), err))
		return false;
	house->db = db_open(database, house->settings.readers, err);
	house->opened_at = outside_now();
	return house->db != NULL;
}

bool house_open(struct house *house, struct err *err)
{
	return folder_make(house->settings.files, err) &&
	    house_open_bare(house, err) && house_furnish(house, err);
}

static bool open_archive(struct house *house, bool looks_only, bool rebuilds,
    struct err *err)
{
	const struct settings *s = &house->settings;
	struct archive_options options = {.folder = s->archive,
	    .settle_s = s->archive_settle_seconds,
	    .reserve_mib = s->archive_reserve_mib,
	    .verify_mib_s = s->archive_verify_mib,
	    .open_packs = s->archive_open_packs,
	    .limits = {.depth = s->dicom_depth,
		.inflated = s->dicom_inflated_mib << 20,
		.ratio = s->dicom_inflated_times},
	    .looks_only = looks_only,
	    .rebuilds = rebuilds,
	    .began = study_began,
	    .settled = study_settled};

	if (!folder_make(folder_of(house->arena, s->archive), err))
		return false;
	house->archive = archive_open(house->db, &options, err);
	return house->archive != NULL;
}

bool house_open_archive(struct house *house, bool looks_only,
    struct err *err)
{
	return open_archive(house, looks_only, false, err);
}

bool house_open_archive_anew(struct house *house, struct err *err)
{
	return open_archive(house, false, true, err);
}

void house_close(struct house *house)
{
	if (house->archive)
		archive_close(house->archive);
	house->archive = NULL;
	if (house->db)
		db_close(house->db);
	house->db = NULL;
}
