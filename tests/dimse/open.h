/* SPDX-License-Identifier: MIT */
/* open.h: a door that lets everybody in, agrees to everything, answers C-ECHO
 * and takes what is stored, for tests. */
#pragma once
#include "dimse/dimse.h"

#include <string.h>
#include <unistd.h>

struct open_door {
	_Atomic int64_t stored, bytes, ended, failed;
	_Atomic uint64_t sum;      /* of the hashes of all that was stored */
	void (*each)(struct open_door *, struct association *, /* or NULL */
	    const struct message *, struct arena *);
	_Atomic int refuse;        /* a REJECT_ */
	_Atomic int last_kind;     /* err_kind of the last end */
};

static const struct dimse_limits open_limits = {.associations = 300,
    .from_one = 0, .pdu_size = 131072, .artim_s = 5, .idle_s = 30,
    .pdu_s = 20, .rate_floor = 0, .object_size = INT64_C(1) << 30,
    .command_size = 65536, .memory = 2 << 20, .folder = "/tmp"};

static int open_admit(void *with, struct association *as)
{
	struct open_door *d = with;

	(void)as;
	return d->refuse;
}

static bool open_agree(void *with, struct association *as, struct context *c,
    const struct str *syntaxes, size_t n, size_t *chosen, struct str extended)
{
	(void)with, (void)as, (void)syntaxes;
	*chosen = n ? 0 : n;
	c->extended = extended;
	return !str_is(c->abstract, "1.2.3.4");
}

static uint64_t open_hash(const struct spool *spool)
{
	struct arena arena = {0};
	size_t n = (size_t)spool->size;
	char *all = arena_alloc(&arena, n + 1);
	uint64_t hash;

	spool_read(spool, 0, all, n, &(struct err){0});
	hash = hash64(all, n);
	arena_end(&arena);
	return hash;
}

static void open_store(struct open_door *d, struct association *as,
    const struct message *m, struct spool *spool)
{
	struct err err = {0};

	spool_clear(spool);
	if (!message_spool(as, m, spool, &err)) {
		message_status(as, m, 0xA700, err.text, &err);
		return;
	}
	d->sum += spool->fd < 0 ? hash64(spool->at, spool->len) :
	    open_hash(spool);
	d->bytes += spool->size;
	d->stored++;
	message_status(as, m, 0x0000, NULL, &err);
}

static void open_serve(void *with, struct association *as)
{
	struct open_door *d = with;
	struct spool spool;
	struct message m;
	struct err err = {0};
	struct arena arena = {0};

	spool_begin(&spool, "/tmp", 2 << 20, INT64_C(1) << 30);
	while (message_read(as, &arena, &m, &err)) {
		if (m.field == C_ECHO)
			message_status(as, &m, 0x0000, NULL, &err);
		else if (m.field == C_STORE)
			open_store(d, as, &m, &spool);
		else if (d->each)
			d->each(d, as, &m, &arena);
		else
			message_status(as, &m, 0x0211, NULL, &err);
		arena_end(&arena);
	}
	arena_end(&arena);
	spool_end(&spool);
}

static void open_done(void *with, struct association *as,
    const struct err *why)
{
	struct open_door *d = with;

	(void)as;
	d->ended++;
	d->failed += why->kind != ERR_NONE;
	d->last_kind = (int)why->kind;
}

static inline struct dimse_door open_door(struct open_door *d)
{
	return (struct dimse_door){d, open_admit, open_agree, open_serve,
	    open_done};
}
