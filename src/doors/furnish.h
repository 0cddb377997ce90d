/* SPDX-License-Identifier: MIT */
/* furnish.h: what travels inside the program and is put into an empty house:
 * the network's reference lists, and for the demo the published figures. */
#pragma once
#include "doors/house.h"

/* The reference lists, if nothing is known yet. */
bool house_furnish(struct house *, struct err *);
/* A file of examples/network, such as "targets.csv"; empty if there is none. */
struct str furnish_file(const char *path);
/* A descriptor of those bytes, at their start; -1 and err. */
int furnish_open(const char *path, struct err *);
