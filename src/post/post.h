/* SPDX-License-Identifier: MIT */
/* post.h: every way out.  A letter is written in the transaction that makes it
 * necessary, and sent until it has arrived: at least once, never silently
 * lost.  The door of post/. */
#pragma once
#include "archive/archive.h"
#include "dimse/dimse.h"
#include "peers/peers.h"
#include "post/route.h"

struct letter {
	int64_t id;
	struct str
	    sender; /* a row of senders.c: "dicom-store", "stow", "ian", "commitment" */
	struct str to; /* AE title, or the name of a web destination */
	struct str body; /* JSON, the sender's own */
	struct str key; /* the same key is the same letter */
	struct str reason; /* why it was written, for people */
	int64_t due_at, made_at, sent_at;
	int64_t attempts, priority; /* 0 first */
	struct str state; /* waiting, sending, sent, failed, withdrawn */
	struct str trouble; /* the last failure */
	int64_t done, total; /* instances */
};
/* Nothing happens if the key is there already and not failed.  Bodies (JSON):
 * dicom-store, stow: {"study":UID,"series":UID or "","instances":[UID...]}
 *   (empty: all); to: an AE title, or the name of a web destination;
 * ian: {"study":UID}; to: an AE title (PS3.4 R);
 * commitment: {"transaction":UID,"good":[[class,instance]...],
 *   "bad":[[class,instance,reason]...]}; to: an AE title (PS3.4 J). */
void post_add(struct tx *, struct str sender, struct str to, struct str body,
    struct str key, struct str reason, int64_t priority, int64_t due_at);
struct post; /* the threads that deliver */
struct post_options {
	int64_t threads, timeout_s;
	const char *our_aet;
	const struct tls_side *tls;
	const struct dimse_limits *limits;
};
struct post *post_start(
    struct db *, struct archive *, const struct post_options *, struct err *);
/* What is under way ends at the next instance and waits for the next start.
 * False: a thread was not done in time and still uses the archive. */
bool post_stop(struct post *, int64_t seconds);
void post_wake(struct post *); /* something may be due */
struct rows *letters_each(
    struct tx *, struct str state, struct str to, int64_t after, int64_t limit);
void letter_read(struct rows *, struct arena *, struct letter *);
bool letter_again(struct tx *, int64_t id, struct str who, struct err *);
bool letter_withdraw(
    struct tx *, int64_t id, struct str who, struct str why, struct err *);

/* Sends instances of one study on one association: C-MOVE, routing and `ribble
 * send`.  tell (or NULL) is called after each; returning false stops it. */
struct sending_counts {
	int64_t remaining, completed, failed, warning;
};
struct send_job {
	struct archive *archive;
	struct called to;
	const struct dimse_limits *limits;
	struct instance *instances;
	size_t n;
	struct str move_originator;
	uint16_t move_message; /* or empty, 0 */
	bool (*tell)(void *with, const struct sending_counts *,
	    const struct instance *, uint16_t status);
	void *with;
	struct str failed; /* out: UIDs parted by \ */
	bool reached; /* out: the other side opened an association */
};
/* Every instance that can go has gone when it returns, also where one could
 * not: err is the first one's, ERR_REFUSED if the other side would not have it,
 * ERR_BUSY if it cannot now.  An association that breaks ends the sending:
 * ERR_BUSY. */
bool instances_send(
    struct arena *, struct send_job *, struct sending_counts *, struct err *);
