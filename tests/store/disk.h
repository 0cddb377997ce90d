/* SPDX-License-Identifier: MIT */
/* disk.h: a disk that keeps only what was synced.  SQLite writes through this
 * to real files; whenever one is synced, its bytes are copied to a second
 * folder.  What stands there is what a crash of the machine would leave. */
#pragma once
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char disk_folder[64]; /* the second folder; empty: nothing is kept */
static pthread_mutex_t disk_lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_vfs *disk_below;

struct disk_file {
	sqlite3_file file;
	char name[128];
	sqlite3_file below[]; /* grows into the lower one's */
};

static void disk_copy(const char *from, const char *to)
{
	char buffer[65536];
	ssize_t n;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	while (in >= 0 && (n = read(in, buffer, sizeof(buffer))) > 0)
		if (write(out, buffer, (size_t)n) != n)
			abort();
	if (in >= 0)
		close(in);
	close(out);
}

static void disk_synced(const char *path)
{
	char to[256];

	pthread_mutex_lock(&disk_lock);
	if (disk_folder[0]) {
		snprintf(to, sizeof(to), "%s/%s", disk_folder,
		    strrchr(path, '/') + 1);
		disk_copy(path, to);
	}
	pthread_mutex_unlock(&disk_lock);
}

#define BELOW(file) (((struct disk_file *)(file))->below)
#define PASS(name, types, args) \
	static int disk_##name types \
	{ \
		return BELOW(f)->pMethods->name args; \
	}
PASS(xClose, (sqlite3_file * f), (BELOW(f)))
PASS(xRead, (sqlite3_file * f, void *to, int n, sqlite3_int64 at), (BELOW(f), to, n, at))
PASS(xFileSize, (sqlite3_file * f, sqlite3_int64 *size), (BELOW(f), size))
PASS(xLock, (sqlite3_file * f, int how), (BELOW(f), how))
PASS(xUnlock, (sqlite3_file * f, int how), (BELOW(f), how))
PASS(xCheckReservedLock, (sqlite3_file * f, int *is), (BELOW(f), is))
PASS(xFileControl, (sqlite3_file * f, int op, void *with), (BELOW(f), op, with))
PASS(xSectorSize, (sqlite3_file * f), (BELOW(f)))
PASS(xDeviceCharacteristics, (sqlite3_file * f), (BELOW(f)))
PASS(xShmMap, (sqlite3_file * f, int i, int n, int x, void volatile **to), (BELOW(f), i, n, x, to))
PASS(xShmLock, (sqlite3_file * f, int i, int n, int how), (BELOW(f), i, n, how))
PASS(xShmUnmap, (sqlite3_file * f, int gone), (BELOW(f), gone))

/* Each happens as one, also to a copy that is being made: a disk does not
 * know half of a truncation either. */
static int disk_xWrite(sqlite3_file *f, const void *from, int n,
    sqlite3_int64 at)
{
	pthread_mutex_lock(&disk_lock);
	int rc = BELOW(f)->pMethods->xWrite(BELOW(f), from, n, at);
	pthread_mutex_unlock(&disk_lock);
	return rc;
}

static int disk_xTruncate(sqlite3_file *f, sqlite3_int64 size)
{
	pthread_mutex_lock(&disk_lock);
	int rc = BELOW(f)->pMethods->xTruncate(BELOW(f), size);
	pthread_mutex_unlock(&disk_lock);
	return rc;
}

static void disk_xShmBarrier(sqlite3_file *f)
{
	BELOW(f)->pMethods->xShmBarrier(BELOW(f));
}

static int disk_xSync(sqlite3_file *f, int how)
{
	disk_synced(((struct disk_file *)f)->name);
	return BELOW(f)->pMethods->xSync(BELOW(f), how);
}

static const sqlite3_io_methods disk_methods = {2, disk_xClose, disk_xRead,
    disk_xWrite, disk_xTruncate, disk_xSync, disk_xFileSize, disk_xLock,
    disk_xUnlock, disk_xCheckReservedLock, disk_xFileControl, disk_xSectorSize,
    disk_xDeviceCharacteristics, disk_xShmMap, disk_xShmLock, disk_xShmBarrier,
    disk_xShmUnmap, NULL, NULL};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f,
    int how, int *did)
{
	struct disk_file *file = (struct disk_file *)f;

	(void)vfs;
	snprintf(file->name, sizeof(file->name), "%s", name ? name : "/none");
	int rc = disk_below->xOpen(disk_below, name, file->below, how, did);
	f->pMethods = file->below->pMethods ? &disk_methods : NULL;
	return rc;
}

/* From here on all databases are opened on this disk. */
static void disk_begin(void)
{
	static sqlite3_vfs vfs;

	disk_below = sqlite3_vfs_find(NULL);
	vfs = *disk_below;
	vfs.zName = "disk";
	vfs.szOsFile = (int)sizeof(struct disk_file) + disk_below->szOsFile;
	vfs.xOpen = disk_open;
	sqlite3_vfs_register(&vfs, 1);
}
