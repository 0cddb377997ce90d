/* SPDX-License-Identifier: MIT */
/* test_order.c: the same order as a plain stable sort, for records made to
 * mislead: shared beginnings, zeros at the end, equal ones. */
#include "core/order.c"

#include "test.h"

static char memory[4 << 20];
static size_t used;
static struct entry some[70000], other[70000];

static void add(size_t i, struct str record)
{
	if (record.len)
		memcpy(memory + used, record.at, record.len);
	some[i] = other[i] = (struct entry){eight(record, 0),
	    (uint32_t)(used / 8), (uint32_t)record.len};
	used += (record.len + 8) & ~(size_t)7;
}

static int plainly(const void *a, const void *b)
{
	const struct entry *one = a, *two = b;
	int order = str_cmp(entry_record(memory, one),
	    entry_record(memory, two));

	return order ? order : (one->at > two->at) - (one->at < two->at);
}

static void check(size_t n)
{
	entries_sort(memory, some, n);
	qsort(other, n, sizeof(other[0]), plainly);
	for (size_t i = 0; i < n; i++)
		if (some[i].at != other[i].at)
			fail_msg("entry %zu of %zu", i, n);
	used = 0;
}

static unsigned seed = 1;

static unsigned chance(unsigned below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 12) % below;
}

static void by_chance(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		size_t n = round < 290 ? chance(200) : 20000;
		unsigned letters = 1 + chance(3), longest = 1 + chance(40);
		for (size_t i = 0; i < n; i++) {
			char record[64];
			size_t len = chance(longest);
			for (size_t k = 0; k < len; k++)
				record[k] = (char)(chance(letters) * 0x7f);
			add(i, (struct str){record, len});
		}
		check(n);
	}
}

static void shapes(void **state)
{
	char record[64];

	(void)state;
	for (int shape = 0; shape < 6; shape++) {
		for (unsigned i = 0; i < 20000; i++) {
			unsigned key = shape == 0 ? i : shape == 1 ? 20000 - i :
			    shape == 2 ? 7 : shape == 3 ? i % 3 :
			    shape == 4 ? (i < 10000 ? i : 20000 - i) :
			    chance(1u << 30);
			int len = snprintf(record, sizeof(record),
			    "RXN|the same beginning|%010u", key);
			add(i, (struct str){record, (size_t)len});
		}
		check(20000);
	}
	check(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_chance),
		cmocka_unit_test(shapes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
