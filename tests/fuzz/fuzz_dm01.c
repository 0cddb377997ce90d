/* SPDX-License-Identifier: MIT */
/* fuzz_dm01.c: rows of any bytes in both forms of a DM01 file. */
#include "fuzz/intake.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const headers[] = {
	    "Period,Provider Parent Org Code,Provider Org Code,"
	    "Commissioner Parent Org Code,Commissioner Org Code,"
	    "Diagnostic Tests Sort Order,Diagnostic Tests,00 < 01 Week,"
	    "01 < 02 Weeks,02 < 03 Weeks,03 < 04 Weeks,04 < 05 Weeks,"
	    "05 < 06 Weeks,06 < 07 Weeks,07 < 08 Weeks,08 < 09 Weeks,"
	    "09 < 10 Weeks,10 < 11 Weeks,11 < 12 Weeks,12 < 13 Weeks,13+ Weeks,"
	    "Total WL,Waiting List Activity,Planned Activity,"
	    "Unscheduled Activity\n",
	    "period_end,provider_code,test_id,wk_00_01,wk_01_02,wk_02_03,"
	    "wk_03_04,wk_04_05,wk_05_06,wk_06_07,wk_07_08,wk_08_09,wk_09_10,"
	    "wk_10_11,wk_11_12,wk_12_13,wk_13_plus,total_wl,waiting_6plus,"
	    "waiting_list_activity,planned_activity,unscheduled_activity\n"};

	if (!size)
		return 0;
	take_rows(headers[bytes[0] % 2], "x.csv",
	    (struct str){(const char *)bytes + 1, size - 1});
	return 0;
}
