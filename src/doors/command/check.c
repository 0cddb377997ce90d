/* SPDX-License-Identifier: MIT */
/* check.c: opens everything that the settings name, and says of each thing
 * whether it is right, and if not, how to mend it. */
#include "archive/archive.h"
#include "doors/command/line.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB INT64_C(1048576)

/* One thing looked at.  Returns what it found, or fails. */
struct look {
	const char *name;
	bool (*act)(struct house *, struct str *says, struct err *);
};

static bool time_zone(struct house *house, struct str *says, struct err *err)
{
	/* Anything about days would end the program without this file. */
	static const char path[] = "/usr/share/zoneinfo/Europe/London";
	int64_t at = INT64_C(1782862200) * US_PER_S; /* 23:30 on 30 June 2026 */

	if (access(path, R_OK) < 0) {
		fail(err, ERR_MISSING, "cannot read %s: %s", path,
		    strerror(errno));
		return hint(err, "install the package tzdata");
	}
	if (time_day(at) != day_of(2026, 7, 1)) {
		fail(err, ERR_BROKEN, "summer time is not what it should be");
		return hint(err, "install the package tzdata anew");
	}
	*says = arena_printf(house->arena, "local time is %s, Europe/London",
	    time_local_text(outside_now()).at);
	return true;
}

/* The folder itself, or the first above it that is there. */
static const char *nearest_folder(struct arena *arena, const char *path)
{
	struct stat is;

	while (stat(path, &is) < 0 && (errno == ENOENT || errno == ENOTDIR) &&
	    strcmp(path, ".") != 0 && strcmp(path, "/") != 0)
		path = folder_of(arena, path);
	return path;
}

/* Does what the program will do there: makes a file, and removes it. */
static bool is_writable(const char *folder, struct err *err)
{
	char name[4096];
	int n = snprintf(name, sizeof(name), "%s/.ribble-check-%ld", folder,
	    (long)getpid());
	int fd = n > 0 && (size_t)n < sizeof(name)
	    ? open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
	    : -1;

	if (fd < 0)
		return fail(err, ERR_INPUT, "cannot write in %.150s: %s",
		    folder, strerror(errno));
	close(fd);
	unlink(name);
	return true;
}

static bool files(struct house *house, struct str *says, struct err *err)
{
	const char *path = house->settings.files;
	const char *folder = nearest_folder(house->arena, path);

	if (!is_writable(folder, err))
		return hint(err, "give this user the folder, or name another "
				 "with --files");
	*says = arena_printf(house->arena, "%s, %s", path,
	    strcmp(folder, path) == 0 ? "writable" : "made when needed");
	return true;
}

static bool watch(struct house *house, struct str *says, struct err *err)
{
	const char *path = house->settings.watch;
	struct stat is;

	*says = S("none is set");
	if (!path[0])
		return true;
	*says = str_of(path);
	if (stat(path, &is) < 0 || !S_ISDIR(is.st_mode)) {
		fail(err, ERR_MISSING, "there is no folder %.150s", path);
		return hint(err, "make it, or name another with --watch");
	}
	if (!is_writable(path, err))
		return hint(err, "files are moved within it when taken: give "
				 "this user the folder");
	return true;
}

/* What would be made of SQLite's file if it is not there yet. */
static bool no_database_yet(struct house *house, struct str *says,
    struct err *err)
{
	const char *path = house->settings.database;
	const char *folder =
	    nearest_folder(house->arena, folder_of(house->arena, path));

	if (!is_writable(folder, err))
		return hint(err, "give this user the folder, or name another "
				 "with --database");
	*says = arena_printf(house->arena, "%s, made when needed", path);
	return true;
}

/* The store's check walks the journal too; that is said once, on its line. */
static bool is_of_journal(struct db *db, const struct err *found)
{
	struct err err = {0};
	int64_t entries;

	return !journal_check(db, &entries, &err) &&
	    strcmp(err.text, found->text) == 0;
}

static bool database(struct house *house, struct str *says, struct err *err)
{
	const char *place = house->settings.database;

	if (!is_postgres(place) && access(place, F_OK) < 0)
		return no_database_yet(house, says, err);
	house->db = db_open(place, house->settings.readers, err);
	if (!house->db) {
		if (!err->hint[0])
			hint(err, is_postgres(place)
				? "start PostgreSQL, or mend --database"
				: "name another with --database, or restore a "
				  "backup");
		return false;
	}
	if (!store_check(house->db, err) && !is_of_journal(house->db, err)) {
		if (!err->hint[0])
			hint(err, "restore a backup into an empty store");
		return false;
	}
	*err = (struct err){0};
	*says = arena_printf(house->arena, "%s, opened and sound",
	    db_kind(house->db));
	return true;
}

static bool journal(struct house *house, struct str *says, struct err *err)
{
	int64_t entries = 0;

	*says = S("no database to read it from");
	if (!house->db)
		return true;
	if (!journal_check(house->db, &entries, err)) {
		if (!err->hint[0])
			hint(err, "someone changed the database by hand: "
				  "restore a backup");
		return false;
	}
	*says = arena_printf(house->arena, "%lld entries, none changed or "
					   "missing",
	    (long long)entries);
	return true;
}

/* Looked at only: another of us may keep it. */
static bool archive(struct house *house, struct str *says, struct err *err)
{
	const char *path = house->settings.archive;
	struct archive_counts c;
	struct docket waits;
	struct tx *tx;

	*says = arena_printf(house->arena, "%s, made when needed", path);
	if (!house->db || access(path, F_OK) < 0)
		return true;
	if (!house_open_archive(house, true, err))
		return hint(err, "give this user the folder, or name another "
				 "with --archive");
	archive_counts(house->archive, &c);
	tx = db_read(house->db);
	docket_count(tx, &waits);
	bool asked = !db_failed(tx, err);
	db_end(tx);
	if (!asked)
		return false;
	*says = arena_printf(house->arena, "%s: %lld studies, %lld instances, "
	    "%lld unsealed, no troubles", path, (long long)c.studies,
	    (long long)c.instances, (long long)c.unsealed);
	if (!waits.troubles)
		return true;
	fail(err, ERR_BROKEN, "%lld troubles among %lld studies, %lld "
	    "instances, %lld unsealed", (long long)waits.troubles,
	    (long long)c.studies, (long long)c.instances,
	    (long long)c.unsealed);
	return hint(err, "see them at /api/troubles; what is sent again is "
			 "mended, and `ribble archive verify` looks anew");
}

/* Is it another of us that has the port? */
static bool answers_as_ribble(const struct addrinfo *at)
{
	static const char ask[] = "GET /api/status HTTP/1.0\r\n\r\n";
	struct timeval wait = {.tv_sec = 2};
	char text[4096];
	size_t len = 0;
	ssize_t n = -1;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(fd, at->ai_addr, at->ai_addrlen) == 0 &&
	    send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) > 0)
		while (len < sizeof(text) &&
		    (n = recv(fd, text + len, sizeof(text) - len, 0)) > 0)
			len += (size_t)n;
	if (fd >= 0)
		close(fd);
	return memmem(text, len, "\"journal\"", 9) != NULL;
}

static bool try_port(struct house *house, const struct addrinfo *at,
    struct str *says, struct err *err)
{
	const struct settings *set = &house->settings;
	int yes = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	bool ok = bind(fd, at->ai_addr, at->ai_addrlen) == 0;
	int why = errno;

	if (fd >= 0)
		close(fd);
	*says = arena_printf(house->arena, "%s port %lld, free",
	    set->web_address, (long long)set->web_port);
	if (ok)
		return true;
	*says = arena_printf(house->arena, "%s port %lld, where ribble "
					   "answers already",
	    set->web_address, (long long)set->web_port);
	if (why == EADDRINUSE && answers_as_ribble(at))
		return true;
	fail(err, ERR_CONFLICT, "cannot listen on %.60s port %lld: %s",
	    set->web_address, (long long)set->web_port, strerror(why));
	return hint(err, why == EADDRINUSE
		? "stop the program that has it, or choose another with "
		  "--web-port; 0 is any free one"
		: "choose another with --web-address or --web-port");
}

static bool port(struct house *house, struct str *says, struct err *err)
{
	const struct settings *set = &house->settings;
	struct addrinfo *found,
	    want = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM};
	char number[8];

	snprintf(number, sizeof(number), "%d", (int)set->web_port);
	int no = getaddrinfo(set->web_address, number, &want, &found);

	if (no) {
		fail(err, ERR_INPUT, "there is no address '%.60s': %s",
		    set->web_address, gai_strerror(no));
		return hint(err, "--web-address is one of this machine's, "
				 "such as 127.0.0.1 or 0.0.0.0");
	}
	bool ok = try_port(house, found, says, err);

	freeaddrinfo(found);
	return ok;
}

static bool pages(struct house *house, struct str *says, struct err *err)
{
	const char *folder = house->settings.web_folder;

	*says = embedded_pages[0].path
	    ? S("those in the program")
	    : S("none in this program: the API only");
	if (!folder[0])
		return true;
	*says = str_of(folder);
	if (access(arena_printf(house->arena, "%s/index.html%c", folder, 0).at,
		R_OK) == 0)
		return true;
	fail(err, ERR_MISSING, "there is no index.html in %.150s", folder);
	return hint(err, "build the pages, or leave web_folder empty");
}

/* An upload is kept as it came, and again as rows. */
static bool space(struct house *house, struct str *says, struct err *err)
{
	const char *folder =
	    nearest_folder(house->arena, house->settings.files);
	int64_t need = 2 * house->settings.upload_limit_mib * MIB, left;
	struct statvfs is;

	if (statvfs(folder, &is) < 0)
		return fail(err, ERR_BROKEN, "cannot look at %.150s: %s",
		    folder, strerror(errno));
	left = (int64_t)is.f_bavail * (int64_t)is.f_frsize;
	*says = arena_printf(house->arena, "%lld MiB left",
	    (long long)(left / MIB));
	if (left >= need)
		return true;
	fail(err, ERR_BUSY, "%lld MiB left, and the largest upload may need "
			    "%lld MiB", (long long)(left / MIB),
	    (long long)(need / MIB));
	return hint(err, "make room, or lower upload_limit_mib");
}

static const struct look looks[] = {
	{"time zone", time_zone},
	{"database", database},
	{"journal", journal},
	{"files", files},
	{"watch", watch},
	{"archive", archive},
	{"port", port},
	{"pages", pages},
	{"space", space},
	{NULL, NULL}};

static void put_plain(struct out *out, const struct look *look,
    struct str says, const struct err *err)
{
	if (err->kind == ERR_NONE) {
		out_printf(out, "right  %-10s %.*s\n", look->name, STR(says));
		return;
	}
	out_printf(out, "WRONG  %-10s %s\n", look->name, err->text);
	if (err->hint[0])
		out_printf(out, "       %-10s hint: %s\n", "", err->hint);
}

static void put_json(struct json *json, const struct look *look,
    struct str says, const struct err *err)
{
	bool ok = err->kind == ERR_NONE;

	json_object(json);
	json_key(json, "name");
	json_text(json, str_of(look->name));
	json_key(json, "right");
	json_bool(json, ok);
	json_key(json, "text");
	json_text(json, ok ? says : str_of(err->text));
	json_key(json, "hint");
	if (err->hint[0])
		json_text(json, str_of(err->hint));
	else
		json_null(json);
	json_object_end(json);
}

int command_check(struct house *house, const struct line *line,
    struct err *err)
{
	bool wants_json = option_given(line, "json"), right = true;
	struct result result;
	struct json json = {.out = &result.out};

	if (!result_begin(&result, line, err))
		return ANSWER_NO;
	if (wants_json) {
		json_object(&json);
		json_key(&json, "checks");
		json_array(&json);
	}
	for (const struct look *look = looks; look->name; look++) {
		struct err found = {0};
		struct str says = S("");

		right &= look->act(house, &says, &found);
		if (wants_json)
			put_json(&json, look, says, &found);
		else
			put_plain(&result.out, look, says, &found);
	}
	if (wants_json) {
		json_array_end(&json);
		json_key(&json, "right");
		json_bool(&json, right);
		json_object_end(&json);
		out_char(&result.out, '\n');
	}
	return result_end(&result, err) && right ? ANSWER_YES : ANSWER_NO;
}
