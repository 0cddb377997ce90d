/* SPDX-License-Identifier: MIT */
/* dimse.c: an old archive asked by C-FIND, and fetched from by C-GET, or by
 * C-MOVE to our own AE title. */
#include "inside.h"

#include <string.h>

#define FIND_STUDY_ROOT "1.2.840.10008.5.1.4.1.2.2.1"
#define MOVE_STUDY_ROOT "1.2.840.10008.5.1.4.1.2.2.2"
#define GET_STUDY_ROOT "1.2.840.10008.5.1.4.1.2.2.3"
#define PENDING(status) (((status) & 0xff00) == 0xff00)
#define UNKNOWN_DESTINATION 0xa801 /* it does not know us */
#define STUDIES_MOST 100000

/* Every syntax that is stored as it is, the commonest first. */
static const char *const kept_syntaxes[] = {"1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.100",
    "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.103",
    "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.101", "1.2.840.10008.1.2.4.104",
    "1.2.840.10008.1.2.4.105", "1.2.840.10008.1.2.4.106",
    "1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.108",
    "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.4.203"};
#define SYNTAXES (sizeof(kept_syntaxes) / sizeof(*kept_syntaxes))
#define SYNTAXES_EACH 15 /* in one context */

static bool how_called(struct haul *h, struct called *to, struct err *err)
{
	struct tx *tx = db_read(h->db);
	struct peer *peer = peer_find(tx, h->arena, h->old.dest);

	db_end(tx);
	if (!peer || !peer->host.len)
		return fail(err, ERR_INPUT,
		    "it is not said where the old archive is called");
	if (!str_eq(peer->org, h->old.org))
		return fail(err, ERR_INPUT,
		    "the peer is of another trust than the old archive");
	*to = (struct called){.host = arena_cstr(h->arena, peer->host),
	    .port = peer->port, .aet = arena_cstr(h->arena, peer->aet),
	    .our_aet = h->options->our_aet,
	    .tls = peer->tls ? h->options->tls : NULL,
	    .timeout_s = h->options->timeout_s};
	return true;
}

static struct association *call(struct haul *h, const struct proposal *list,
    size_t n, struct err *err)
{
	struct called to;
	struct association *as = how_called(h, &to, err)
	    ? association_open(&to, list, n, h->options->limits, err)
	    : NULL;

	h->away = !as;
	return as;
}

/* Nothing of this kind can be asked there, whatever the study. */
static bool takes_none(struct haul *h, const char *what, struct err *err)
{
	h->away = true;
	return fail(err, ERR_REFUSED, "the old archive takes no %s", what);
}

/* Asks, and hands each match to `told`. */
static bool find(struct haul *h, const struct dataset *keys,
    void (*told)(struct haul *, struct listing *, const struct dataset *),
    struct listing *l, struct err *err)
{
	static const struct proposal proposal = {.abstract = FIND_STUDY_ROOT,
	    .syntaxes = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"}};
	struct association *as = call(h, &proposal, 1, err);
	struct context *context;
	struct message m = {0};
	uint16_t id;

	if (!as)
		return false;
	context = association_context(as, str_of(FIND_STUDY_ROOT), NULL);
	if (!context)
		takes_none(h, "C-FIND", err);
	else if (message_send(as, context, message_request(as, h->arena,
	    C_FIND, str_of(FIND_STUDY_ROOT), S(""), &id), keys, err))
		while (association_response(as, h->arena, id, &m, err) &&
		    PENDING(m.status)) {
			struct dataset *match;
			if (haul_stops(h))
				fail(err, ERR_BUSY, "we are stopping");
			else if (l->n > STUDIES_MOST)
				fail(err, ERR_INPUT, "the old archive names "
						     "too many");
			else if (m.has_data &&
			    message_data(as, h->arena, &m, &match, err))
				told(h, l, match);
			if (err->kind)
				break;
		}
	if (!err->kind && context && m.status)
		fail(err, ERR_BUSY, "the old archive answered C-FIND with "
				    "%04xH", m.status);
	if (err->kind)
		association_abort(as);
	else
		association_close(as);
	return !err->kind;
}

static void tell_study(struct haul *h, struct listing *l,
    const struct dataset *match)
{
	struct str uid = arena_keep(h->arena,
	    dataset_raw(match, TAG_StudyInstanceUID));
	struct old_study *s;
	int64_t n = 0;

	s = listing_study(h, l);
	s->uid = uid;
	s->patient_id = dataset_text(h->arena, match, TAG_PatientID);
	s->accession = dataset_text(h->arena, match, TAG_AccessionNumber);
	s->date = dataset_text(h->arena, match, TAG_StudyDate);
	s->modalities = dataset_text(h->arena, match, TAG_ModalitiesInStudy);
	dataset_int(match, TAG_NumberOfStudyRelatedInstances, &n);
	s->there = n;
}

bool dimse_survey(struct haul *h, struct str day, struct listing *l,
    struct err *err)
{
	static const uint32_t wanted[] = {TAG_PatientID, TAG_AccessionNumber,
	    TAG_ModalitiesInStudy, TAG_NumberOfStudyRelatedInstances,
	    TAG_StudyInstanceUID};
	struct dataset *keys = dataset_new(h->arena, syntax_explicit);

	dataset_put(keys, TAG_QueryRetrieveLevel, S("STUDY"));
	dataset_put(keys, TAG_StudyDate, day);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		dataset_put(keys, wanted[i], S(""));
	return find(h, keys, tell_study, l, err);
}

static void tell_uid(struct haul *h, struct listing *l,
    const struct dataset *match)
{
	struct named *named = listing_instance(h, l);

	named->uid = arena_keep(h->arena,
	    dataset_raw(match, TAG_SeriesInstanceUID));
	named->sop_class = S("");
}

static void tell_instance(struct haul *h, struct listing *l,
    const struct dataset *match)
{
	struct named *named = listing_instance(h, l);

	named->uid = arena_keep(h->arena,
	    dataset_raw(match, TAG_SOPInstanceUID));
	named->sop_class = arena_keep(h->arena,
	    dataset_raw(match, TAG_SOPClassUID));
}

static struct dataset *keys_of(struct haul *h, const char *level,
    struct str study)
{
	struct dataset *keys = dataset_new(h->arena, syntax_explicit);

	dataset_put(keys, TAG_QueryRetrieveLevel, str_of(level));
	dataset_put(keys, TAG_StudyInstanceUID, study);
	return keys;
}

/* Series first: hierarchical archives want one at a time. */
bool dimse_list(struct haul *h, struct str study, struct listing *l,
    struct err *err)
{
	struct listing series = {0};
	struct dataset *keys = keys_of(h, "SERIES", study);

	dataset_put(keys, TAG_SeriesInstanceUID, S(""));
	if (!find(h, keys, tell_uid, &series, err))
		return false;
	for (size_t i = 0; i < series.n; i++) {
		keys = keys_of(h, "IMAGE", study);
		dataset_put(keys, TAG_SeriesInstanceUID,
		    series.instances[i].uid);
		dataset_put(keys, TAG_SOPInstanceUID, S(""));
		dataset_put(keys, TAG_SOPClassUID, S(""));
		if (!find(h, keys, tell_instance, l, err))
			return false;
	}
	return true;
}

static bool is_listed(const struct proposal *list, size_t n, struct str class)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(class, list[i].abstract))
			return true;
	return false;
}

/* In as many contexts as there is room for, so that each instance can come
 * as it is stored: of one context the old archive chooses one syntax. */
static void add_class(struct haul *h, struct proposal *list, size_t *n,
    struct str class, size_t contexts)
{
	const char *abstract = arena_cstr(h->arena, class);
	size_t each = contexts == 1 ? SYNTAXES_EACH : 1;

	for (size_t i = 0; i < contexts && *n < CONTEXTS_MOST; i++) {
		struct proposal *p = &list[(*n)++];
		*p = (struct proposal){.abstract = abstract, .scp_role = true};
		memcpy(p->syntaxes, kept_syntaxes + i,
		    each * sizeof(*kept_syntaxes));
	}
}

/* The classes that it names; if it leaves any unnamed, those of the standard
 * too. */
static size_t classes_of(struct haul *h, const struct listing *l,
    struct proposal *list)
{
	size_t n = 0;
	bool all = true;
	const struct uid_term *term;

	for (size_t i = 0; i < l->n; i++) {
		struct str class = l->instances[i].sop_class;
		all &= is_askable(class);
		if (is_askable(class) && n < CONTEXTS_MOST - 1 &&
		    !is_listed(list, n, class))
			add_class(h, list, &n, class, 1);
	}
	for (size_t i = 0; !all && (term = uid_at(i)); i++)
		if (!term->retired && strcmp(term->type, "SOP Class") == 0 &&
		    strstr(term->name, "Storage") &&
		    n < CONTEXTS_MOST - 1 &&
		    !is_listed(list, n, str_of(term->uid)))
			add_class(h, list, &n, str_of(term->uid), 1);
	return n;
}

static size_t propose_get(struct haul *h, const struct listing *l,
    struct proposal *list)
{
	struct proposal classes[CONTEXTS_MOST];
	size_t n = 1, classes_n = classes_of(h, l, classes);
	size_t room = classes_n ? (CONTEXTS_MOST - 1) / classes_n : 1;
	size_t contexts = room < SYNTAXES_EACH ? 1 :
	    room < SYNTAXES ? room : SYNTAXES;

	list[0] = (struct proposal){.abstract = GET_STUDY_ROOT,
	    .syntaxes = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"}};
	for (size_t i = 0; i < classes_n; i++)
		add_class(h, list, &n, str_of(classes[i].abstract), contexts);
	return n;
}

/* Trouble of ours, not the study's: the disk is full, the store is away. */
static bool is_ours(const struct err *why)
{
	return why->kind == ERR_BUSY || why->kind == ERR_BROKEN;
}

/* One C-STORE that the old archive sends us. */
static bool take(struct haul *h, struct association *as,
    const struct message *m, struct spool *spool, struct err *err)
{
	struct arena arena = {0};
	struct err why = {0};
	struct kept kept;

	spool_clear(spool);
	if (!message_spool(as, m, spool, err))
		return false;
	struct arrival arrival = {.org = h->old.org, .from = h->old.dest,
	    .syntax_uid = m->context->syntax_uid, .sop_class = m->sop_class,
	    .sop_instance = m->sop_instance, .bytes = spool, .fd = -1};
	bool well = archive_keep(h->archive, &arena, &arrival, &kept, &why);
	h->size += spool->size;
	arena_end(&arena);
	if (!message_status(as, m, well ? 0 :
	    why.kind == ERR_INPUT ? 0xc000 : 0xa700, NULL, err))
		return false;
	if (well || !is_ours(&why))
		return true; /* a difference, if it is not here in the end */
	h->away = true;
	return fail(err, why.kind, "%s", why.text);
}

static bool take_all(struct haul *h, struct association *as, uint16_t id,
    uint16_t *status, struct err *err)
{
	struct spool spool;
	struct message m;
	bool over = false;

	spool_begin(&spool, h->options->limits->folder,
	    (size_t)h->options->limits->memory,
	    h->options->limits->object_size);
	while (!over && !haul_stops(h) && !err->kind) {
		struct arena arena = {0};
		if (!message_read(as, &arena, &m, err))
			fail(err, ERR_BUSY, "the old archive went away");
		else if (m.field == C_STORE)
			take(h, as, &m, &spool, err);
		else if (m.field == (C_GET | RESPONSE) && m.id == id) {
			struct dataset *ignored;
			over = !PENDING(m.status);
			*status = m.status;
			if (m.has_data)
				message_data(as, &arena, &m, &ignored, err);
		}
		arena_end(&arena);
	}
	spool_end(&spool);
	return over;
}

bool dimse_get(struct haul *h, struct str study, const struct listing *l,
    struct err *err)
{
	struct proposal *list =
	    arena_array(h->arena, struct proposal, CONTEXTS_MOST);
	struct association *as = call(h, list, propose_get(h, l, list), err);
	struct context *context;
	uint16_t id, status = 0;

	if (!as)
		return false;
	context = association_context(as, str_of(GET_STUDY_ROOT), NULL);
	if (!context)
		takes_none(h, "C-GET", err);
	else if (message_send(as, context, message_request(as, h->arena, C_GET,
	    str_of(GET_STUDY_ROOT), S(""), &id), keys_of(h, "STUDY", study),
	    err) && !take_all(h, as, id, &status, err))
		fail(err, ERR_BUSY, "the fetching was broken off");
	else if (status && (status & 0xf000) != 0xb000)
		fail(err, ERR_BUSY, "the old archive answered C-GET with %04xH",
		    status);
	if (err->kind)
		association_abort(as);
	else
		association_close(as);
	return !err->kind;
}

bool dimse_move(struct haul *h, struct str study, const struct listing *l,
    struct err *err)
{
	static const struct proposal proposal = {.abstract = MOVE_STUDY_ROOT,
	    .syntaxes = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"}};
	struct association *as = call(h, &proposal, 1, err);
	struct context *context;
	struct message m = {.status = 0xff00};
	uint16_t id;

	(void)l;
	if (!as)
		return false;
	context = association_context(as, str_of(MOVE_STUDY_ROOT), NULL);
	if (!context) {
		takes_none(h, "C-MOVE", err);
	} else {
		struct dataset *command = message_request(as, h->arena,
		    C_MOVE, str_of(MOVE_STUDY_ROOT), S(""), &id);
		dataset_put(command, TAG_MoveDestination,
		    str_of(h->options->our_aet));
		bool asked = message_send(as, context, command,
		    keys_of(h, "STUDY", study), err);
		while (asked && PENDING(m.status) && !haul_stops(h) &&
		    association_response(as, h->arena, id, &m, err)) {
			struct dataset *ignored;
			if (m.has_data)
				message_data(as, h->arena, &m, &ignored, err);
		}
	}
	h->away |= m.status == UNKNOWN_DESTINATION;
	if (!err->kind && haul_stops(h))
		fail(err, ERR_BUSY, "we are stopping");
	if (!err->kind && m.status && (m.status & 0xf000) != 0xb000)
		fail(err, ERR_BUSY, "the old archive answered C-MOVE with "
				    "%04xH", m.status);
	if (err->kind)
		association_abort(as);
	else
		association_close(as);
	return !err->kind;
}
