/* SPDX-License-Identifier: MIT */
/* dm01.h: the DM01 return as a table, the same by the shell and by the web. */
#pragma once
#include "measures/measures.h"
#include "table/table.h"

struct dm01_sheet {
	struct str title, source; /* for table_begin */
	struct str provider, provider_name, region, region_name;
	struct dm01_row *rows;
	size_t n;
	enum dm01_by by;
	bool json, sites; /* which columns: see dm01_sheet_columns */
};
extern const struct column dm01_columns[]; /* of JSON */

/* The total of each of the 15 tests; asked for, each commissioner's or site's
 * share as well. */
bool dm01_sheet_read(struct tx *, struct arena *, const struct dm01_ask *,
    struct dm01_sheet *, struct err *);
/* For JSON: the API's words.  For people's programs: the headings of the
 * provider workbook, which knows no sites; by site they stand beside the
 * commissioner.  Says how many there are; ask before the table is begun. */
const struct column *dm01_sheet_columns(struct dm01_sheet *, bool json,
    size_t *n);
void dm01_sheet_write(struct table *, const struct dm01_sheet *);
