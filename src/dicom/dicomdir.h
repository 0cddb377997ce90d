/* SPDX-License-Identifier: MIT */
/* dicomdir.h: the directory of a file-set, PS3.10 8 and PS3.3 annex F. */
#pragma once
#include "dicom/part10.h"

struct dicomdir_file {
	struct str path;       /* "DIR/STUDY1/IMG1", checked: no "..", and no
				* "/" inside an id */
	struct str sop_class, sop_instance, syntax_uid;
};
/* The files that are referenced, in the order of the records.  A record that
 * points nowhere, back into a circle, or at a path that leaves the file-set is
 * passed over and counted in `*bad`; records in use that nothing leads to
 * follow at the end, for a broken chain must not lose an image. */
bool dicomdir_read(struct arena *, struct str bytes,
    struct dicomdir_file **, size_t *n, size_t *bad, struct err *);
/* Made record by record, heads of instances are enough: patient, study and
 * series records are made when they are first needed.  Memory grows with the
 * number of records.  fileset_id: 0 to 16 of A-Z, 0-9, _. */
struct dicomdir; /* lives in its arena */
struct dicomdir *dicomdir_begin(struct arena *, struct str fileset_id);
/* path: at most 8 ids of at most 8 of A-Z, 0-9, _ (PS3.10 8.2, 8.5); else, or
 * without the UIDs of study, series and instance, ERR_INPUT and nothing is
 * added. */
bool dicomdir_add(struct dicomdir *, const struct dataset *head,
    struct str path, struct str syntax_uid, struct err *);
/* The whole file; of 4 GiB at most. */
bool dicomdir_end(struct dicomdir *, struct out *, struct err *);
