/* SPDX-License-Identifier: MIT */
/* furnish.c: an empty house is given the network's own lists, once. */
#include "doors/furnish.h"

#include "pathway/pathway.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct str furnish_file(const char *path)
{
	for (const struct embedded *e = embedded_network; e->path; e++)
		if (strcmp(e->path, path) == 0)
			return e->bytes;
	return S("");
}

int furnish_open(const char *path, struct err *err)
{
	struct str bytes = furnish_file(path);
	int fd = memfd_create(path, MFD_CLOEXEC);

	if (!bytes.len)
		fail(err, ERR_BROKEN, "the program was built without %s", path);
	else if (fd < 0 ||
	    write(fd, bytes.at, bytes.len) != (ssize_t)bytes.len ||
	    lseek(fd, 0, SEEK_SET) != 0)
		fail(err, ERR_BROKEN, "could not open %s: %s", path,
		    strerror(errno));
	if (!err->kind)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool is_empty(struct db *db)
{
	struct tx *tx = db_read(db);
	bool empty = reference_is_empty(tx);

	db_end(tx);
	return empty;
}

bool house_furnish(struct house *house, struct err *err)
{
	struct reference lists = {furnish_file("orgs.csv"),
	    furnish_file("sites.csv"), furnish_file("commissioners.csv")};
	struct tx *tx;

	if (!is_empty(house->db))
		return true;
	tx = db_begin(house->db);
	if (!reference_load(tx, &lists, err)) {
		db_end(tx);
		return false;
	}
	return db_commit(tx, err);
}
