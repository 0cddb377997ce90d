/* SPDX-License-Identifier: MIT */
/* ijg8.c: 8-bit JPEG, baseline, extended and progressive, by libjpeg-turbo. */
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

#define IJG(name) ijg8_##name
#define IJG_ENCODES
#ifndef GETJSAMPLE
#define GETJSAMPLE(value) ((int)(value))
#endif
#include "imaging/codecs/ijg.inc"
