/* SPDX-License-Identifier: MIT */
/* serve.c: the decoder's own process.  Codec libraries are large, old and
 * written for frames that mean well; here is all that they can reach: a
 * socket, and memory.  After the first message there is no file, no network,
 * no other process for it; a system call that decoding does not need kills it,
 * and so do memory past its limit and a frame that takes too long. */
#include "imaging/confined.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const int calls[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
	SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(close), SCMP_SYS(munmap),
	SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(clock_gettime), SCMP_SYS(alarm),
	SCMP_SYS(setitimer), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(restart_syscall), SCMP_SYS(sched_yield),
	SCMP_SYS(sigaltstack), /* of sanitizers, at the end */
};

/* mmap and mprotect too, but never to run what was written. */
static bool filter(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	struct scmp_arg_cmp plain =
	    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	bool done = ctx != NULL;

	for (size_t i = 0; done && i < sizeof(calls) / sizeof(*calls); i++)
		done = !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	done = done && !seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap),
	    1, plain) && !seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
	    SCMP_SYS(mprotect), 1, plain) && !seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	return done;
}

static bool limit(int what, int64_t most)
{
	struct rlimit limits = {(rlim_t)most, (rlim_t)most};

	return setrlimit((__rlimit_resource_t)what, &limits) == 0;
}

static bool confine(const struct confinement *how)
{
	close_range(1, ~0U, 0);
	/* Whoever writes to stdout or stderr writes to nowhere. */
	if (open("/dev/null", O_WRONLY) != 1 || dup(1) != 2)
		return false;
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
	    (SHADOWED || limit(RLIMIT_AS, how->memory_mib << 20)) &&
	    limit(RLIMIT_NOFILE, 8) && limit(RLIMIT_NPROC, 0) &&
	    prctl(PR_SET_DUMPABLE, 0) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter();
}

/* A request and the memory with it; 0: nobody is there, -1: nobody asks. */
static int hear(int socket, struct request *request, int *fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} with;
	struct iovec part = {request, sizeof(*request)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = &with, .msg_controllen = sizeof(with)};
	ssize_t n;

	do
		n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	if (n != (ssize_t)sizeof(*request) || !head ||
	    head->cmsg_type != SCM_RIGHTS)
		return 0;
	memcpy(fd, CMSG_DATA(head), sizeof(*fd));
	return 1;
}

static void decode(struct request *request, char *memory,
    struct answer *answer)
{
	const struct coder *coder = coder_find(request->shape.codec);
	struct str frame = {memory, (size_t)request->size};
	struct arena arena = {0};

	if (!coder)
		fail(&answer->err, ERR_REFUSED, "there is no such codec");
	else if (coder->decode(&arena, frame, &request->shape, &answer->image,
	    &answer->err)) {
		int64_t size = image_size(&answer->image);
		if (size > request->room)
			fail(&answer->err, ERR_INPUT,
			    "a frame has more bits than its head says");
		else
			memcpy(memory + request->room_at, answer->image.at,
			    (size_t)size);
	}
	answer->image.at = NULL;
	arena_end(&arena);
}

static bool serve_one(int socket, const struct confinement *how, int *status)
{
	struct request request;
	struct answer answer = {.err = {0}};
	int fd = -1, heard = hear(socket, &request, &fd);

	if (heard <= 0) {
		*status = heard < 0 ? EXIT_IDLE : 0;
		return false;
	}
	size_t size = (size_t)(request.room_at + request.room);
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0);
	close(fd);
	/* Also ends a decoder whose archive has gone. */
	alarm((unsigned)how->seconds + 1);
	if (memory == MAP_FAILED)
		fail(&answer.err, ERR_INPUT, "a frame is too large to decode");
	else
		decode(&request, memory, &answer);
	alarm(0);
	if (memory != MAP_FAILED)
		munmap(memory, size);
	return send(socket, &answer, sizeof(answer), MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(answer);
}

int imaging_serve(int socket)
{
	struct confinement how;
	struct timeval idle = {0};
	int status = 0;

	if (socket != 0 && dup2(socket, 0) != 0)
		return 1;
	if (recv(0, &how, sizeof(how), 0) != (ssize_t)sizeof(how))
		return 1;
	idle.tv_sec = how.idle_s;
	if (setsockopt(0, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle)) != 0 ||
	    !confine(&how))
		return 1;
	while (serve_one(0, &how, &status))
		;
	_exit(status);
}
