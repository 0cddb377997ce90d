/* SPDX-License-Identifier: MIT */
/* The table: which classes are storage, and what is accepted of what is
 * proposed. */
#include "doors/dicom/services.c"

#include "store/place.h"

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define FIND "1.2.840.10008.5.1.4.1.2.2.1"
#define MOVE "1.2.840.10008.5.1.4.1.2.2.2"
#define JPEG "1.2.840.10008.1.2.4.50"
#define IMPLICIT "1.2.840.10008.1.2"
#define EXPLICIT "1.2.840.10008.1.2.1"

static const struct {
	const char *uid;
	bool storage;
} classes[] = {
	{CT, true},
	{"1.2.840.10008.5.1.4.1.1.104.1", true},   /* Encapsulated PDF */
	{"1.2.840.10008.5.1.4.1.1.88.11", true},   /* Basic Text SR */
	{"1.2.840.10008.5.1.4.1.1.11.1", true},    /* Presentation state */
	{"1.2.840.10008.5.1.1.29", true},          /* Hardcopy Grayscale, retired */
	{"1.2.840.10008.5.1.4.1.1.999.7", true},   /* not known yet */
	{"1.2.840.113619.4.2", true},              /* private */
	{"1.3.12.2.1107.5.9.1", true},             /* Siemens CSA */
	{"1.2.840.10008.1.1", false},              /* Verification */
	{FIND, false},
	{"1.2.840.10008.1.20.1", false},           /* Storage Commitment */
	{"1.2.840.10008.1.3.10", false},           /* Media Storage Directory */
	{"1.2.840.10008.5.1.4.31", false},         /* Modality Worklist */
	{"1.2.840.10008.5.1.4.38.1", false},       /* Hanging Protocol */
	{"1.2.840.10008.5.1.4.39.1", false},       /* Color Palette */
	{"1.2.840.10008.5.1.1.1", false},          /* Basic Film Session */
	{"1.2.840.10008.1.2", false},              /* a transfer syntax */
	{"1.2.840.10008.9.9.9", false},            /* the standard's, unknown */
	{"1.2..3", false},
	{"", false},
};

static void storage_classes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		struct str uid = str_of(classes[i].uid);
		const struct service *s = service_find(uid, C_STORE);

		if (is_storage(uid) != classes[i].storage)
			fail_msg("'%s'", classes[i].uid);
		assert_int_equal(s != NULL, classes[i].storage);
	}
}

static void a_field_belongs_to_its_class(void **state)
{
	(void)state;
	assert_non_null(service_find(S(FIND), C_FIND));
	assert_null(service_find(S(FIND), C_MOVE));
	assert_null(service_find(S(FIND), C_STORE));
	assert_null(service_find(S(CT), C_ECHO));
	assert_null(service_find(S(CT), 0));
}

static size_t chosen_of(const char *abstract, const char *first,
    const char *second)
{
	struct arena arena = {0};
	struct str syntaxes[] = {str_of(first), str_of(second)};
	struct context c = {.abstract = str_of(abstract)};
	size_t chosen = 9;

	if (!services_agree(&c, syntaxes, 2, &chosen, (struct str){0}, &arena))
		chosen = 99;
	arena_end(&arena);
	return chosen;
}

static void the_askers_first_choice_is_kept(void **state)
{
	(void)state;
	assert_int_equal(chosen_of(CT, JPEG, IMPLICIT), 0);
	assert_int_equal(chosen_of(CT, IMPLICIT, JPEG), 0);
	assert_int_equal(chosen_of(CT, "1.2.3.4", JPEG), 1);
	assert_int_equal(chosen_of(CT, "1.2.3.4", "1.2.3.5"), 2);
}

static void others_are_explicit_if_they_can(void **state)
{
	(void)state;
	assert_int_equal(chosen_of(FIND, IMPLICIT, EXPLICIT), 1);
	assert_int_equal(chosen_of(FIND, IMPLICIT, JPEG), 0);
	assert_int_equal(chosen_of(FIND, JPEG, "1.2.3.4"), 2);
	assert_int_equal(chosen_of("1.2.840.10008.5.1.4.31", IMPLICIT,
	    EXPLICIT), 99);
}

static void extended(const char *abstract, struct str asked, struct str wanted)
{
	struct arena arena = {0};
	struct str syntaxes[] = {S(IMPLICIT)};
	struct context c = {.abstract = str_of(abstract)};
	size_t chosen;

	assert_true(services_agree(&c, syntaxes, 1, &chosen, asked, &arena));
	assert_int_equal(c.extended.len, wanted.len);
	if (wanted.len)
		assert_memory_equal(c.extended.at, wanted.at, wanted.len);
	arena_end(&arena);
}

static void extended_negotiation(void **state)
{
	(void)state;
	extended(FIND, S(""), S(""));
	extended(FIND, S("\1"), S("\1"));
	extended(FIND, S("\0\1\1\1\1"), S("\0\1\1\0"));
	extended(FIND, S("\2\xff"), S("\0\0"));
	extended(MOVE, S("\1\1"), S("\1\0"));
	extended(CT, S("\1\1"), S(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(storage_classes),
	    cmocka_unit_test(a_field_belongs_to_its_class),
	    cmocka_unit_test(the_askers_first_choice_is_kept),
	    cmocka_unit_test(others_are_explicit_if_they_can),
	    cmocka_unit_test(extended_negotiation),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
