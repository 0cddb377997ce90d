/* SPDX-License-Identifier: MIT */
/* arrivals.c: a study finds its request, and goes where rules send it.
 *
 * A study is never refused for want of a request.  It is looked for by the
 * trust and its accession number, never by a name; one that the request comes
 * after is found when it settles.  The patient's older studies, if an old
 * archive still has them, are fetched before all others. */
#include "doors/arrivals.h"
#include "migration/migration.h"
#include "pathway/pathway.h"
#include "post/post.h"

static void match(struct tx *tx, const struct study *study)
{
	int64_t pathway;

	if (study->pathway || !study->accession.len)
		return;
	pathway = pathway_find(tx, study->org, study->accession);
	if (pathway)
		study_match(tx, study->id, pathway);
}

/* What an old archive still has of a patient who is here now is wanted; but
 * one that itself comes from there is no visit. */
static void want_older(struct tx *tx, const struct study *study)
{
	if (!old_study_is_coming(tx, study->uid))
		old_patient_want(tx, study->org, study->patient_id, 0);
}

bool study_began(void *with, struct tx *tx, const struct study *study)
{
	struct err err = {0};

	(void)with;
	match(tx, study);
	routes_apply(tx, study, true);
	want_older(tx, study);
	return !db_failed(tx, &err);
}

bool study_settled(void *with, struct tx *tx, const struct study *study)
{
	struct err err = {0};

	(void)with;
	match(tx, study);
	routes_apply(tx, study, false);
	notices_apply(tx, study);
	return !db_failed(tx, &err);
}
