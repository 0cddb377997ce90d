/* SPDX-License-Identifier: MIT */
/* dicom.h: the DICOM language: bytes to structs and back.  Pure: no files, no
 * sockets, no database.  The door of dicom/.  Networks are dimse/'s, pixels
 * are imaging/'s. */
#pragma once
#include "dicom/charset.h"
#include "dicom/dataset.h"
#include "dicom/dicomdir.h"
#include "dicom/part10.h"
#include "dicom/tag.h"
