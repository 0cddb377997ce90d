/* SPDX-License-Identifier: MIT */
/* pool.c: connections, lent to one thread at a time.  The one given back last
 * is lent first, for its caches are warm. */
#include "backend.h"

#include <assert.h>

void pool_open(struct pool *pool, enum conn_use use, int64_t limit)
{
	*pool = (struct pool){.use = use, .limit = limit};
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->freed, NULL);
}

void pool_close(struct db *db, struct pool *pool)
{
	while (pool->idle) {
		struct conn *conn = pool->idle;
		pool->idle = conn->next;
		pool->open--;
		db->backend->disconnect(conn);
	}
	/* A transaction that is still running would now use freed memory. */
	assert(pool->open == 0);
	pthread_cond_destroy(&pool->freed);
	pthread_mutex_destroy(&pool->lock);
}

/* The right to a connection, and an idle one if there is one. */
static bool enter(struct pool *pool, bool wait, struct conn **conn)
{
	pthread_mutex_lock(&pool->lock);
	while (!pool->idle && pool->open >= pool->limit) {
		if (!wait || pool->limit == 0) {
			pthread_mutex_unlock(&pool->lock);
			return false;
		}
		/* Waiting for oneself would be for ever. */
		assert(pool->limit > 1 ||
		    !pthread_equal(pool->holder, pthread_self()));
		pthread_cond_wait(&pool->freed, &pool->lock);
	}
	*conn = pool->idle;
	if (*conn)
		pool->idle = (*conn)->next;
	else
		pool->open++;
	pool->holder = pthread_self();
	pthread_mutex_unlock(&pool->lock);
	return true;
}

static void leave(struct pool *pool, struct conn *conn)
{
	pthread_mutex_lock(&pool->lock);
	if (conn) {
		conn->next = pool->idle;
		pool->idle = conn;
	} else {
		pool->open--;
	}
	pool->holder = (pthread_t){0};
	pthread_cond_signal(&pool->freed);
	pthread_mutex_unlock(&pool->lock);
}

struct conn *
pool_take(struct db *db, struct pool *pool, bool wait, struct err *err)
{
	struct conn *conn;

	if (!enter(pool, wait, &conn)) {
		fail(err, ERR_BUSY, "every database connection is in use");
		return NULL;
	}
	if (conn && !db->backend->alive(conn)) {
		db->backend->disconnect(conn);
		conn = NULL;
	}
	if (!conn)
		conn = db->backend->connect(db, pool->use, err);
	if (!conn)
		leave(pool, NULL);
	return conn;
}

void pool_give(struct db *db, struct pool *pool, struct conn *conn)
{
	if (conn->lost) {
		db->backend->disconnect(conn);
		conn = NULL;
	}
	leave(pool, conn);
}
