/* SPDX-License-Identifier: MIT */
/* Identifiers: levels by root, and the keys that must be there. */
#include "doors/dicom/identifier.c"

#include "store/place.h"

#define PATIENT_ROOT (&services_of[0])
#define STUDY_ROOT (&services_of[1])
static const struct service services_of[] = {
    {.field = C_FIND, .root = ROOT_PATIENT},
    {.field = C_FIND, .root = ROOT_STUDY},
};

struct keys {
	const char *level, *patient, *study, *series;
};

static bool reads(const struct service *service, struct str extended,
    struct keys keys, struct identifier *id)
{
	static struct arena arena;
	struct dataset *data;
	struct context context = {.extended = extended};
	struct message m = {.context = &context};
	struct err why = {0};

	arena_end(&arena);
	data = dataset_new(&arena, syntax_explicit);
	if (keys.level)
		dataset_put(data, TAG_QueryRetrieveLevel, str_of(keys.level));
	if (keys.patient)
		dataset_put(data, TAG_PatientID, str_of(keys.patient));
	if (keys.study)
		dataset_put(data, TAG_StudyInstanceUID, str_of(keys.study));
	if (keys.series)
		dataset_put(data, TAG_SeriesInstanceUID, str_of(keys.series));
	bool ok = identifier_read(service, &m, data, id, &why);

	arena_end(&arena);
	assert_int_equal(ok, why.kind == ERR_NONE);
	return ok;
}

#define TAKEN(root, extended, ...) \
	assert_true(reads(root, extended, (struct keys){__VA_ARGS__}, &id))
#define REFUSED(root, extended, ...) \
	assert_false(reads(root, extended, (struct keys){__VA_ARGS__}, &id))

static void levels_by_root(void **state)
{
	static const struct str none = {0};
	struct identifier id;

	(void)state;
	TAKEN(PATIENT_ROOT, none, "PATIENT", 0, 0, 0);
	assert_int_equal(id.level, LEVEL_PATIENT);
	REFUSED(STUDY_ROOT, none, "PATIENT", 0, 0, 0);
	TAKEN(STUDY_ROOT, none, "STUDY", 0, 0, 0);
	assert_int_equal(id.level, LEVEL_STUDY);
	REFUSED(STUDY_ROOT, none, 0, 0, 0, 0);
	REFUSED(STUDY_ROOT, none, "STUDIES", 0, 0, 0);
}

static void upper_keys_must_be_there(void **state)
{
	static const struct str none = {0};
	struct identifier id;

	(void)state;
	REFUSED(PATIENT_ROOT, none, "STUDY", 0, 0, 0);
	REFUSED(PATIENT_ROOT, none, "STUDY", "A*", 0, 0);
	REFUSED(PATIENT_ROOT, none, "STUDY", "A?", 0, 0);
	TAKEN(PATIENT_ROOT, none, "STUDY", "A", 0, 0);
	REFUSED(STUDY_ROOT, none, "SERIES", "A", 0, 0);
	REFUSED(STUDY_ROOT, none, "SERIES", 0, "1.2\\1.3", 0);
	TAKEN(STUDY_ROOT, none, "SERIES", 0, "1.2", 0);
	REFUSED(STUDY_ROOT, none, "IMAGE", 0, "1.2", 0);
	TAKEN(STUDY_ROOT, none, "IMAGE", 0, "1.2", "1.3");
	REFUSED(PATIENT_ROOT, none, "IMAGE", 0, "1.2", "1.3");
}

static void relational_needs_none(void **state)
{
	struct identifier id;

	(void)state;
	TAKEN(PATIENT_ROOT, S("\1\1\1"), "IMAGE", 0, 0, 0);
	assert_true(id.relational && id.combined && id.fuzzy);
	REFUSED(PATIENT_ROOT, S("\0\1\1"), "IMAGE", 0, 0, 0);
	assert_false(id.relational);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(levels_by_root),
	    cmocka_unit_test(upper_keys_must_be_there),
	    cmocka_unit_test(relational_needs_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
