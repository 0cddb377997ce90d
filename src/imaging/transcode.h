/* SPDX-License-Identifier: MIT */
/* transcode.h: what a whole file's transcoding asks about its frames'. */
#pragma once
#include "imaging/imaging.h"

/* Can pixels that lie so be written so?  ERR_REFUSED: they cannot. */
bool transcode_may(const struct pixels *, const struct syntax *to,
    struct err *);
/* Are a frame's own bytes used, so that what describes them stays true? */
bool transcode_copies(const struct pixels *, const struct syntax *to);
/* What PhotometricInterpretation says of it afterwards, PS3.5 8.2. */
void transcode_photometric(const struct image *, const struct syntax *to,
    char photometric[17]);
