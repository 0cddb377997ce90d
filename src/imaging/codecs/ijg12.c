/* SPDX-License-Identifier: MIT */
/* ijg12.c: 12-bit lossy JPEG, process 2 and 4, by GDCM's 12-bit library. */
#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/12/jpeglib.h>
#include <gdcm-3.0/gdcmjpeg/12/jerror.h>

#define IJG(name) ijg12_##name
#include "imaging/codecs/ijg.inc"
