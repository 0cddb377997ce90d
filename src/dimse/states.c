/* SPDX-License-Identifier: MIT */
/* states.c: table 9-10 of PS3.8, one row for each filled cell.  A PDU that
 * comes when it must not is in the table too: AA-8 sends A-ABORT. */
#include "dimse/states.h"

static const struct step table[EVT19 + 1][STA13 + 1] = {
    [EVT1][STA1] = {AE_1, STA4},

    [EVT2][STA4] = {AE_2, STA5},

    [EVT3][STA2] = {AA_1, STA13},
    [EVT3][STA3] = {AA_8, STA13},
    [EVT3][STA5] = {AE_3, STA6},
    [EVT3][STA6] = {AA_8, STA13},
    [EVT3][STA7] = {AA_8, STA13},
    [EVT3][STA8] = {AA_8, STA13},
    [EVT3][STA9] = {AA_8, STA13},
    [EVT3][STA10] = {AA_8, STA13},
    [EVT3][STA11] = {AA_8, STA13},
    [EVT3][STA12] = {AA_8, STA13},
    [EVT3][STA13] = {AA_6, STA13},

    [EVT4][STA2] = {AA_1, STA13},
    [EVT4][STA3] = {AA_8, STA13},
    [EVT4][STA5] = {AE_4, STA1},
    [EVT4][STA6] = {AA_8, STA13},
    [EVT4][STA7] = {AA_8, STA13},
    [EVT4][STA8] = {AA_8, STA13},
    [EVT4][STA9] = {AA_8, STA13},
    [EVT4][STA10] = {AA_8, STA13},
    [EVT4][STA11] = {AA_8, STA13},
    [EVT4][STA12] = {AA_8, STA13},
    [EVT4][STA13] = {AA_6, STA13},

    [EVT5][STA1] = {AE_5, STA2},

    [EVT6][STA2] = {AE_6, STA3}, /* or STA13, refused */
    [EVT6][STA3] = {AA_8, STA13},
    [EVT6][STA5] = {AA_8, STA13},
    [EVT6][STA6] = {AA_8, STA13},
    [EVT6][STA7] = {AA_8, STA13},
    [EVT6][STA8] = {AA_8, STA13},
    [EVT6][STA9] = {AA_8, STA13},
    [EVT6][STA10] = {AA_8, STA13},
    [EVT6][STA11] = {AA_8, STA13},
    [EVT6][STA12] = {AA_8, STA13},
    [EVT6][STA13] = {AA_7, STA13},

    [EVT7][STA3] = {AE_7, STA6},

    [EVT8][STA3] = {AE_8, STA13},

    [EVT9][STA6] = {DT_1, STA6},
    [EVT9][STA8] = {AR_7, STA8},

    [EVT10][STA2] = {AA_1, STA13},
    [EVT10][STA3] = {AA_8, STA13},
    [EVT10][STA5] = {AA_8, STA13},
    [EVT10][STA6] = {DT_2, STA6},
    [EVT10][STA7] = {AR_6, STA7},
    [EVT10][STA8] = {AA_8, STA13},
    [EVT10][STA9] = {AA_8, STA13},
    [EVT10][STA10] = {AA_8, STA13},
    [EVT10][STA11] = {AA_8, STA13},
    [EVT10][STA12] = {AA_8, STA13},
    [EVT10][STA13] = {AA_6, STA13},

    [EVT11][STA6] = {AR_1, STA7},

    [EVT12][STA2] = {AA_1, STA13},
    [EVT12][STA3] = {AA_8, STA13},
    [EVT12][STA5] = {AA_8, STA13},
    [EVT12][STA6] = {AR_2, STA8},
    [EVT12][STA7] = {AR_8, STA9}, /* STA10 for the acceptor */
    [EVT12][STA8] = {AA_8, STA13},
    [EVT12][STA9] = {AA_8, STA13},
    [EVT12][STA10] = {AA_8, STA13},
    [EVT12][STA11] = {AA_8, STA13},
    [EVT12][STA12] = {AA_8, STA13},
    [EVT12][STA13] = {AA_6, STA13},

    [EVT13][STA2] = {AA_1, STA13},
    [EVT13][STA3] = {AA_8, STA13},
    [EVT13][STA5] = {AA_8, STA13},
    [EVT13][STA6] = {AA_8, STA13},
    [EVT13][STA7] = {AR_3, STA1},
    [EVT13][STA8] = {AA_8, STA13},
    [EVT13][STA9] = {AA_8, STA13},
    [EVT13][STA10] = {AR_10, STA12},
    [EVT13][STA11] = {AR_3, STA1},
    [EVT13][STA12] = {AA_8, STA13},
    [EVT13][STA13] = {AA_6, STA13},

    [EVT14][STA8] = {AR_4, STA13},
    [EVT14][STA9] = {AR_9, STA11},
    [EVT14][STA12] = {AR_4, STA13},

    [EVT15][STA3] = {AA_1, STA13},
    [EVT15][STA4] = {AA_2, STA1},
    [EVT15][STA5] = {AA_1, STA13},
    [EVT15][STA6] = {AA_1, STA13},
    [EVT15][STA7] = {AA_1, STA13},
    [EVT15][STA8] = {AA_1, STA13},
    [EVT15][STA9] = {AA_1, STA13},
    [EVT15][STA10] = {AA_1, STA13},
    [EVT15][STA11] = {AA_1, STA13},
    [EVT15][STA12] = {AA_1, STA13},

    [EVT16][STA2] = {AA_2, STA1},
    [EVT16][STA3] = {AA_3, STA1},
    [EVT16][STA5] = {AA_3, STA1},
    [EVT16][STA6] = {AA_3, STA1},
    [EVT16][STA7] = {AA_3, STA1},
    [EVT16][STA8] = {AA_3, STA1},
    [EVT16][STA9] = {AA_3, STA1},
    [EVT16][STA10] = {AA_3, STA1},
    [EVT16][STA11] = {AA_3, STA1},
    [EVT16][STA12] = {AA_3, STA1},
    [EVT16][STA13] = {AA_2, STA1},

    [EVT17][STA2] = {AA_5, STA1},
    [EVT17][STA3] = {AA_4, STA1},
    [EVT17][STA4] = {AA_4, STA1},
    [EVT17][STA5] = {AA_4, STA1},
    [EVT17][STA6] = {AA_4, STA1},
    [EVT17][STA7] = {AA_4, STA1},
    [EVT17][STA8] = {AA_4, STA1},
    [EVT17][STA9] = {AA_4, STA1},
    [EVT17][STA10] = {AA_4, STA1},
    [EVT17][STA11] = {AA_4, STA1},
    [EVT17][STA12] = {AA_4, STA1},
    [EVT17][STA13] = {AR_5, STA1},

    [EVT18][STA2] = {AA_2, STA1},
    [EVT18][STA13] = {AA_2, STA1},

    [EVT19][STA2] = {AA_1, STA13},
    [EVT19][STA3] = {AA_8, STA13},
    [EVT19][STA5] = {AA_8, STA13},
    [EVT19][STA6] = {AA_8, STA13},
    [EVT19][STA7] = {AA_8, STA13},
    [EVT19][STA8] = {AA_8, STA13},
    [EVT19][STA9] = {AA_8, STA13},
    [EVT19][STA10] = {AA_8, STA13},
    [EVT19][STA11] = {AA_8, STA13},
    [EVT19][STA12] = {AA_8, STA13},
    [EVT19][STA13] = {AA_7, STA13},
};

struct step state_step(enum state from, enum event event)
{
	struct step step = table[event][from];

	return step.action ? step : (struct step){NO_ACTION, from};
}
