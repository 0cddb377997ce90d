/* SPDX-License-Identifier: MIT */
/* dicomweb_store.c: STOW-RS (PS3.18 10.5): instances sent, kept, and told one
 * by one.
 *
 * The body lies in an unnamed file beside the packs, whatever its size.  Its
 * parts are found first: a body that is not what it says it is, is refused
 * whole and nothing of it is kept.  Then several keepers take part after part
 * to the archive, so that they share its flushes, and only when all are on
 * the disk does the answer say so. */
#include "doors/web/dicomweb_stow.h"
#include "doors/web/words.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define KEEPERS_MOST 8
#define PARTS_MOST 100000
#define BOUNDARY_MOST 200
#define HEAD_FIRST ((size_t)64 << 10)
#define HEAD_LAST ((size_t)16 << 20)
#define PEEK_MOST 100000 /* elements: all keepers look at once */
#define MIB (INT64_C(1) << 20)

/* Why an instance was not stored (PS3.18 table I.2-2, PS3.7 C.5). */
static const int64_t reasons[] = {
	[ERR_INPUT] = 0xc000,
	[ERR_MISSING] = 0x0112,
	[ERR_REFUSED] = 0x0124,
	[ERR_CONFLICT] = 0xa900,
	[ERR_BUSY] = 0xa700,
	[ERR_BROKEN] = 0x0110,
};
#define REASON_OTHER_STUDY 0xa900
#define WARNING_DUPLICATE 0x0111 /* another with its UID is shown */

enum form { FORM_FILE, FORM_PARTS, FORM_OTHER };
static enum form form_of(const struct media *type)
{
	struct str root = media_parameter(type, "type");

	if (str_eq_nocase(type->type, S("application/dicom")))
		return FORM_FILE;
	if (!str_eq_nocase(type->type, S("multipart/related")))
		return FORM_OTHER;
	if (!root.len || str_eq_nocase(root, S("application/dicom")) ||
	    str_eq_nocase(root, S("application/dicom+json")))
		return FORM_PARTS;
	return FORM_OTHER;
}

/* Before the body is taken: will it be understood, and is there room? */
bool stow_may(struct request *q, struct answer *a)
{
	static const char *const types[] = {"application/dicom+json",
	    "application/json", NULL};
	const struct settings *settings = &q->house->settings;
	struct wishes wishes;
	struct chosen how;
	struct statvfs disk;
	struct media type;
	int64_t size = 0;

	wishes_read(q, &wishes);
	if (!choose_plain(&wishes, types, &how) || how.multipart) {
		answer_not_acceptable(a,
		    "it is told as application/dicom+json");
		return false;
	}
	if (!media_read(q->arena, request_header(q, "Content-Type"), &type) ||
	    form_of(&type) == FORM_OTHER) {
		answer_error(a, 415, ERR_INPUT, "the body must be "
		    "multipart/related of application/dicom or "
		    "application/dicom+json, or application/dicom");
		return false;
	}
	str_int(request_header(q, "Content-Length"), &size);
	if (statvfs(settings->archive, &disk) || (int64_t)(disk.f_bavail *
		disk.f_frsize) - size >= settings->archive_reserve_mib * MIB)
		return true;
	answer_error(a, 503, ERR_BUSY, "could not take it: the disk is full");
	return false;
}

/* The trust that they are from: as the sender says, or as is set. */
static bool take_org(struct stow *s)
{
	struct request *q = s->q;
	struct str asked = ask_text(q, "org");
	struct tx *tx = db_read(q->house->db);
	size_t n;
	struct org *orgs = orgs_read(tx, q->arena, &n);

	if (!asked.len)
		asked = str_of(q->house->settings.web_org);
	for (size_t i = 0; i < n && !s->org.len; i++)
		if (str_eq_nocase(orgs[i].code, asked))
			s->org = orgs[i].code;
	db_failed(tx, &s->err);
	db_end(tx);
	if (s->org.len || s->err.kind != ERR_NONE)
		return s->err.kind == ERR_NONE;
	if (asked.len)
		return fail(&s->err, ERR_INPUT,
		    "the organisation that sends is not known");
	fail(&s->err, ERR_INPUT, "it is not said whose images these are");
	return hint(&s->err, "ask with ?org=CODE, or set web_org");
}

static bool add_file(struct stow *s, int64_t at, int64_t size)
{
	if (s->pieces_n == PARTS_MOST)
		return fail(&s->err, ERR_INPUT, "more than %d parts",
		    PARTS_MOST);
	s->pieces = grown(s->q->arena, s->pieces, s->pieces_n,
	    &s->pieces_room, sizeof(*s->pieces));
	s->pieces[s->pieces_n++] = (struct piece){.at = at, .size = size};
	return true;
}

/* Parts that are files; or the first says that it is metadata. */
static bool parts_read(struct stow *s, struct str boundary)
{
	struct multipart *m = multipart_open(s->q->arena, s->q->body.fd,
	    s->q->body.size, boundary);
	struct part part;

	if (!boundary.len || boundary.len > BOUNDARY_MOST)
		return fail(&s->err, ERR_INPUT, "the body has no boundary");
	while (multipart_next(m, &part, &s->err)) {
		struct str type = part.type.type;
		if (!s->pieces_n &&
		    str_eq_nocase(type, S("application/dicom+json")))
			return made_read(s, m, &part);
		if (type.len && !str_eq_nocase(type, S("application/dicom"))) {
			s->status = 415;
			return fail(&s->err, ERR_INPUT,
			    "a part is of a type that is not taken");
		}
		if (!add_file(s, part.at, part.size))
			return false;
	}
	if (s->err.kind == ERR_NONE && !s->pieces_n)
		fail(&s->err, ERR_INPUT, "the body has no part");
	return s->err.kind == ERR_NONE;
}

static bool body_read(struct stow *s)
{
	struct request *q = s->q;
	struct media type;

	media_read(q->arena, request_header(q, "Content-Type"), &type);
	if (form_of(&type) == FORM_PARTS)
		return parts_read(s, media_parameter(&type, "boundary"));
	if (!q->body.size)
		return fail(&s->err, ERR_INPUT, "the body is empty");
	return add_file(s, 0, q->body.size);
}

void uid_put(struct uid_text *to, struct str uid)
{
	size_t n = uid.len < UID_MOST ? uid.len : UID_MOST;

	if (n)
		memcpy(to->at, uid.at, n);
	to->at[n] = '\0';
}

/* Of which study it is, and of whom to speak when it is not kept: as far as
 * that can be read. */
static void peek(const struct stow *s, struct piece *piece)
{
	struct reading how = {.stop = TAG_SeriesInstanceUID,
	    .more_may_come = true, .limits = {.elements = PEEK_MOST}};
	struct arena arena = {0};
	struct part10 file = {.reading = {.short_of = true}};

	for (size_t most = HEAD_FIRST; file.reading.short_of &&
	    most <= HEAD_LAST; most *= 16) {
		size_t n = piece->size < (int64_t)most ? (size_t)piece->size :
		    most;
		char *at = arena_alloc(&arena, n + 1);
		if (pread(s->q->body.fd, at, n, piece->at) != (ssize_t)n ||
		    !part10_read(&arena, (struct str){at, n}, &how, &file,
			&(struct err){0}))
			break;
		uid_put(&piece->sop_class, file.sop_class);
		uid_put(&piece->sop_instance, file.sop_instance);
		uid_put(&piece->study, dataset_raw(&file.dataset,
		    TAG_StudyInstanceUID));
		if ((int64_t)n == piece->size)
			break;
	}
	arena_end(&arena);
}

static void piece_kept(struct piece *piece, const struct kept *kept)
{
	uid_put(&piece->study, kept->study_uid);
	uid_put(&piece->series, kept->series_uid);
	uid_put(&piece->sop_class, kept->sop_class);
	uid_put(&piece->sop_instance, kept->sop_instance);
	if (kept->as == KEPT_CONFLICT)
		piece->reason = WARNING_DUPLICATE;
}

static bool is_of_study(const struct stow *s, const struct piece *piece,
    struct err *err)
{
	if (!s->study.len || str_is(s->study, piece->study.at))
		return true;
	return fail(err, ERR_CONFLICT, "it is of another study");
}

static void keep(struct stow *s, struct piece *piece)
{
	struct arrival arrival = {.org = s->org, .from = S("STOW-RS"),
	    .is_file = true, .fd = s->q->body.fd, .at = piece->at,
	    .size = piece->size};
	struct arena arena = {0};
	struct spool spool = {.fd = -1};
	struct kept kept;
	struct err err = {0};
	bool well = true;

	if (piece->json.len) {
		/* No more than was sent: one part that is pointed to again
		 * and again would fill the disk. */
		spool_begin(&spool, s->q->house->settings.archive,
		    (size_t)MIB, 2 * s->q->body.size + MIB);
		well = made_write(s, &arena, piece, &spool, &err);
		arrival.bytes = &spool;
		arrival.fd = -1;
	} else if (s->study.len)
		peek(s, piece);
	if (well && is_of_study(s, piece, &err) && archive_keep(
		s->q->house->archive, &arena, &arrival, &kept, &err))
		piece_kept(piece, &kept);
	else {
		piece->failed = err.kind;
		piece->reason = reasons[err.kind];
		if (!piece->json.len && !piece->sop_instance.at[0])
			peek(s, piece);
	}
	spool_end(&spool);
	arena_end(&arena);
}

static void *keeper(void *stow)
{
	struct stow *s = stow;

	for (;;) {
		pthread_mutex_lock(&s->lock);
		size_t i = s->next < s->pieces_n ? s->next++ : SIZE_MAX;
		pthread_mutex_unlock(&s->lock);
		if (i == SIZE_MAX)
			return NULL;
		keep(s, &s->pieces[i]);
	}
}

/* This thread is a keeper too, so what cannot be started is not missed. */
static void keep_all(struct stow *s)
{
	pthread_t others[KEEPERS_MOST];
	size_t n = 0;

	pthread_mutex_init(&s->lock, NULL);
	while (n + 1 < KEEPERS_MOST && n + 1 < s->pieces_n &&
	    !pthread_create(&others[n], NULL, keeper, s))
		n++;
	keeper(s);
	while (n--)
		pthread_join(others[n], NULL);
	pthread_mutex_destroy(&s->lock);
}

void stow_post(struct request *q, struct answer *a)
{
	struct stow *s = arena_new(q->arena, struct stow);
	struct place place;

	s->q = q;
	if (!place_read(q, a, &place))
		return;
	s->study = place.study;
	if (take_org(s) && body_read(s)) {
		keep_all(s);
		stow_tell(s, a);
	} else if (s->status)
		answer_refuse(a, s->status, &s->err);
	else
		answer_fail(a, &s->err);
}
