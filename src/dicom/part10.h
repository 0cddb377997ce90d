/* SPDX-License-Identifier: MIT */
/* part10.h: DICOM files, PS3.10; and what can be said of a data set: DICOM
 * JSON (PS3.18 F), a dump, findings. */
#pragma once
#include "dicom/dataset.h"

struct part10 {
	struct dataset meta;   /* group 2; n 0 when there was none */
	const struct syntax *syntax; /* of the data set */
	struct str syntax_uid;
	struct str sop_class, sop_instance; /* of the meta, or the data set */
	int64_t dataset_at;    /* offset of the data set's first byte */
	struct dataset dataset;
	struct reading reading; /* how it went */
	bool preamble;
};
/* Reads meta and data set.  Without meta the syntax is how->syntax, or guessed
 * from the first bytes; so it is where those are clearly of another one than
 * the meta says.  stop, limits, base and more_may_come as in `how`, which may
 * be NULL; where the bytes end before the data set, reading.short_of is set
 * and the rest empty. */
bool part10_read(struct arena *, struct str bytes, const struct reading *how,
    struct part10 *, struct err *);
#define IMPLEMENTATION_UID "2.25.301876662894259373607307788824382159344"
#define IMPLEMENTATION_VERSION "RIBBLE_" RIBBLE_VERSION
/* Preamble and meta for a data set that came without, ended at its first byte. */
void part10_head(struct out *, struct str sop_class, struct str sop_instance,
    struct str syntax_uid, struct str from_aet);

/* DICOM JSON Model.  What is above inline_most is told by bulk, which writes
 * the URI for an element (NULL: left out); path is its tags and items from
 * the top, as "00081140/0/7FE00010". */
struct json_options {
	size_t inline_most; /* bytes of binary values told in the answer */
	bool (*bulk)(void *with, struct out *uri, struct str path,
	    const struct element *);
	void *with;
	bool (*wanted)(void *with, uint32_t tag); /* of the top level; NULL: all */
	bool values_only; /* inner part alone: no braces */
};
bool dataset_json(const struct dataset *, struct json *,
    const struct json_options *, struct err *);
/* And back, from one object or an array of one; bounded like dataset_read.
 * BulkDataURI elements are told to `bulk`, which may fill in the value. */
bool dataset_of_json(struct arena *, struct str text, struct dataset *,
    bool (*bulk)(void *with, struct element *, struct str uri, struct err *),
    void *with, struct err *);
/* Lines of text, an element in each, as dcmdump's; bounded in their width. */
void dataset_dump(const struct dataset *, struct out *, struct arena *);

enum finding_kind { FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };
struct finding {
	enum finding_kind kind;
	uint32_t tag;
	int64_t at;           /* byte offset */
	const char *code;     /* a stable word: "odd-length", "uid-invalid" */
	struct str text;      /* for people; never the value of a text */
};
/* What of PS3.5, PS3.6 and PS3.10 it breaks: lengths, order, VR, VM, UIDs,
 * dates, charsets, group lengths, missing identity. */
struct finding *part10_findings(struct arena *, const struct part10 *,
    size_t *n);
