/* SPDX-License-Identifier: MIT */
/* zone.h: how far local clocks are from UTC.  Private to core. */
#pragma once
#include <stdint.h>

int64_t zone_offset(int64_t utc_s);   /* seconds to add for local time */
int64_t zone_utc(int64_t local_s);    /* the first such moment, in seconds */
