/* SPDX-License-Identifier: MIT */
/* words.h: what several answers say in the same way; private to doors/web. */
#pragma once
#include "doors/web/handler.h"
#include "submissions/submissions.h"

/* Where numbers of this source come from, with their licence. */
struct str source_words(const struct request *, char source);
/* The chosen source and grain; `pathways` and `returns` are letters. */
char ask_source(const struct request *);
char ask_grain(const struct request *);
/* "*" or empty is every trust; a code that is not known is the error. */
bool ask_org(struct request *, struct tx *, struct str *org, struct err *);
/* "*" or empty is 0: the DM01 tests together. */
bool ask_test(const struct request *, int *test, struct err *);
bool ask_site(struct request *, struct tx *, int32_t *site, struct err *);
bool ask_measure(const struct request *, const struct measure **, struct err *);
const char *test_name(int test); /* "All tests" for 0 */
struct str org_name(struct tx *, struct arena *, struct str org);
const char *side_word(const struct spc_group *); /* high, low, or NULL */

void json_put_text(struct json *, const char *key, struct str);
void json_put_word(struct json *, const char *key, const char *); /* NULL: null */
void json_put_int(struct json *, const char *key, int64_t);
void json_put_real(struct json *, const char *key, double);
void json_put_day(struct json *, const char *key, int32_t);
void json_put_time(struct json *, const char *key, int64_t);
void json_put_bool(struct json *, const char *key, bool);
/* Ends a change: commits it and says what became of it, or undoes it and says
 * why.  True: it is done. */
bool answer_settled(struct answer *, struct tx *, bool ok, const struct err *,
    struct str state);
void table_word(struct table *, const char *); /* NULL: null */
