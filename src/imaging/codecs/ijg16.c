/* SPDX-License-Identifier: MIT */
/* ijg16.c: lossless JPEG, process 14, of 2 to 16 bits, by GDCM's 16-bit
 * library. */
#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/16/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/16/jerror.h>

#define IJG(name) ijg16_##name
#define IJG_LOSSLESS
#define IJG_ENCODES
#include "imaging/codecs/ijg.inc"
