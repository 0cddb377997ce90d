/* SPDX-License-Identifier: MIT */
/* fuzz_wlmds.c: rows of any bytes in a weekly waiting list file. */
#include "fuzz/intake.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	take_rows("Week_Ending_Date,ORGANISATION_IDENTIFIER_CODE_OF_PROVIDER,"
		  "Waiting_List_Type,LOCAL_PATIENT_IDENTIFIER,"
		  "PATIENT_PATHWAY_IDENTIFIER,Diagnostic_Clock_Start_Date,"
		  "Diagnostic_Modality,Planned_Diagnostic_Due_Date,"
		  "ORGANISATION_SITE_IDENTIFIER_OF_TREATMENT,"
		  "ORGANISATION_IDENTIFIER_CODE_OF_COMMISSIONER,"
		  "Diagnostic_Priority_Code\n",
	    "x.csv", (struct str){(const char *)bytes, size});
	return 0;
}
