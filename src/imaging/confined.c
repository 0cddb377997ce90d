/* SPDX-License-Identifier: MIT */
/* confined.c: the archive's side of its decoders.
 *
 * (1) As many as there may be, each started when all others are at work, each
 *     with one frame at a time; they end themselves when nobody asks.
 * (2) One that dies or takes too long is an error of its frame, and of no
 *     other: the next request finds a new one.
 * (3) What a decoder says is measured before it is believed; what it wrote is
 *     copied, so it cannot change what was already looked at. */
#include "imaging/confined.h"
#include "imaging/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DECODERS_MOST 64
#define FRAMES_EACH 4096 /* then a new one: libraries leak */
#define MEMORY_KEPT (INT64_C(64) << 20)
#define IDLE_S 60

struct decoder {
	bool busy;
	pid_t pid;         /* 0: not started */
	int socket, memory;
	char *at;          /* the memory, mapped */
	int64_t size, frames;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t idle;
	char program[4096]; /* "": decode here */
	int64_t n;
	struct confinement how;
	struct decoder decoders[DECODERS_MOST];
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .idle = PTHREAD_COND_INITIALIZER};

void imaging_open(const char *program, int64_t processes, int64_t memory_mib,
    int64_t seconds)
{
	struct str path = str_of(program);

	imaging_close();
	pthread_mutex_lock(&pool.lock);
	if (path.len < sizeof(pool.program))
		memcpy(pool.program, path.at, path.len);
	pool.n = processes < 1 ? 1 :
	    processes > DECODERS_MOST ? DECODERS_MOST : processes;
	pool.how = (struct confinement){memory_mib, seconds, IDLE_S};
	pthread_mutex_unlock(&pool.lock);
}

/* Ends it, and says how it had ended. */
static int decoder_end(struct decoder *d)
{
	int status = 0;

	if (!d->pid)
		return 0;
	close(d->socket);
	kill(d->pid, SIGKILL);
	while (waitpid(d->pid, &status, 0) < 0 && errno == EINTR)
		;
	d->pid = 0;
	return status;
}

static void memory_drop(struct decoder *d)
{
	if (!d->at)
		return;
	munmap(d->at, (size_t)d->size);
	close(d->memory);
	d->at = NULL;
	d->size = 0;
}

void imaging_close(void)
{
	pthread_mutex_lock(&pool.lock);
	for (int64_t i = 0; i < pool.n; i++) {
		while (pool.decoders[i].busy)
			pthread_cond_wait(&pool.idle, &pool.lock);
		decoder_end(&pool.decoders[i]);
		memory_drop(&pool.decoders[i]);
	}
	memset(pool.program, 0, sizeof(pool.program));
	pthread_mutex_unlock(&pool.lock);
}

static bool spawned(struct decoder *d, int theirs)
{
	char *const words[] = {pool.program, (char[]){"decode"}, NULL};
	/* Ours has passwords, and settings that are none of its business. */
	char *const nothing[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t as;
	sigset_t none;
	bool done;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&as);
	/* A server holds signals for one of its threads; this has no other. */
	posix_spawnattr_setsigmask(&as, &none);
	posix_spawnattr_setflags(&as, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_adddup2(&actions, theirs, 0);
	done = posix_spawn(&d->pid, pool.program, &actions, &as, words,
	    nothing) == 0;
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&as);
	if (!done)
		d->pid = 0;
	return done;
}

static bool has_ended(const struct decoder *d)
{
	siginfo_t is = {0};

	return waitid(P_PID, (id_t)d->pid, &is, WEXITED | WNOWAIT | WNOHANG) ==
	    0 && is.si_pid;
}

static bool decoder_start(struct decoder *d, struct err *err)
{
	int pair[2];

	/* One that ended between frames is no error of the next. */
	if (d->pid && (d->frames >= FRAMES_EACH || has_ended(d)))
		decoder_end(d);
	if (d->pid)
		return true;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return fail(err, ERR_BUSY, "could not start a decoder: %s",
		    strerror(errno));
	bool done = spawned(d, pair[1]);
	close(pair[1]);
	if (!done) {
		close(pair[0]);
		return fail(err, ERR_BROKEN, "could not start a decoder");
	}
	d->socket = pair[0];
	d->frames = 0;
	/* One that is already dead is found by the request. */
	(void)send(d->socket, &pool.how, sizeof(pool.how), MSG_NOSIGNAL);
	return true;
}

/* Memory for so many bytes; it only ever grows, so neither side can be caught
 * by its end. */
static bool memory_have(struct decoder *d, int64_t size, struct err *err)
{
	if (d->size >= size)
		return true;
	memory_drop(d);
	int fd = memfd_create("frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return fail(err, ERR_BUSY, "no memory for a frame");
	void *at = ftruncate(fd, size) == 0 && fcntl(fd, F_ADD_SEALS,
	    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0 ?
	    mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0) : MAP_FAILED;
	if (at == MAP_FAILED) {
		close(fd);
		return fail(err, ERR_BUSY, "no memory for a frame");
	}
	d->memory = fd;
	d->at = at;
	d->size = size;
	return true;
}

static bool ask(const struct decoder *d, struct request *request)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} with;
	struct iovec part = {request, sizeof(*request)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = &with, .msg_controllen = sizeof(with)};

	memset(&with, 0, sizeof(with));
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &d->memory, sizeof(int));
	return sendmsg(d->socket, &message, MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(*request);
}

/* How one that closed its socket ends; it is given a second. */
static int decoder_wait(struct decoder *d)
{
	for (int i = 0; i < 100 && !has_ended(d); i++)
		poll(NULL, 0, 10);
	return decoder_end(d);
}

enum heard { HEARD, HEARD_IDLE, HEARD_DEAD, HEARD_LATE };

static enum heard hear(struct decoder *d, struct answer *answer)
{
	struct pollfd wait = {.fd = d->socket, .events = POLLIN};
	int64_t until = outside_ticks() + pool.how.seconds * US_PER_S;
	int ready;

	do {
		int64_t left = (until - outside_ticks()) / 1000;
		ready = poll(&wait, 1, left > 0 ? (int)left : 0);
	} while (ready < 0 && errno == EINTR);
	if (ready == 0) {
		decoder_end(d);
		return HEARD_LATE;
	}
	if (recv(d->socket, answer, sizeof(*answer), MSG_DONTWAIT) ==
	    (ssize_t)sizeof(*answer))
		return HEARD;
	/* Its socket closed with its end, which may need a moment more. */
	int status = decoder_wait(d);
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_IDLE ?
	    HEARD_IDLE : HEARD_DEAD;
}

/* Is what it says a picture of that shape, within its room? */
static bool believe(struct arena *arena, const struct shape *shape,
    const char *room, int64_t size, const struct answer *answer,
    struct image *image, struct err *err)
{
	*image = answer->image;
	image->photometric[sizeof(image->photometric) - 1] = 0;
	if (answer->err.kind != ERR_NONE)
		return fail(err, answer->err.kind, "%.*s",
		    (int)sizeof(answer->err.text) - 1, answer->err.text);
	int64_t bits = image->bits_allocated;
	if (image->rows != shape->rows || image->columns != shape->columns ||
	    image->samples != shape->samples ||
	    (bits != 8 && bits != 16 && bits != 32 && bits != 64) ||
	    image->bits_stored < 1 || image->high_bit >= bits ||
	    image->high_bit < image->bits_stored - 1 ||
	    image_size(image) > size)
		return fail(err, ERR_INPUT, "a decoder gave another picture");
	image->at = arena_alloc(arena, (size_t)image_size(image));
	memcpy(image->at, room, (size_t)image_size(image));
	return true;
}

static enum heard converse(struct decoder *d, struct request *request,
    struct str frame, struct answer *answer, struct err *err)
{
	if (!decoder_start(d, err) ||
	    !memory_have(d, request->room_at + request->room, err))
		return HEARD_DEAD;
	memcpy(d->at, frame.at, frame.len);
	d->frames++;
	(void)ask(d, request); /* a dead one is heard of next */
	return hear(d, answer);
}

static struct decoder *decoder_take(void)
{
	struct decoder *d = NULL;

	pthread_mutex_lock(&pool.lock);
	while (!d) {
		/* The first that waits, else the first that could be. */
		for (int64_t i = 0; i < pool.n; i++) {
			struct decoder *at = &pool.decoders[i];
			if (!at->busy && (!d || (!d->pid && at->pid)))
				d = at;
		}
		if (!d)
			pthread_cond_wait(&pool.idle, &pool.lock);
	}
	d->busy = true;
	pthread_mutex_unlock(&pool.lock);
	return d;
}

static void decoder_give(struct decoder *d)
{
	if (d->size > MEMORY_KEPT)
		memory_drop(d);
	pthread_mutex_lock(&pool.lock);
	d->busy = false;
	pthread_cond_broadcast(&pool.idle);
	pthread_mutex_unlock(&pool.lock);
}

static bool elsewhere(struct arena *arena, struct str frame,
    const struct shape *shape, struct image *image, struct err *err)
{
	struct request request = {.shape = *shape, .size = (int64_t)frame.len};
	struct answer answer = {.err = {0}};
	bool done = false;

	/* Up to 32 bits, whatever the head says. */
	request.room = shape->rows * shape->columns * shape->samples *
	    (shape->bits_allocated > 32 ? 8 : 4);
	request.room_at = ROOM_AT(request.size);
	/* It would run into its limit; there is no need to make it. */
	if (request.room_at + request.room > pool.how.memory_mib << 20)
		return fail(err, ERR_INPUT, "a frame is too large to decode "
		    "in %lld MiB", (long long)pool.how.memory_mib);
	struct decoder *d = decoder_take();
	enum heard heard = converse(d, &request, frame, &answer, err);
	for (int i = 0; i < 2 && heard == HEARD_IDLE; i++)
		heard = converse(d, &request, frame, &answer, err);
	if (heard == HEARD)
		done = believe(arena, shape, d->at + request.room_at,
		    request.room, &answer, image, err);
	else
		fail(err, ERR_INPUT, heard == HEARD_LATE ?
		    "a frame took too long to decode" :
		    "a frame ended its decoder");
	decoder_give(d);
	return done;
}

bool confined_decode(struct arena *arena, struct str frame,
    const struct shape *shape, struct image *image, struct err *err)
{
	if (pool.program[0])
		return elsewhere(arena, frame, shape, image, err);
	return coder_find(shape->codec)->decode(arena, frame, shape, image,
	    err);
}
