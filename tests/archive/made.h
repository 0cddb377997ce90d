/* SPDX-License-Identifier: MIT */
/* made.h: an archive of its own for each test, and instances made for it. */
#pragma once
#include "../store/place.h"
#include "archive/archive.h"
#include <pthread.h>
#include <sys/stat.h>
#include <ftw.h>

struct made { /* what an instance says; empty: left out */
	const char *patient, *name, *birth, *study, *series, *sop, *date, *time,
	    *accession, *modality, *description, *issuer, *number,
	    *series_number;
	const char *org, *from;
	size_t pixels;    /* bytes of pixel data */
	int fill;         /* of them */
};
struct shelf_fixture { /* a place, its database, and an archive */
	struct place_name place;
	char folder[128];
	struct db *db;
	struct archive *archive;
	struct archive_options options;
};

static inline void made_put(struct dataset *set, uint32_t tag, const char *text)
{
	if (text)
		dataset_put(set, tag, str_of(text));
}

/* Explicit little endian, as C-STORE brings it. */
static inline struct str made_bytes(struct arena *arena, const struct made *m)
{
	struct dataset *set = dataset_new(arena, syntax_explicit);
	struct err err = {0};
	struct out out;

	made_put(set, TAG_SpecificCharacterSet, "ISO_IR 192");
	made_put(set, TAG_SOPClassUID, "1.2.840.10008.5.1.4.1.1.2");
	made_put(set, TAG_SOPInstanceUID, m->sop);
	made_put(set, TAG_StudyDate, m->date);
	made_put(set, TAG_StudyTime, m->time);
	made_put(set, TAG_AccessionNumber, m->accession);
	made_put(set, TAG_Modality, m->modality);
	made_put(set, TAG_StudyDescription, m->description);
	made_put(set, TAG_PatientName, m->name);
	made_put(set, TAG_PatientID, m->patient);
	made_put(set, TAG_IssuerOfPatientID, m->issuer);
	made_put(set, TAG_PatientBirthDate, m->birth);
	made_put(set, TAG_StudyInstanceUID, m->study);
	made_put(set, TAG_SeriesInstanceUID, m->series);
	made_put(set, TAG_SeriesNumber, m->series_number);
	made_put(set, TAG_InstanceNumber, m->number);
	if (m->pixels) {
		char *pixels = arena_alloc(arena, m->pixels);
		memset(pixels, m->fill, m->pixels);
		dataset_put_int(set, TAG_Rows, 16);
		dataset_put_int(set, TAG_Columns, 16);
		dataset_put_bytes(set, TAG_PixelData, VR('O', 'W'),
		    (struct str){pixels, m->pixels});
	}
	out_memory(&out);
	if (!dataset_write(set, syntax_explicit, &out, &err))
		fail_msg("%s", err.text);
	struct str bytes = arena_keep(arena, out_str(&out));
	out_end(&out, NULL);
	return bytes;
}

static inline bool made_keep(struct archive *archive, const struct made *m,
    struct kept *kept, struct err *err)
{
	struct arena arena = {0};
	struct spool spool;
	struct kept own;

	spool_begin(&spool, "/tmp", 8 << 20, INT64_C(1) << 32);
	assert_true(spool_add(&spool, made_bytes(&arena, m), err));
	struct arrival from = {.org = str_of(m->org ? m->org : "RXN"),
	    .from = str_of(m->from ? m->from : "CT1"), .bytes = &spool,
	    .syntax_uid = S("1.2.840.10008.1.2.1"), .fd = -1};
	bool done = archive_keep(archive, &arena, &from, kept ? kept : &own,
	    err);
	spool_end(&spool);
	arena_end(&arena);
	return done;
}

static inline enum kept_as must_keep(struct archive *archive,
    const struct made *m)
{
	struct err err = {0};
	struct kept kept;

	if (!made_keep(archive, m, &kept, &err))
		fail_msg("%s (%s)", err.text, err.hint);
	return kept.as;
}

static inline struct archive *must_open(struct shelf_fixture *f)
{
	struct err err = {0};

	f->archive = archive_open(f->db, &f->options, &err);
	if (!f->archive)
		fail_msg("%s (%s)", err.text, err.hint);
	return f->archive;
}

static inline int remove_one(const char *path, const struct stat *is, int what,
    struct FTW *where)
{
	(void)is;
	(void)what;
	(void)where;
	return remove(path);
}

static inline int archive_setup(void **state)
{
	struct shelf_fixture *f = test_calloc(1, sizeof(*f));

	f->place = place_new();
	f->db = place_open(f->place.where);
	snprintf(f->folder, sizeof(f->folder), "%s/packs", f->place.folder);
	f->options = (struct archive_options){.folder = f->folder,
	    .settle_s = 300, .open_packs = 8};
	must_open(f);
	*state = f;
	return 0;
}

static inline int archive_teardown(void **state)
{
	struct shelf_fixture *f = *state;

	if (f->archive)
		archive_close(f->archive);
	if (f->db)
		db_close(f->db);
	nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	place_drop(&f->place);
	test_free(f);
	return 0;
}
#define with_archive(test) \
	cmocka_unit_test_setup_teardown(test, archive_setup, archive_teardown)

static inline int64_t count_of(struct db *db, const char *sql)
{
	struct tx *tx = db_read(db);
	int64_t n = db_int_(tx, sql, VALS());

	must_not_fail(tx);
	db_end(tx);
	return n;
}

static inline void must_verify(struct archive *archive)
{
	struct archive_tally tally = {0};
	struct err err = {0};

	if (!archive_verify(archive, 0, 0, NULL, NULL, &tally, &err))
		fail_msg("%s", err.text);
	assert_int_equal(tally.bad, 0);
}
