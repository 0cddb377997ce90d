/* SPDX-License-Identifier: MIT */
/* vr.c: the value representations of PS3.5 6.2, in one table. */
#include "dicom/tag.h"

enum { TEXT = 1, CHARSET = 2, LONG = 4 };

/* Those of short form come first, being asked for most. */
static const struct {
	uint16_t vr;
	uint8_t width, bits;
} vrs[] = {
	{VR('U', 'I'), 1, TEXT},
	{VR('L', 'O'), 1, TEXT | CHARSET},
	{VR('C', 'S'), 1, TEXT},
	{VR('D', 'S'), 1, TEXT},
	{VR('U', 'S'), 2, 0},
	{VR('S', 'H'), 1, TEXT | CHARSET},
	{VR('I', 'S'), 1, TEXT},
	{VR('D', 'A'), 1, TEXT},
	{VR('T', 'M'), 1, TEXT},
	{VR('P', 'N'), 1, TEXT | CHARSET},
	{VR('U', 'L'), 4, 0},
	{VR('S', 'Q'), 1, LONG},
	{VR('U', 'N'), 1, LONG},
	{VR('O', 'W'), 2, LONG},
	{VR('O', 'B'), 1, LONG},
	{VR('A', 'E'), 1, TEXT},
	{VR('A', 'S'), 1, TEXT},
	{VR('A', 'T'), 2, 0},
	{VR('D', 'T'), 1, TEXT},
	{VR('F', 'D'), 8, 0},
	{VR('F', 'L'), 4, 0},
	{VR('L', 'T'), 1, TEXT | CHARSET},
	{VR('O', 'D'), 8, LONG},
	{VR('O', 'F'), 4, LONG},
	{VR('O', 'L'), 4, LONG},
	{VR('O', 'V'), 8, LONG},
	{VR('S', 'L'), 4, 0},
	{VR('S', 'S'), 2, 0},
	{VR('S', 'T'), 1, TEXT | CHARSET},
	{VR('S', 'V'), 8, LONG},
	{VR('U', 'C'), 1, TEXT | CHARSET | LONG},
	{VR('U', 'R'), 1, TEXT | LONG},
	{VR('U', 'T'), 1, TEXT | CHARSET | LONG},
	{VR('U', 'V'), 8, LONG},
};
#define VRS (sizeof(vrs) / sizeof(*vrs))

static size_t place(uint16_t vr)
{
	size_t i = 0;

	while (i < VRS && vrs[i].vr != vr)
		i++;
	return i;
}

static bool has(uint16_t vr, int bit)
{
	size_t i = place(vr);

	return i < VRS && vrs[i].bits & bit;
}

bool vr_known(uint16_t vr)
{
	return place(vr) < VRS;
}

bool vr_long(uint16_t vr)
{
	return has(vr, LONG);
}

bool vr_is_text(uint16_t vr)
{
	return has(vr, TEXT);
}

bool vr_has_charset(uint16_t vr)
{
	return has(vr, CHARSET);
}

int vr_width(uint16_t vr)
{
	size_t i = place(vr);

	return i < VRS ? vrs[i].width : 1;
}

struct vr_text vr_text(uint16_t vr)
{
	struct vr_text text = {{(char)(vr >> 8), (char)vr, 0}};

	for (int i = 0; i < 2; i++)
		if (text.at[i] < 'A' || text.at[i] > 'Z')
			text.at[i] = '?';
	return text;
}
