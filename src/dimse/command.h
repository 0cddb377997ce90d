/* SPDX-License-Identifier: MIT */
/* command.h: command sets of PS3.7 6.3 and annex E.  Private to dimse. */
#pragma once
#include "dimse/dimse.h"

#define NO_DATA 0x0101 /* Command Data Set Type, PS3.7 E.1 */
#define HAS_DATA 0x0000

/* What a command says, from its bytes, which must outlive it. */
bool command_read(struct arena *, struct str bytes, struct message *,
    struct err *);
/* Its bytes, with the group's length and the type of data that follows. */
bool command_write(struct arena *, struct dataset *, bool has_data,
    struct str *, struct err *);
