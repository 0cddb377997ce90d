/* SPDX-License-Identifier: MIT */
/* dicom.h: the DICOM door: what can be asked for by DIMSE, by whom.  The rows
 * of services.c are dispatch, negotiation, rights and the conformance
 * statement at once. */
#pragma once
#include "doors/house.h"

struct dicom_door; /* lives in the house's arena, until it is stopped */

/* Listens where the settings say: plain, over TLS, both or neither.  Needs the
 * house's archive.  NULL when a port cannot be had or a certificate not be
 * read. */
struct dicom_door *dicom_door_start(struct house *, struct err *);
int64_t dicom_door_port(const struct dicom_door *);     /* -1: none */
int64_t dicom_door_tls_port(const struct dicom_door *); /* -1: none */
/* Refuses what is new, lets what is open end; false: something was aborted. */
bool dicom_door_stop(struct dicom_door *, int64_t seconds);

/* How the post calls other systems; lives as long as the house. */
struct post_options;
bool dicom_post_options(struct house *, struct post_options *, struct err *);

/* Since the start; `open` is now. */
struct dicom_counts {
	int64_t open, served, rejected, aborted; /* associations */
	int64_t strangers;     /* of the rejected: nobody knows them */
	int64_t echoed, stored, store_refused, found, matches, moved, got, sent,
	    send_failed, committed; /* operations; matches, sent: instances */
};
struct dicom_counts dicom_counts(struct dicom_door *);
/* The same for /metrics, as Prometheus text. */
void dicom_metrics(struct dicom_door *, struct out *);
/* The conformance statement (PS3.2) made from the table, in Markdown. */
void dicom_conformance(struct out *);
