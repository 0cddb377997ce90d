/* SPDX-License-Identifier: MIT */
/* states.h: the state machine of PS3.8 9.2, with its names.  Private to
 * dimse. */
#pragma once
#include <stdint.h>

enum state {
	STA1 = 1, /* idle */
	STA2,  /* connected; waiting for A-ASSOCIATE-RQ */
	STA3,  /* waiting for our user to accept or reject */
	STA4,  /* waiting for the connection to open */
	STA5,  /* waiting for A-ASSOCIATE-AC or -RJ */
	STA6,  /* established, ready for data */
	STA7,  /* waiting for A-RELEASE-RP */
	STA8,  /* waiting for our user to answer a release */
	STA9,  /* release collision, requestor: waiting for our user */
	STA10, /* release collision, acceptor: waiting for A-RELEASE-RP */
	STA11, /* release collision, requestor: waiting for A-RELEASE-RP */
	STA12, /* release collision, acceptor: waiting for our user */
	STA13  /* waiting for the connection to close */
};
enum event {
	EVT1 = 1, /* our user asks for an association */
	EVT2,  /* the connection is open */
	EVT3,  /* A-ASSOCIATE-AC came */
	EVT4,  /* A-ASSOCIATE-RJ came */
	EVT5,  /* somebody connected */
	EVT6,  /* A-ASSOCIATE-RQ came */
	EVT7,  /* our user accepts */
	EVT8,  /* our user rejects */
	EVT9,  /* our user sends data */
	EVT10, /* P-DATA-TF came */
	EVT11, /* our user asks for a release */
	EVT12, /* A-RELEASE-RQ came */
	EVT13, /* A-RELEASE-RP came */
	EVT14, /* our user answers a release */
	EVT15, /* our user aborts */
	EVT16, /* A-ABORT came */
	EVT17, /* the connection was closed */
	EVT18, /* the ARTIM timer went off */
	EVT19  /* a PDU that is unknown or invalid came */
};
enum action { /* tables 9-6 to 9-9 */
	NO_ACTION,
	AE_1, AE_2, AE_3, AE_4, AE_5, AE_6, AE_7, AE_8,
	DT_1, DT_2,
	AR_1, AR_2, AR_3, AR_4, AR_5, AR_6, AR_7, AR_8, AR_9, AR_10,
	AA_1, AA_2, AA_3, AA_4, AA_5, AA_6, AA_7, AA_8
};
struct step {
	enum action action;
	enum state to; /* AE-6 and AR-8 have two ends: this is the first */
};

/* What to do.  NO_ACTION where the table is empty: our own side cannot ask
 * that in this state, and the other side cannot cause it. */
struct step state_step(enum state, enum event);
