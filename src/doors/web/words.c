/* SPDX-License-Identifier: MIT */
/* words.c: what several answers ask and say in the same way. */
#include "doors/web/words.h"

struct str source_words(const struct request *q, char source)
{
	bool synthetic = house_is_synthetic(q);

	switch (source) {
	case 'R':
		return S("NHS England, Monthly Diagnostics Waiting Times and "
			 "Activity (DM01), Open Government Licence v3.0");
	case 'W':
		return synthetic
		    ? S("SYNTHETIC weekly files (WLMDS diagnostics)")
		    : S("Weekly files (WLMDS diagnostics)");
	default:
		return synthetic ? S("SYNTHETIC pathways (RIS events)")
				 : S("Pathways (RIS events)");
	}
}

char ask_source(const struct request *q)
{
	struct str source = ask_text(q, "source");

	return source.len ? source.at[0] : 'R';
}

char ask_grain(const struct request *q)
{
	struct str grain = ask_text(q, "grain");

	return grain.len ? grain.at[0] : ask_source(q) == 'W' ? 'S'
							      : 'M';
}

bool ask_org(struct request *q, struct tx *tx, struct str *org, struct err *err)
{
	struct str asked = ask_text(q, "org");
	size_t n;
	struct org *orgs = orgs_read(tx, q->arena, &n);

	*org = S(NETWORK_ORG);
	if (!asked.len || str_is(asked, "*") || str_is(asked, NETWORK_ORG))
		return true;
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(orgs[i].code, asked)) {
			*org = orgs[i].code;
			return true;
		}
	return fail(
	    err, ERR_MISSING, "organisation \"%.*s\" is not known", STR(asked));
}

bool ask_test(const struct request *q, int *test, struct err *err)
{
	struct str asked = ask_text(q, "test");
	const struct test *found;

	*test = 0;
	if (!asked.len || str_is(asked, "*") || str_is(asked, "0"))
		return true;
	found = test_find(asked);
	if (!found)
		return fail(
		    err, ERR_MISSING, "test \"%.*s\" is not known", STR(asked));
	*test = found->id;
	return true;
}

bool ask_site(struct request *q, struct tx *tx, int32_t *site, struct err *err)
{
	struct str asked = ask_text(q, "site");
	size_t n;
	struct site *sites;

	*site = 0;
	if (!asked.len || str_is(asked, "*"))
		return true;
	if (str_is(asked, "none")) {
		*site = SITE_UNKNOWN;
		return true;
	}
	sites = sites_read(tx, q->arena, &n);
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(sites[i].code, asked)) {
			*site = sites[i].id;
			return true;
		}
	return fail(err, ERR_MISSING, "site \"%.*s\" is not known", STR(asked));
}

bool ask_measure(
    const struct request *q, const struct measure **m, struct err *err)
{
	struct str asked = ask_text(q, "measure");

	*m = measure_find(asked.len ? asked : S("pct6"));
	return *m ||
	    fail(err, ERR_MISSING, "measure \"%.*s\" is not known", STR(asked));
}

const char *test_name(int test)
{
	const struct test *t = test ? test_at(test) : NULL;

	return t ? t->name : test ? "Unknown test"
				  : "All tests";
}

struct str org_name(struct tx *tx, struct arena *arena, struct str org)
{
	size_t n;
	struct org *orgs = orgs_read(tx, arena, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(orgs[i].code, org))
			return orgs[i].name;
	return str_is(org, NETWORK_ORG) ? S("Network (all trusts)") : org;
}

const char *side_word(const struct spc_group *g)
{
	if (g->variation == SPC_COMMON_CAUSE)
		return NULL;
	return g->high ? "high" : "low";
}

void json_put_text(struct json *j, const char *key, struct str text)
{
	json_key(j, key);
	json_text(j, text);
}

void json_put_word(struct json *j, const char *key, const char *word)
{
	json_key(j, key);
	if (word)
		json_text(j, str_of(word));
	else
		json_null(j);
}

void json_put_int(struct json *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_int(j, n);
}

void json_put_real(struct json *j, const char *key, double x)
{
	json_key(j, key);
	json_real(j, x);
}

void json_put_day(struct json *j, const char *key, int32_t day)
{
	json_key(j, key);
	json_day(j, day);
}

void json_put_time(struct json *j, const char *key, int64_t at)
{
	json_key(j, key);
	json_time(j, at);
}

void json_put_bool(struct json *j, const char *key, bool flag)
{
	json_key(j, key);
	json_bool(j, flag);
}

void table_word(struct table *t, const char *word)
{
	if (word)
		table_text(t, str_of(word));
	else
		table_null(t);
}

bool answer_settled(struct answer *a, struct tx *tx, bool ok,
    const struct err *err, struct str state)
{
	if (!ok) {
		db_end(tx);
		answer_fail(a, err);
		return false;
	}
	struct json *j = answer_json(a);

	json_object(j);
	json_put_text(j, "state", state);
	json_object_end(j);
	return answer_commit(a, tx);
}
