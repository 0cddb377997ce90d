/* SPDX-License-Identifier: MIT */
/* settled.c: who is told that a study can be had: the AE titles that an active
 * peer of the study's trust names, PS3.4 R (Instance Availability). */
#include "post/post.h"

static void write_letters(struct tx *tx, struct arena *arena,
    const struct peer *peer, const struct study *study)
{
	struct str rest = peer->notify;
	struct str body = arena_printf(arena, "{\"study\":\"%.*s\"}",
	    STR(study->uid)); /* a UID: digits and dots */

	while (rest.len) {
		struct str to = str_trim(str_cut(&rest, '\\'));

		if (to.len)
			post_add(tx, S("ian"), to, body,
			    arena_printf(arena, "ian %.*s %.*s %lld", STR(to),
				STR(study->uid),
				(long long)study->instances_n),
			    S("a study has settled"), 1, outside_now());
	}
}

/* Statements may run while rows are open, as long as those are not changed. */
void notices_apply(struct tx *tx, const struct study *study)
{
	struct arena arena = {0};
	struct rows *rows;
	struct peer p;

	if (!uid_valid(study->uid))
		return; /* nothing that a notice could name */
	rows = peers_each(tx);
	while (rows_next(rows)) {
		peer_read(rows, &arena, &p);
		if (p.active && str_eq(p.org, study->org))
			write_letters(tx, &arena, &p, study);
	}
	arena_end(&arena);
}
