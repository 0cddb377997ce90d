/* SPDX-License-Identifier: MIT */
/* events.c: the code lists, and how a word in a file is found in them.
 *
 * Numbers stand in stores: a row may be added, a number is never used again
 * for something else.  Tests 1..15 keep DM01's own order, codes and names;
 * 16 is DM01's TOTAL, which is no test, and up to 19 is left to DM01. */
#include "events.h"

const struct code event_kinds[] = {
    {EVENT_REQUESTED, "requested", "requested"},
    {EVENT_VETTED, "vetted", "vetted"},
    {EVENT_BOOKED, "booked", "booked"},
    {EVENT_REBOOKED, "rebooked", "rebooked"},
    {EVENT_DID_NOT_ATTEND, "did-not-attend", "did not attend"},
    {EVENT_CANCELLED_BY_PATIENT, "cancelled-by-patient", "cancelled by the patient"},
    {EVENT_CANCELLED_BY_HOSPITAL, "cancelled-by-hospital", "cancelled by the hospital"},
    {EVENT_ARRIVED, "arrived", "arrived"},
    {EVENT_PERFORMED, "performed", "performed"},
    {EVENT_REPORTED, "reported", "reported"},
    {EVENT_ADDENDED, "addended", "addended"},
    {0, NULL, NULL},
};

const struct code priorities[] = {
    {1, "urgent", "urgent"},
    {2, "cancer", "suspected cancer"},
    {3, "soon", "soon"},
    {4, "routine", "routine"},
    {0, NULL, NULL},
};

/* The seven settings of the Diagnostic Imaging Data Set, in two letters; its
 * "other provider" is OT here, as few systems tell the two apart. */
const struct code patient_sources[] = {
    {1, "GP", "GP direct access"},
    {2, "OP", "outpatient"},
    {3, "IP", "inpatient"},
    {4, "AE", "emergency department"},
    {5, "DC", "day case"},
    {6, "OT", "other"},
    {0, NULL, NULL},
};

const struct code provider_kinds[] = {
    {1, "in-house", "in-house"},
    {2, "insourced", "insourced"},
    {3, "outsourced", "outsourced"},
    {4, "CDC", "community diagnostic centre"},
    {5, "independent", "independent sector"},
    {0, NULL, NULL},
};

#define IMG "IMAGING"
#define PHY "PHYSIOLOGICAL"
#define END "ENDOSCOPY"
const struct test tests[] = {
    {1, "MRI", "Magnetic Resonance Imaging", IMG},
    {2, "CT", "Computed Tomography", IMG},
    {3, "NON_OBSTETRIC_ULTRASOUND", "Non-obstetric ultrasound", IMG},
    {4, "BARIUM_ENEMA", "Barium Enema", IMG},
    {5, "DEXA_SCAN", "DEXA Scan", IMG},
    {6, "AUDIOLOGY_ASSESSMENTS", "Audiology - Audiology Assessments", PHY},
    {7, "ECHOCARDIOGRAPHY", "Cardiology - echocardiography", PHY},
    {8, "ELECTROPHYSIOLOGY", "Cardiology - electrophysiology", PHY},
    {9, "PERIPHERAL_NEUROPHYS", "Neurophysiology - peripheral neurophysiology", PHY},
    {10, "SLEEP_STUDIES", "Respiratory physiology - sleep studies", PHY},
    {11, "URODYNAMICS", "Urodynamics - pressures & flows", PHY},
    {12, "COLONOSCOPY", "Colonoscopy", END},
    {13, "FLEXI_SIGMOIDOSCOPY", "Flexi sigmoidoscopy", END},
    {14, "CYSTOSCOPY", "Cystoscopy", END},
    {15, "GASTROSCOPY", "Gastroscopy", END},
    {20, "XRAY", "Plain radiography", "OTHER"},
    {21, "FLUOROSCOPY", "Fluoroscopy", "OTHER"},
    {22, "NUCLEAR_MEDICINE", "Nuclear medicine", "OTHER"},
    {23, "MAMMOGRAPHY", "Mammography", "OTHER"},
    {24, "PET_CT", "PET-CT", "OTHER"},
    {0, NULL, NULL, NULL},
};

const struct code *code_find(const struct code *list, struct str code)
{
	code = str_trim(code);
	for (; list->number; list++)
		if (str_eq_nocase(code, str_of(list->code)))
			return list;
	return NULL;
}

const struct code *code_at(const struct code *list, int number)
{
	for (; list->number; list++)
		if (list->number == number)
			return list;
	return NULL;
}

/* One to three digits; 0 when it is no number. */
static int number_read(struct str text)
{
	int number = 0;

	if (text.len > 3)
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return 0;
		number = number * 10 + (text.at[i] - '0');
	}
	return number;
}

const struct test *test_find(struct str word)
{
	word = str_trim(word);
	int number = number_read(word);

	if (number)
		return test_at(number);
	for (const struct test *t = tests; t->id; t++)
		if (str_eq_nocase(word, str_of(t->code)))
			return t;
	for (const struct test *t = tests; t->id; t++)
		if (str_eq_nocase(word, str_of(t->name)))
			return t;
	return NULL;
}

const struct test *test_at(int id)
{
	for (const struct test *t = tests; t->id; t++)
		if (t->id == id)
			return t;
	return NULL;
}
