/* SPDX-License-Identifier: MIT */
/* stream.c: rows from PostgreSQL, one at a time as they come.
 *
 * Rows come in the order in which they were asked for.  So when an answer is
 * wanted that stands behind rows nobody has read yet, those are put aside
 * (spill.c): a loop over one ask may ask and run whatever it likes, and
 * memory stays bounded however long the outer rows are. */
#include "postgres.h"

#include <assert.h>
#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { /* types, from the server's pg_type */
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_NAME = 19,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_OID = 26,
	OID_FLOAT4 = 700,
	OID_FLOAT8 = 701,
	OID_UNKNOWN = 705,
	OID_BPCHAR = 1042,
	OID_VARCHAR = 1043,
	OID_NUMERIC = 1700
};

static uint64_t big(const char *at, int n)
{
	uint64_t bits = 0;

	for (int i = 0; i < n; i++)
		bits = bits << 8 | (unsigned char)at[i];
	return bits;
}

/* The sums and means of whole numbers: base 10,000 digits behind a head of
 * count, power of the first, sign and shown decimals. */
static struct val numeric(const char *at)
{
	int n = (int16_t)big(at, 2), power = (int16_t)big(at + 2, 2);
	unsigned sign = (unsigned)big(at + 4, 2);
	int64_t whole = 0;
	char text[64];
	double real = 0;

	if (sign >= 0xc000)
		return sign == 0xd000 ? R(HUGE_VAL) :
		    sign == 0xf000 ? R(-HUGE_VAL) : N;
	bool fits = n <= power + 1;
	for (int i = 0; fits && i <= power; i++) {
		int64_t digit = i < n ? (int64_t)big(at + 8 + 2 * i, 2) : 0;
		fits = !__builtin_mul_overflow(whole, 10000, &whole) &&
		    !__builtin_sub_overflow(whole, digit, &whole);
	}
	if (fits && sign)
		return I(whole);
	if (fits && whole > INT64_MIN)
		return I(-whole);
	/* Nine digits of 10,000 are more than a double can tell apart. */
	int len = 0, used = n < 9 ? n : 9;
	for (int i = 0; i < used; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%04u",
		    (unsigned)big(at + 8 + 2 * i, 2));
	snprintf(text + len, sizeof(text) - (size_t)len, "e%d",
	    4 * (power - used + 1));
	str_real(str_of(text), &real);
	return R(sign ? -real : real);
}

static struct val real_of(uint64_t bits)
{
	double real;

	memcpy(&real, &bits, sizeof(real));
	return isnan(real) ? N : R(real);
}

static struct val float4(const char *at)
{
	uint32_t bits = (uint32_t)big(at, 4);
	float real;

	memcpy(&real, &bits, sizeof(real));
	return isnan(real) ? N : R((double)real);
}

static struct val decode(struct tx *tx, const PGresult *res, int column)
{
	const char *at = PQgetvalue(res, 0, column);
	size_t len = (size_t)PQgetlength(res, 0, column);

	if (PQgetisnull(res, 0, column))
		return N;
	switch (PQftype(res, column)) {
	case OID_INT8: return I((int64_t)big(at, 8));
	case OID_INT4: return I((int32_t)big(at, 4));
	case OID_INT2: return I((int16_t)big(at, 2));
	case OID_OID: return I((int64_t)big(at, 4));
	case OID_BOOL: return I(at[0] != 0);
	case OID_FLOAT8: return real_of(big(at, 8));
	case OID_FLOAT4: return float4(at);
	case OID_NUMERIC: return numeric(at);
	case OID_BYTEA: return B(((struct str){at, len}));
	case OID_TEXT:
	case OID_VARCHAR:
	case OID_BPCHAR:
	case OID_NAME:
	case OID_UNKNOWN:
		return T(((struct str){at, len}));
	}
	tx_fail(tx, ERR_BROKEN, "column %d has a type that is not read (%u)",
	    column, PQftype(res, column));
	return N;
}

struct val pg_value(struct rows *base, int column)
{
	struct pg_rows *rows = (struct pg_rows *)base;

	if (rows->vals)
		return rows->vals[column];
	assert(column >= 0 && column < PQnfields(rows->now));
	return decode(base->tx, rows->now, column);
}

void pg_keep(struct pg_rows *rows, const PGresult *res)
{
	struct val vals[PG_VALUES];
	struct tx *tx = rows->rows.tx;
	int n = PQnfields(res);

	if (tx->err.kind != ERR_NONE)
		return;
	if (n > PG_VALUES) {
		tx_fail(tx, ERR_BROKEN, "%d columns are too many", n);
		return;
	}
	if (!rows->spill)
		rows->spill = spill_begin(n);
	for (int i = 0; i < n; i++)
		vals[i] = decode(tx, res, i);
	spill_add(rows->spill, vals, &tx->err);
}

void pg_ask(struct rows *base, const char *sql, const struct val *vals,
    size_t n)
{
	struct pg_conn *conn = (struct pg_conn *)base->tx->conn;
	struct pg_rows *rows = (struct pg_rows *)base;

	rows->pending = pg_send(conn, SENT_ASK, sql, vals, n, rows);
	rows->index = conn->tail - 1;
}

/* The head is this ask: its next row, straight from the wire. */
static bool next_live(struct pg_conn *conn, struct pg_rows *rows)
{
	pg_push(conn, rows->index);
	pg_start(conn, &conn->ring[conn->head % PG_RING]);
	while (rows->pending) {
		PGresult *res = pg_take(conn);
		if (!res) {
			if (rows->pending)
				pg_pop(conn);
			break;
		}
		if (PQresultStatus(res) == PGRES_SINGLE_TUPLE) {
			rows->now = res;
			return true;
		}
		if (PQresultStatus(res) == PGRES_FATAL_ERROR)
			pg_fail(conn, res);
		PQclear(res);
	}
	return false;
}

bool pg_next(struct rows *base)
{
	struct pg_conn *conn = (struct pg_conn *)base->tx->conn;
	struct pg_rows *rows = (struct pg_rows *)base;

	PQclear(rows->now);
	rows->now = NULL;
	rows->vals = NULL;
	if (rows->pending && !rows->spill) {
		pg_drain(conn, conn->tail - rows->index);
		if (rows->pending)
			return next_live(conn, rows);
	}
	if (rows->spill)
		rows->vals = spill_next(rows->spill, &base->tx->err);
	return rows->vals != NULL;
}

void pg_end(struct rows *base)
{
	struct pg_rows *rows = (struct pg_rows *)base;

	if (rows->pending) {
		struct pg_conn *conn = (struct pg_conn *)base->tx->conn;
		conn->ring[rows->index % PG_RING].rows = NULL;
		rows->pending = false;
	}
	PQclear(rows->now);
	spill_end(rows->spill);
	rows->now = NULL;
	rows->spill = NULL;
	rows->vals = NULL;
}
