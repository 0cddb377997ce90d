/* SPDX-License-Identifier: MIT */
/* Networks in CIDR notation: who is in and who is not, at the bit. */
#include "peers/address.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct {
	const char *list, *address;
	bool within;
} cases[] = {
	{"", "10.1.2.3", true},
	{"   ", "10.1.2.3", true},
	{"", "nonsense", true},
	{"10.1.2.3", "10.1.2.3", true},
	{"10.1.2.3", "10.1.2.4", false},
	{"10.1.0.0/16", "10.1.255.255", true},
	{"10.1.0.0/16", "10.2.0.0", false},
	{"10.1.2.0/23", "10.1.3.9", true},
	{"10.1.2.0/23", "10.1.4.0", false},
	{"10.0.0.0/7", "11.0.0.1", true},
	{"10.0.0.0/7", "12.0.0.1", false},
	{"10.1.2.3/31", "10.1.2.2", true},
	{"0.0.0.0/0", "192.0.2.1", true},
	{"0.0.0.0/0", "2001:db8::1", false},
	{"::/0", "2001:db8::1", true},
	{"::/0", "192.0.2.1", false},
	{"2001:db8::/32", "2001:db8:ffff::1", true},
	{"2001:db8::/33", "2001:db8:8000::1", false},
	{"2001:db8::1", "2001:db8::2", false},
	{"192.0.2.0/24  10.0.0.1", "10.0.0.1", true},
	{"192.0.2.0/24 10.0.0.1", "10.0.0.2", false},
	{"10.1.2.0/24", "::ffff:10.1.2.9", true},
	{"10.1.2.0/24", "::ffff:10.1.3.9", false},
	{"10.1.2.0/24", "", false},
	{"10.1.2.0/24", "10.1.2", false},
	{"nonsense", "10.1.2.3", false},
	{"10.1.2.3/", "10.1.2.3", false},
	{"10.1.2.3/33", "10.1.2.3", false},
	{"10.1.2.3/-1", "10.1.2.3", false},
};

static void address_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (address_within(str_of(cases[i].list), cases[i].address) !=
		    cases[i].within)
			fail_msg("'%s' in '%s'", cases[i].address,
			    cases[i].list);
}

static void a_list_is_checked(void **state)
{
	static const char *const bad[] = {"10.1.2", "10.1.2.3/33", "x/8",
	    "2001:db8::/129", "10.1.2.3/", "10.1.2.3 y", "/8",
	    "10.1.2.3/8/8"};
	struct err err = {0};

	(void)state;
	assert_true(addresses_check(S(""), &err));
	assert_true(addresses_check(S("10.0.0.0/8  ::1 2001:db8::/32"), &err));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err = (struct err){0};
		if (addresses_check(str_of(bad[i]), &err))
			fail_msg("'%s' was taken", bad[i]);
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(address_cases),
	    cmocka_unit_test(a_list_is_checked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
