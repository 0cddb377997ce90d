/* SPDX-License-Identifier: MIT */
/* fuzz_ris.c: RIS events of any bytes; files that follow one another replace
 * each other, and the counts never drift. */
#include "fuzz/intake.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const names[] = {
	    "RIS-RXN-2026-03.csv", "RIS-RXN-2026-04.csv", "x.csv"};

	if (!size)
		return 0;
	take_rows("event,event_at,provider,accession,patient,test,priority,"
		  "patient_source,planned,due_date,appointment_at,"
		  "site_of_request,site_of_scan,site_of_report,provider_kind,"
		  "commissioner\n",
	    names[bytes[0] % 3],
	    (struct str){(const char *)bytes + 1, size - 1});
	return 0;
}
