/* SPDX-License-Identifier: MIT */
/* arrivals.h: what the house does when a study has begun or has settled. */
#pragma once
#include "archive/archive.h"

/* For archive_options; with is not used.  In the archive's transaction: what
 * they do and the study's row are true together. */
bool study_began(void *with, struct tx *, const struct study *);
bool study_settled(void *with, struct tx *, const struct study *);
