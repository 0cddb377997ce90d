/* SPDX-License-Identifier: MIT */
/* node.c: a DICOM node for trying dimse/ against other people's tools.
 *
 *     node serve PORT [CERT KEY CA]    takes all, keeps nothing, until stdin
 *                                      ends; then says what it took
 *     node send HOST PORT SYNTAX CLASS FILE DATASET_AT TIMES [CERT KEY CA NAME]
 *                                      stores the part of a file from an
 *                                      offset on
 *     node churn HOST PORT TIMES       connects and breaks off, in the middle
 *                                      of this and of that */
#include "tests/dimse/open.h"
#include "tests/dimse/raw.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct err err;

static int sorry(void)
{
	fprintf(stderr, "node: %s\n", err.text);
	return 1;
}

static double cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static long rss_kib(void)
{
	long all = 0, here = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%ld %ld", &all, &here) != 2)
		here = 0;
	if (f)
		fclose(f);
	return here * 4;
}

static struct tls_side *tls(char **argv, int n, bool server)
{
	struct tls_choices c = {.ask = true, .must = true};

	if (n < 3)
		return NULL;
	c.certificate = argv[0];
	c.key = argv[1];
	c.authorities = argv[2];
	c.name = n > 3 ? argv[3] : NULL;
	return tls_open(&c, server, &err);
}

static int serve(int argc, char **argv)
{
	struct open_door door = {0};
	struct dimse_door d = open_door(&door);
	struct tls_side *side = tls(argv + 1, argc - 1, true);
	struct dimse_limits limits = open_limits;
	struct listener *l;
	char byte;

	if (getenv("PDU"))
		limits.pdu_size = atoi(getenv("PDU"));
	if (err.kind || !(l = listener_start("127.0.0.1", atoi(argv[0]), side,
	    &d, &limits, &err)))
		return sorry();
	printf("port %lld\n", (long long)listener_port(l));
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	listener_stop(l, 5);
	tls_close(side);
	printf("stored %lld bytes %lld ended %lld failed %lld "
	    "sum %016llx cpu_ms %.1f rss_kib %ld\n", (long long)door.stored,
	    (long long)door.bytes, (long long)door.ended,
	    (long long)door.failed, (unsigned long long)door.sum, cpu_ms(),
	    rss_kib());
	return 0;
}

static bool store(struct association *as, const char *class, int fd,
    int64_t at, int64_t size)
{
	struct arena arena = {0};
	struct context *c = association_context(as, str_of(class), NULL);
	struct dataset *d;
	struct message m;
	uint16_t id;
	bool good = c || fail(&err, ERR_REFUSED, "no context");

	if (good) {
		d = message_request(as, &arena, C_STORE, str_of(class),
		    S("1.2.3"), &id);
		good = message_send_bytes(as, c, d, S(""), fd, at, size,
		    &err) && association_response(as, &arena, id, &m, &err);
		if (good && m.status)
			good = fail(&err, ERR_REFUSED, "status %04x",
			    m.status);
	}
	arena_end(&arena);
	return good;
}

static int sends(int argc, char **argv)
{
	struct tls_side *side = tls(argv + 7, argc - 7, false);
	struct called to = {argv[0], atoi(argv[1]), "ANY", "NODE", side, 10};
	struct proposal p = {.abstract = argv[3], .syntaxes = {argv[2]}};
	struct association *as;
	struct stat about;
	int fd = open(argv[4], O_RDONLY | O_CLOEXEC);
	int64_t at = atoll(argv[5]);

	if (err.kind || fd < 0 || fstat(fd, &about))
		return sorry();
	as = association_open(&to, &p, 1, &open_limits, &err);
	if (!as)
		return sorry();
	for (int i = atoi(argv[6]); i > 0; i--)
		if (!store(as, argv[3], fd, at, about.st_size - at)) {
			association_abort(as);
			return sorry();
		}
	printf("sent; certificate %s of %s; cpu_ms %.1f\n",
	    as->peer_certificate ? as->peer_certificate : "none",
	    as->peer_name ? as->peer_name : "nobody", cpu_ms());
	association_close(as);
	tls_close(side);
	close(fd);
	return 0;
}

static int churn(char **argv)
{
	struct called to = {argv[0], atoi(argv[1]), "ANY", "NODE", NULL, 10};
	struct proposal p = {.abstract = "1.2.840.10008.1.1",
	    .syntaxes = {"1.2.840.10008.1.2"}};

	for (int64_t i = 0, n = atoi(argv[2]); i < n; i++) {
		if (i % 4) {
			struct association *as = association_open(&to, &p, 1,
			    &open_limits, &err);
			if (!as)
				return sorry();
			association_abort(as);
		} else {
			close(raw_open(to.port));
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && !strcmp(argv[1], "serve"))
		return serve(argc - 2, argv + 2);
	if (argc >= 9 && !strcmp(argv[1], "send"))
		return sends(argc - 2, argv + 2);
	if (argc == 5 && !strcmp(argv[1], "churn"))
		return churn(argv + 2);
	fprintf(stderr, "usage: node serve|send|churn ...\n");
	return 2;
}
