/* SPDX-License-Identifier: MIT */
/* fuzz_zone.c: any file for a time zone is read or refused; what is read
 * answers for any moment, and there and back. */
#include "../../src/core/zone.c"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct zone zone;
	static const int64_t moments[] = {INT64_C(-62135596800), -1, 0,
	    1782862200, INT64_C(4102444800), INT64_C(253402300799)};

	if (!zone_read(&zone, (struct str){(const char *)bytes, size}))
		return 0;
	for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); i++) {
		int64_t local = moments[i] + offset_in(&zone, moments[i]);

		utc_in(&zone, local);
	}
	return 0;
}
