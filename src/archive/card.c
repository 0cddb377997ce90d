/* SPDX-License-Identifier: MIT */
/* card.c: reads an instance's head, up to its pixel data, and no more than
 * that; what stands there becomes its index card.  A data set that breaks the
 * standard is kept with its findings; only one that cannot be read, or does
 * not say which study, series and instance it is, is refused. */
#include "archive/inside.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#define FIRST_PART (64 << 10)
#define HEAD_MOST (INT64_C(512) << 20) /* of a head: a sane limit for memory */
#define LARGE (1 << 20)                  /* of which one is read at a time */
#define HASH_STEP (1 << 18)

/* Many small elements, or a deflated data set, take many times their size
 * while they are read: of such heads there is one at a time, and its memory is
 * let go of before the next.  So peers that send them together take no more
 * than one would. */
static pthread_mutex_t large_one = PTHREAD_MUTEX_INITIALIZER;

bool source_read(const struct source *s, int64_t at, void *to, size_t n,
    struct err *err)
{
	if (s->spool) {
		int64_t got = spool_read(s->spool, s->at + at, to, n, err);
		return got == (int64_t)n || (got >= 0 && fail(err, ERR_BROKEN,
		    "what was received is shorter than was said"));
	}
	return read_at(s->fd, to, n, s->at + at) ||
	    fail_disk(err, errno, "read what was received");
}

/* The first n bytes: in place if they are in memory. */
static bool source_head(struct arena *arena, const struct source *s, int64_t n,
    struct str *head, struct err *err)
{
	struct str held = s->spool ? spool_head(s->spool) : S("");
	char *copy;

	if ((int64_t)held.len >= n) {
		*head = held;
		return true;
	}
	if (n > HEAD_MOST)
		return fail(err, ERR_INPUT,
		    "the head of the data set is too long");
	copy = arena_alloc(arena, (size_t)n);
	*head = (struct str){copy, (size_t)n};
	return source_read(s, 0, copy, (size_t)n, err);
}

struct opened { /* a data set's head */
	struct dataset dataset;
	struct reading reading;
	struct str syntax_uid;
	struct part10 file; /* of an arrival that is one */
	bool large;         /* the only one of its kind, until it is closed */
};

static bool read_once(struct arena *arena, struct str bytes, bool is_file,
    struct opened *o, struct err *err)
{
	if (is_file) {
		if (!part10_read(arena, bytes, &o->reading, &o->file, err))
			return false;
		o->dataset = o->file.dataset;
		o->syntax_uid = o->file.syntax_uid;
		o->reading = o->file.reading;
		return true;
	}
	return dataset_read(arena, bytes, &o->reading, &o->dataset, err);
}

static const struct syntax *syntax_of(struct str uid)
{
	const struct syntax *syntax = syntax_find(uid);

	return syntax || !uid.len ? syntax : syntax_explicit;
}

static bool is_large(const struct opened *o, const struct syntax *syntax,
    int64_t part)
{
	if (!syntax)
		syntax = o->file.syntax;
	return part > (syntax && syntax->deflated ? FIRST_PART : LARGE);
}

/* Ever larger parts, until the pixel data or the end is seen. */
static bool open_head(struct arena *arena, const struct dicom_limits *limits,
    const struct arrival *from, const struct source *s, struct opened *o,
    struct err *err)
{
	const struct syntax *syntax = from->is_file ? NULL :
	    syntax_of(from->syntax_uid);
	int64_t part = FIRST_PART;
	struct str bytes;

	if (!from->is_file && !syntax)
		return fail(err, ERR_INPUT, "the transfer syntax is not named");
	if (s->size < part || (syntax && syntax->deflated))
		part = s->size;
	for (;;) {
		if (!o->large && is_large(o, syntax, part)) {
			pthread_mutex_lock(&large_one);
			o->large = true;
		}
		if (!source_head(arena, s, part, &bytes, err))
			return false;
		part = (int64_t)bytes.len;
		o->reading = (struct reading){.syntax = syntax,
		    .limits = *limits, .stop = TAG_PixelData,
		    .more_may_come = part < s->size};
		o->syntax_uid = from->syntax_uid;
		if (!read_once(arena, bytes, from->is_file, o, err))
			return false;
		if (!o->reading.short_of || part >= s->size)
			return true;
		part *= 4;
		if (part > s->size ||
		    (o->file.syntax && o->file.syntax->deflated))
			part = s->size;
	}
}

/* Texts. */

static struct str text_of(struct arena *arena, const struct dataset *set,
    uint32_t tag, size_t most)
{
	struct str s = dataset_text(set->arena, set, tag);
	const char *end = s.len ? memchr(s.at, 0, s.len) : NULL;

	if (end)
		s.len = (size_t)(end - s.at);
	if (s.len > most) {
		s.len = most;
		while (s.len && ((unsigned char)s.at[s.len] & 0xc0) == 0x80)
			s.len--;
	}
	return arena_keep(arena, str_trim(s));
}
#define TEXT(tag) text_of(arena, set, TAG_##tag, 256)

static struct str issuer_in(struct arena *arena, const struct dataset *set,
    uint32_t sequence)
{
	const struct dataset *item = dataset_item(set, sequence, 0);
	struct str local = item ? text_of(arena, item,
	    TAG_LocalNamespaceEntityID, 256) : S("");

	return local.len || !item ? local :
	    text_of(arena, item, TAG_UniversalEntityID, 256);
}

static void read_study(struct arena *arena, const struct dataset *set,
    struct str org, struct card *card)
{
	struct str issuer = TEXT(IssuerOfPatientID);
	struct str orders = issuer_in(arena, set,
	    TAG_IssuerOfAccessionNumberSequence);

	card->study = (struct study){
	    .uid = TEXT(StudyInstanceUID), .org = org,
	    .patient_id = TEXT(PatientID), .issuer = issuer.len ? issuer : org,
	    .patient_name = TEXT(PatientName),
	    .birth_date = TEXT(PatientBirthDate), .sex = TEXT(PatientSex),
	    .date = TEXT(StudyDate), .time = TEXT(StudyTime),
	    .accession = TEXT(AccessionNumber),
	    .accession_issuer = orders.len ? orders : org,
	    .study_id = TEXT(StudyID), .description = TEXT(StudyDescription),
	    .referrer = TEXT(ReferringPhysicianName)};
	card->moment = moment_of(card->study.date, card->study.time);
	card->name_key = name_key(arena, card->study.patient_name);
}

static void read_series(struct arena *arena, const struct dataset *set,
    struct card *card)
{
	card->series = (struct series){
	    .uid = TEXT(SeriesInstanceUID), .modality = TEXT(Modality),
	    .number = TEXT(SeriesNumber),
	    .description = TEXT(SeriesDescription),
	    .body_part = TEXT(BodyPartExamined),
	    .laterality = TEXT(Laterality),
	    .date = TEXT(SeriesDate), .time = TEXT(SeriesTime),
	    .station = TEXT(StationName), .institution = TEXT(InstitutionName),
	    .manufacturer = TEXT(Manufacturer),
	    .performed_step = TEXT(PerformedProcedureStepID),
	    .protocol = TEXT(ProtocolName)};
}

static int64_t number_of(const struct dataset *set, uint32_t tag)
{
	int64_t n = 0;

	return dataset_int(set, tag, &n) && n > 0 ? n : 0;
}

static void read_instance(struct arena *arena, const struct dataset *set,
    struct card *card)
{
	struct instance *i = &card->instance;

	i->uid = TEXT(SOPInstanceUID);
	i->sop_class = TEXT(SOPClassUID);
	i->number = TEXT(InstanceNumber);
	i->rows = number_of(set, TAG_Rows);
	i->columns = number_of(set, TAG_Columns);
	i->frames = number_of(set, TAG_NumberOfFrames);
	i->bits = number_of(set, TAG_BitsStored);
	if (!i->frames && i->rows)
		i->frames = 1;
}

static void note_findings(const struct arrival *from, struct opened *o,
    struct card *card)
{
	const struct instance *i = &card->instance;
	bool known = true;

	card->findings |= o->reading.repaired & FOUND_REPAIRS;
	charset_read(o->dataset.arena, dataset_raw(&o->dataset,
	    TAG_SpecificCharacterSet), &known);
	if (!known)
		card->findings |= FOUND_CHARSET;
	if (!uid_valid(card->study.uid) || !uid_valid(card->series.uid) ||
	    !uid_valid(i->uid))
		card->findings |= FOUND_UID;
	if (!card->study.patient_id.len)
		card->findings |= FOUND_NO_PATIENT;
	if (card->moment == NO_MOMENT)
		card->findings |= FOUND_NO_DATE;
	if ((from->sop_instance.len && !str_eq(from->sop_instance, i->uid)) ||
	    (from->sop_class.len && !str_eq(from->sop_class, i->sop_class)))
		card->findings |= FOUND_COMMAND;
}

static bool has_identity(struct card *card, const struct arrival *from,
    struct err *err)
{
	struct instance *i = &card->instance;

	if (!i->uid.len)
		i->uid = str_trim(from->sop_instance);
	if (!i->sop_class.len)
		i->sop_class = str_trim(from->sop_class);
	if (!i->uid.len)
		return fail(err, ERR_INPUT, "%s SOP Instance UID is missing",
		    tag_text(TAG_SOPInstanceUID).at);
	if (!card->study.uid.len)
		return fail(err, ERR_INPUT, "%s Study Instance UID is missing",
		    tag_text(TAG_StudyInstanceUID).at);
	return card->series.uid.len || fail(err, ERR_INPUT,
	    "%s Series Instance UID is missing",
	    tag_text(TAG_SeriesInstanceUID).at);
}

/* Sums. */

static bool sum_source(struct arena *arena, const struct source *s,
    int64_t from, int64_t upto, XXH3_state_t *state, struct err *err)
{
	struct str held = s->spool ? spool_head(s->spool) : S("");
	char *buffer;

	if (upto <= (int64_t)held.len) {
		if (upto > from)
			XXH3_128bits_update(state, held.at + from,
			    (size_t)(upto - from));
		return true;
	}
	buffer = arena_alloc(arena, HASH_STEP);
	while (from < upto) {
		int64_t left = upto - from;
		size_t n = (size_t)(left < HASH_STEP ? left : HASH_STEP);
		if (!source_read(s, from, buffer, n, err))
			return false;
		XXH3_128bits_update(state, buffer, n);
		from += (int64_t)n;
	}
	return true;
}

static bool sum_with(struct arena *arena, struct card *card,
    XXH3_state_t *state, struct err *err)
{
	struct record *r = &card->record;
	int64_t own = r->meta_size - (int64_t)card->meta.len; /* meta in it */
	XXH128_canonical_t sum;

	XXH3_128bits_reset(state);
	XXH3_128bits_update(state, card->meta.at, card->meta.len);
	if (!sum_source(arena, &card->bytes, 0, own, state, err))
		return false;
	r->meta_hash = XXH3_128bits_digest(state).low64;
	XXH3_128bits_reset(state);
	if (!sum_source(arena, &card->bytes, own, card->bytes.size, state, err))
		return false;
	XXH128_canonicalFromHash(&sum, XXH3_128bits_digest(state));
	memcpy(r->hash, sum.digest, sizeof(r->hash));
	return true;
}

static bool sum(struct arena *arena, struct card *card, struct err *err)
{
	XXH3_state_t *state = XXH3_createState();
	bool done = sum_with(arena, card, state, err);

	XXH3_freeState(state);
	return done;
}

static struct str make_meta(struct arena *arena, const struct card *card,
    const struct arrival *from)
{
	struct out out;

	out_memory(&out);
	part10_head(&out, card->instance.sop_class, card->instance.uid,
	    from->syntax_uid, from->from);
	struct str meta = arena_keep(arena, out_str(&out));
	out_end(&out, NULL);
	return meta;
}

/* Sizes and sums, when it is known what will stand in the pack. */
static bool finish(struct arena *arena, struct card *card,
    const struct arrival *from, const struct opened *o, struct err *err)
{
	struct instance *i = &card->instance;
	const struct syntax *syntax = o->dataset.syntax;
	int64_t meta;

	if (!from->is_file)
		card->meta = make_meta(arena, card, from);
	meta = (int64_t)card->meta.len;
	i->syntax_uid = o->syntax_uid;
	i->size = meta + card->bytes.size;
	i->head_size = o->reading.stopped && !(syntax && syntax->deflated) ?
	    meta + o->reading.ended_at : i->size;
	i->kept_at = outside_now();
	card->uid_hash = hash64(i->uid.at, i->uid.len);
	card->record = (struct record){.size = i->size, .at = i->kept_at,
	    .meta_size = from->is_file ? o->file.dataset_at : meta,
	    .uid = i->uid, .org = from->org, .from = from->from};
	if (!sum(arena, card, err))
		return false;
	i->hash = (struct str){(char *)card->record.hash,
	    sizeof(card->record.hash)};
	return true;
}

/* All that is wanted of it, in the card's own arena. */
static bool read_head(struct arena *arena, const struct arrival *from,
    struct opened *o, struct card *card, struct err *err)
{
	read_study(arena, &o->dataset, from->org, card);
	read_series(arena, &o->dataset, card);
	read_instance(arena, &o->dataset, card);
	o->syntax_uid = str_trim(arena_keep(arena, o->syntax_uid));
	if (!has_identity(card, from, err))
		return false;
	note_findings(from, o, card);
	return true;
}

bool card_read(struct arena *arena, const struct dicom_limits *limits,
    const struct arrival *from, struct card *card, struct err *err)
{
	struct arena head = {0}; /* let go of as soon as it is read */
	struct opened o = {0};
	bool done;

	*card = (struct card){.bytes = {.spool = from->bytes, .fd = from->fd,
	    .at = from->bytes ? 0 : from->at,
	    .size = from->bytes ? from->bytes->size : from->size}};
	done = open_head(&head, limits, from, &card->bytes, &o, err) &&
	    read_head(arena, from, &o, card, err);
	arena_end(&head);
	if (o.large)
		pthread_mutex_unlock(&large_one);
	return done && finish(arena, card, from, &o, err);
}
