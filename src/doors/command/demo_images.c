/* SPDX-License-Identifier: MIT */
/* demo_images.c: pictures for the newest exams of the demo network, by the
 * way that all pictures come, and the scanners that could have sent them.
 * Plain films and mammograms are of no request that the demo knows, so they
 * show what an unmatched study looks like. */
#include "archive/archive.h"
#include "doors/command/loader.h"
#include "pathway/pathway.h"
#include "peers/peers.h"
#include "phantom/phantom.h"

#include <string.h>

#define DAYS_BACK 60

static const struct {
	const char *modality, *station;
	int test, studies; /* of events.h; studies for each trust */
} wanted[] = {
    {"CT", "CT1", 2, 1},
    {"MR", "MR1", 1, 2},
    {"US", "US1", 3, 1},
    {"DX", "DX1", 0, 1},
    {"MG", "MG1", 0, 1},
};

static const char *const trusts[][2] = {
    {"RXN", "Royal Preston Hospital"},
    {"RXR", "Royal Blackburn Teaching Hospital"},
    {"RTX", "Royal Lancaster Infirmary"},
    {"RXL", "Blackpool Victoria Hospital"},
};

struct camera { /* what one study is taken with */
	struct demo_load *load;
	struct spool spool;
	struct arrival arrival;
};

static bool keep(void *with, const struct dataset *ds, struct err *err)
{
	struct camera *camera = with;
	struct arena arena = {0};
	struct out out;
	struct kept kept;

	out_memory(&out);
	bool ok = dataset_write(ds, syntax_explicit, &out, err);
	spool_clear(&camera->spool);
	ok = ok && spool_add(&camera->spool, out_str(&out), err);
	ok = out_end(&out, err) && ok;
	camera->arrival.sop_class = dataset_raw(ds, TAG_SOPClassUID);
	camera->arrival.sop_instance = dataset_raw(ds, TAG_SOPInstanceUID);
	ok = ok &&
	    archive_keep(camera->load->house->archive, &arena, &camera->arrival,
		&kept, err);
	arena_end(&arena);
	if (ok && camera->load->house->stopping)
		return fail(err, ERR_BUSY,
		    "stopped before all pictures were "
		    "there");
	return ok;
}

static bool picture(struct camera *camera, const struct phantom_order *order,
    const char *station, struct err *err)
{
	struct arena arena = {0};

	camera->arrival = (struct arrival){.org = order->org,
	    .from = arena_printf(&arena, "%.*s_%s", STR(order->org), station),
	    .syntax_uid = str_of(syntax_explicit->uid),
	    .bytes = &camera->spool,
	    .fd = -1};
	bool ok = phantom_study(order, keep, camera, err);

	arena_end(&arena);
	return ok;
}

/* The newest exams of this kind; fewer than asked for if there are none. */
static struct pathway_line *newest(struct demo_load *load, struct arena *arena,
    size_t trust, size_t kind, size_t *n)
{
	int32_t today = load->choices.today;
	struct done_ask ask = {.org = str_of(trusts[trust][0]),
	    .test = wanted[kind].test,
	    .from = today - DAYS_BACK,
	    .to = today,
	    .after_day = NO_DAY,
	    .limit = (size_t)wanted[kind].studies};
	struct tx *tx = db_read(load->house->db);
	struct pathway_line *lines = pathways_done(tx, arena, &ask, n);

	db_end(tx);
	return lines;
}

static void make_order(struct phantom_order *order, struct arena *arena,
    const struct demo_load *load, size_t trust, size_t kind, size_t i)
{
	*order = (struct phantom_order){.org = str_of(trusts[trust][0]),
	    .place = str_of(trusts[trust][1]),
	    .modality = str_of(wanted[kind].modality),
	    .accession = arena_printf(
		arena, "SYN%s%zu%zu", wanted[kind].station, trust, i),
	    .patient_id = arena_printf(arena, "SYN-P%zu%zu%zu", trust, kind, i),
	    .performed_at = day_time(load->choices.today - 1 - (int32_t)i) +
		(int64_t)(9 + trust) * 3600 * US_PER_S};
}

static bool take_kind(
    struct camera *camera, size_t trust, size_t kind, struct err *err)
{
	struct arena arena = {0};
	struct pathway_line *lines = NULL;
	size_t n = 0;
	bool ok = true;

	if (wanted[kind].test)
		lines = newest(camera->load, &arena, trust, kind, &n);
	for (size_t i = 0; ok && i < (size_t)wanted[kind].studies; i++) {
		struct phantom_order order;
		make_order(&order, &arena, camera->load, trust, kind, i);
		if (i < n) {
			order.accession = lines[i].accession;
			order.patient_id = lines[i].patient;
			order.performed_at = day_time(lines[i].stopped) +
			    (int64_t)(9 + trust) * 3600 * US_PER_S;
		}
		ok = picture(camera, &order, wanted[kind].station, err);
	}
	arena_end(&arena);
	return ok;
}

/* They may call from this machine alone: nobody's scanner is let in. */
static void add_scanner(
    struct tx *tx, struct arena *arena, size_t trust, size_t kind)
{
	struct err taken = {0}; /* it is there from a run that was broken off */
	struct peer peer = {
	    .aet = arena_printf(
		arena, "%s_%s", trusts[trust][0], wanted[kind].station),
	    .org = str_of(trusts[trust][0]),
	    .name = arena_printf(
		arena, "%s, %s", wanted[kind].station, trusts[trust][1]),
	    .addresses = S("127.0.0.1 ::1"),
	    .rights = PEER_ECHO | PEER_STORE | PEER_FIND | PEER_COMMIT,
	    .active = true};

	if (!peer_find(tx, arena, peer.aet))
		peer_keep(tx, &peer, S("ribble"), S("demonstration"), &taken);
}

static bool add_scanners(struct demo_load *load, struct err *err)
{
	struct arena arena = {0};
	struct tx *tx = db_begin(load->house->db);

	for (size_t i = 0; i < sizeof(trusts) / sizeof(*trusts); i++)
		for (size_t k = 0; k < 2; k++) /* CT and MR */
			add_scanner(tx, &arena, i, k);
	bool ok = db_commit(tx, err);

	arena_end(&arena);
	return ok;
}

bool demo_images(struct demo_load *load, struct err *err)
{
	struct camera camera = {.load = load};
	size_t trusts_n = sizeof(trusts) / sizeof(*trusts);
	size_t kinds = sizeof(wanted) / sizeof(*wanted);
	bool ok = add_scanners(load, err);

	spool_begin(&camera.spool, load->house->settings.archive,
	    INT64_C(16) << 20, INT64_C(1) << 30);
	for (size_t i = 0; ok && i < trusts_n * kinds; i++) {
		load->progress(load->with, "pictures", (int64_t)i,
		    (int64_t)(trusts_n * kinds));
		ok = take_kind(&camera, i % trusts_n, i / trusts_n, err);
	}
	spool_end(&camera.spool);
	return ok;
}
