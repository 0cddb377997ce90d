/* SPDX-License-Identifier: MIT */
/* json.h: JSON that others wrote, read by jansson.  Four of its makers have
 * the names of core's writers; nothing is made with it here, and jansson
 * itself calls its own.  The door of json/, which is nothing else. */
#pragma once
#define json_object jansson_object
#define json_array jansson_array
#define json_real jansson_real
#define json_null jansson_null
#include <jansson.h>
#undef json_object
#undef json_array
#undef json_real
#undef json_null
