/* SPDX-License-Identifier: MIT */
/* places.c: the demo's assumptions about the four trusts.
 *
 * Trusts, hospitals and community diagnostic centres are real; shares, hours,
 * rates and turnaround are made up, so that pages have something to show. */
#include "places.h"

#include "events/events.h"

#define HOUR 60

/* clang-format off */
/* code, {-, MRI, CT, ultrasound, barium, DEXA}, emergency, hours, weekends, cdc */
const struct place places[TRUSTS][PLACES] = {
	{
		{"RXN02", {0, 500, 520, 380, 700, 400}, 780, 8 * HOUR, 20 * HOUR, true, false},
		{"RXN01", {0, 280, 280, 330, 300, 600}, 220, 8 * HOUR, 18 * HOUR, true, false},
		{"RXNC1", {0, 220, 200, 290, 0, 0}, 0, 8 * HOUR, 20 * HOUR, true, true},
	},
	{
		{"RXR20", {0, 420, 470, 310, 0, 300}, 720, 8 * HOUR, 20 * HOUR, true, false},
		{"RXR10", {0, 320, 330, 330, 0, 700}, 280, 8 * HOUR, 18 * HOUR, true, false},
		{"RXRC1", {0, 160, 100, 210, 0, 0}, 0, 8 * HOUR, 20 * HOUR, true, true},
		{"RXRC2", {0, 100, 100, 150, 0, 0}, 0, 8 * HOUR, 20 * HOUR, false, true},
	},
	{
		{"RTX02", {0, 380, 420, 320, 500, 500}, 560, 8 * HOUR, 20 * HOUR, true, false},
		{"RTXBU", {0, 280, 300, 270, 500, 300}, 400, 8 * HOUR, 19 * HOUR, true, false},
		{"RTXBW", {0, 80, 60, 110, 0, 200}, 40, 8 * HOUR, 18 * HOUR, false, false},
		{"RTXC1", {0, 260, 220, 160, 0, 0}, 0, 8 * HOUR, 20 * HOUR, true, true},
		{"RTXC2", {0, 0, 0, 140, 0, 0}, 0, 8 * HOUR, 18 * HOUR, false, true},
	},
	{
		{"RXL01", {0, 620, 640, 480, 1000, 700}, 1000, 8 * HOUR, 20 * HOUR, true, false},
		{"RXL06", {0, 0, 0, 170, 0, 300}, 0, 8 * HOUR, 17 * HOUR, false, false},
		{"RXLC1", {0, 380, 360, 230, 0, 0}, 0, 8 * HOUR, 20 * HOUR, true, true},
		{"RXLC2", {0, 0, 0, 120, 0, 0}, 0, 8 * HOUR, 18 * HOUR, false, true},
	},
};

const char *const commissioner_codes[COMMISSIONERS] = {
	"00Q", "00R", "00X", "01A", "01E", "01K", "02G", "02M"};
/* How often its patients miss an appointment, 1000 being ordinary. */
static const int commissioner_misses[COMMISSIONERS] = {
	1250, 1350, 850, 1120, 1020, 850, 900, 820};

const struct habits habits[TRUSTS] = {
	{52, 34, 190, 1150, {10, 5, 400, 15, 460, 10, 80, 20}},
	{48, 30, 120, 900, {330, 0, 20, 630, 15, 0, 5, 0}},
	{41, 36, 150, 1000, {0, 5, 0, 0, 25, 950, 0, 20}},
	{57, 38, 140, 1050, {0, 470, 0, 0, 30, 20, 0, 480}},
};

/* Per mille, summed: urgent, suspected cancer, soon; the rest is routine. */
static const int priority_sums[IMAGING_TESTS][3] = {
	{0}, {90, 190, 260}, {170, 420, 480}, {110, 170, 230}, {100, 250, 400}, {5, 10, 30}};
/* Per mille, summed: GP, outpatient, day case; the rest is other. */
static const int source_sums[IMAGING_TESTS][3] = {
	{0}, {140, 970, 990}, {120, 960, 990}, {560, 980, 990}, {10, 980, 995}, {600, 985, 990}};

/* Minutes at 0, 10, .. 100 % of reports. */
#define H * 60
#define D * 1440
enum curve { AT_ONCE, DEXA, BARIUM, CT_ROUTINE, CT_SOON, MRI_ROUTINE, MRI_SOON,
	CT_EMERGENCY, MRI_EMERGENCY, CURVES };
static const int32_t curves[CURVES][11] = {
	[AT_ONCE] = {6, 10, 14, 18, 24, 30, 40, 60, 3 H, 1 D, 8 D},
	[DEXA] = {2 H, 20 H, 1 D, 2 D, 3 D, 4 D, 5 D, 7 D, 9 D, 13 D, 26 D},
	[BARIUM] = {1 H, 5 H, 1 D, 1 D, 2 D, 3 D, 4 D, 5 D, 7 D, 10 D, 20 D},
	[CT_ROUTINE] = {2 H, 1 D, 2 D, 3 D, 4 D, 6 D, 8 D, 10 D, 14 D, 20 D, 33 D},
	[CT_SOON] = {1 H, 4 H, 9 H, 18 H, 1 D, 2 D, 3 D, 4 D, 5 D, 8 D, 15 D},
	[MRI_ROUTINE] = {4 H, 2 D, 4 D, 6 D, 8 D, 10 D, 13 D, 16 D, 20 D, 25 D, 41 D},
	[MRI_SOON] = {2 H, 8 H, 1 D, 2 D, 2 D, 3 D, 4 D, 5 D, 7 D, 10 D, 20 D},
	[CT_EMERGENCY] = {18, 26, 34, 42, 50, 60, 75, 95, 130, 4 H, 16 H},
	[MRI_EMERGENCY] = {50, 90, 2 H, 3 H, 5 H, 8 H, 12 H, 17 H, 22 H, 2 D, 4 D},
};
/* clang-format on */

static int pick(struct chance *c, int trust, int test, bool weekend)
{
	int all = 0, at;

	for (int i = 0; i < PLACES && places[trust][i].code; i++)
		if (!weekend || places[trust][i].weekends)
			all += places[trust][i].share[test];
	at = chance_below(c, all);
	for (int i = 0; i < PLACES && places[trust][i].code; i++) {
		if (weekend && !places[trust][i].weekends)
			continue;
		at -= places[trust][i].share[test];
		if (at < 0)
			return i + 1;
	}
	return 1;
}

int place_elective(struct chance *c, int trust, int test, int32_t day)
{
	return pick(c, trust, test, weekday(day) > 4 || is_holiday(day));
}

int place_emergency(struct chance *c, int trust)
{
	int at = chance_below(c, 1000);

	for (int i = 0; i < PLACES && places[trust][i].code; i++) {
		at -= places[trust][i].emergency;
		if (at < 0)
			return i + 1;
	}
	return 1;
}

int scan_by(struct chance *c, int trust, int test, int place, int32_t day)
{
	if (places[trust][place - 1].cdc)
		return BY_CDC;
	if (test <= 3 && weekday(day) > 4 && chance_permille(c, 300))
		return BY_INSOURCED;
	if (test <= 2 && chance_permille(c, 25))
		return BY_INDEPENDENT;
	return BY_US;
}

int report_by(struct chance *c, int trust, int test, bool elective)
{
	if (test > 2)
		return BY_US;
	if (chance_permille(c, elective ? habits[trust].outsourced : 330))
		return BY_OUTSOURCED;
	return chance_permille(c, 60) ? BY_INSOURCED : BY_US;
}

static enum curve curve_of(int test, int priority, bool elective)
{
	bool routine = priority == PRIORITY_ROUTINE;

	if (test == 3)
		return AT_ONCE;
	if (test == 4)
		return BARIUM;
	if (test == 5)
		return DEXA;
	if (!elective)
		return test == 1 ? MRI_EMERGENCY : CT_EMERGENCY;
	if (test == 1)
		return routine ? MRI_ROUTINE : MRI_SOON;
	return routine ? CT_ROUTINE : CT_SOON;
}

int32_t turnaround(struct chance *c, int trust, int test, int priority,
    bool elective)
{
	const int32_t *curve = curves[curve_of(test, priority, elective)];
	int at = chance_below(c, 1000), step = at / 100;
	int64_t minutes = curve[step] +
	    (int64_t)(curve[step + 1] - curve[step]) * (at % 100) / 100;

	minutes = minutes * habits[trust].turnaround / 1000;
	if (elective && test <= 2 && chance_permille(c, 9))
		minutes += chance_between(c, 26 D, 50 D);
	return (int32_t)minutes + chance_between(c, 1, 7);
}

int priority_of(struct chance *c, int test)
{
	int at = chance_below(c, 1000);

	for (int i = 0; i < 3; i++)
		if (at < priority_sums[test][i])
			return PRIORITY_URGENT + i;
	return PRIORITY_ROUTINE;
}

int source_of(struct chance *c, int test)
{
	static const int sources[] = {SOURCE_GP, SOURCE_OP, SOURCE_DC};
	int at = chance_below(c, 1000);

	for (int i = 0; i < 3; i++)
		if (at < source_sums[test][i])
			return sources[i];
	return SOURCE_OT;
}

int patient_commissioner(int trust, uint32_t patient)
{
	int at = (int)(chance_mix(patient) % 1000);

	for (int i = 0; i < COMMISSIONERS; i++) {
		at -= habits[trust].share[i];
		if (at < 0)
			return i;
	}
	return COMMISSIONERS - 1;
}

int patient_misses(int commissioner, uint32_t patient)
{
	/* Deprivation and age, told by one number: 1 misses least. */
	static const int tenth[10] = {
		520, 600, 680, 760, 850, 950, 1070, 1230, 1450, 1800};
	uint64_t hash = chance_mix(patient ^ UINT64_C(0x5eed));

	return commissioner_misses[commissioner] * tenth[hash % 10] / 1000;
}
