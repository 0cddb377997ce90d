/* SPDX-License-Identifier: MIT */
/* core.h: the words every room speaks.  The door of core/. */
#pragma once
#include "arena.h"
#include "csv.h"
#include "embed.h"
#include "err.h"
#include "hash.h"
#include "log.h"
#include "out.h"
#include "outside.h"
#include "settings.h"
#include "sorter.h"
#include "spool.h"
#include "str.h"
#include "time.h"
