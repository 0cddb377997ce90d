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
};

/* For JSON: the API's words.  For people's programs: the headings of the
 * provider workbook.  Both have the same columns in the same order. */
extern const struct column dm01_columns[], dm01_headings[];
extern const size_t dm01_columns_n;

/* source: 'P' from pathways, 'R' as returned.  The total of each of the 15
 * tests; with commissioners, each commissioner's share as well. */
bool dm01_sheet_read(struct tx *, struct arena *, char source,
    struct str provider, int32_t month_end, bool commissioners,
    struct dm01_sheet *, struct err *);
void dm01_sheet_write(struct table *, const struct dm01_sheet *);
