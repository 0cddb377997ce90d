/* SPDX-License-Identifier: MIT */
/* fuzz_command.c: any bytes as what comes over an open association: PDUs with
 * commands and data sets, read by the real thing from a socket.  It must end,
 * and with a reason. */
#include "dimse/message.c"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct association *open_association(int fd)
{
	static const struct dimse_limits limits = {.pdu_size = 16384,
	    .artim_s = 1, .idle_s = 1, .pdu_s = 1, .object_size = 20000,
	    .command_size = 4096, .memory = 8192, .folder = "/tmp"};
	struct association *as = association_new(&limits, false);

	line_begin(&as->wire->line, as->arena, fd);
	for (uint8_t id = 1; id < 6; id += 2)
		as->contexts[id / 2] = (struct context){.id = id,
		    .syntax = id == 1 ? syntax_implicit : syntax_explicit,
		    .result = id == 5 ? 3 : 0};
	as->wire->state = STA6;
	return as;
}

static void serve(struct association *as, bool parse)
{
	struct arena arena = {0};
	struct message m;
	struct spool spool;
	struct dataset *data;
	struct err err = {0};

	spool_begin(&spool, "/tmp", 1000, 20000);
	while (message_read(as, &arena, &m, &err)) {
		assert(m.context && m.context->id < 5);
		message_cancelled(as, &m);
		if (m.has_data && parse)
			message_data(as, &arena, &m, &data, &(struct err){0});
		else if (m.has_data)
			message_spool(as, &m, &spool, &(struct err){0});
		assert(spool.size <= 20000);
		spool_clear(&spool);
		message_status(as, &m, 0, "taken", &(struct err){0});
		arena_end(&arena);
	}
	assert(as->wire->state != STA6);
	spool_end(&spool);
	arena_end(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t size)
{
	struct association *as;
	int pair[2];

	if (size < 1 || size > 60000)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair))
		abort();
	if (write(pair[1], at + 1, size - 1) != (ssize_t)size - 1)
		abort();
	shutdown(pair[1], SHUT_WR);
	as = open_association(pair[0]);
	serve(as, at[0] & 1);
	wire_finish(as);
	association_free(as);
	close(pair[1]);
	return 0;
}
