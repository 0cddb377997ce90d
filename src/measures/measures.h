/* SPDX-License-Identifier: MIT */
/* measures.h: what happened, as numbers.  The door of measures/. */
#pragma once
#include "clock.h"
#include "dm01.h"
#include "measure.h"
#include "sentence.h"
#include "sheaf.h"
#include "spc.h"
#include "tally.h"
#include "tracking.h"
#include "waiting.h"
