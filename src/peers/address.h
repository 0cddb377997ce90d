/* SPDX-License-Identifier: MIT */
/* address.h: networks in CIDR notation; private to peers. */
#pragma once
#include "core/core.h"

/* Every word of a list parted by blanks is an address or a network. */
bool addresses_check(struct str list, struct err *);
/* An empty list allows all; an address that cannot be read is in none. */
bool address_within(struct str list, const char *address);
