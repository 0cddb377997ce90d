/* SPDX-License-Identifier: MIT */
/* send.c: messages cut into P-DATA-TF PDUs of the size that the other side
 * takes, many of them with one call.  What is in memory is sent from where it
 * stands; what is in a file is read in large pieces: with PDUs of 16 KiB that
 * takes a tenth of the calls that sendfile would. */
#include "dimse/command.h"
#include "dimse/wire.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FRAGMENT_MOST ((int64_t)128 << 10)
#define SENDING ((size_t)256 << 10) /* read from a file at once */
#define BATCH 24 /* PDUs sent at once, at most */

struct batch {
	struct association *as;
	uint8_t context;
	char heads[BATCH][PDU_HEAD + PDV_HEAD];
	struct iovec parts[3 * BATCH + 1];
	int heads_n, parts_n;
	size_t used; /* of w->sending */
};
struct source { /* memory, then a file, then a NUL if it must be even */
	struct str head;
	int fd;
	int64_t at, left; /* of the file */
	bool even;
};

static size_t fragment_most(const struct association *as)
{
	int64_t n = as->pdu_most ? as->pdu_most : FRAGMENT_MOST;

	if (n > FRAGMENT_MOST)
		n = FRAGMENT_MOST;
	return (size_t)(n - PDV_HEAD) & ~(size_t)1;
}

static void batch_part(struct batch *b, const void *at, size_t n)
{
	b->parts[b->parts_n++] = (struct iovec){(void *)at, n};
}

static bool batch_send(struct batch *b, struct err *err)
{
	int n = b->parts_n;

	b->heads_n = b->parts_n = 0;
	b->used = 0;
	return !n || wire_send(b->as, b->parts, n, err);
}

static bool file_read(struct batch *b, struct source *from, size_t n,
    struct err *err)
{
	char *to = b->as->wire->sending + b->used;
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(from->fd, to + done, n - done, from->at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return fail(err, ERR_BROKEN, "cannot read a file: %s",
			    got ? strerror(errno) : "it is too short");
		done += (size_t)got;
		from->at += got;
		from->left -= got;
	}
	batch_part(b, to, n);
	b->used += n;
	return true;
}

static bool batch_fragment(struct batch *b, struct source *from, size_t n,
    uint8_t control, struct err *err)
{
	size_t head = n < from->head.len ? n : from->head.len;

	if ((b->heads_n == BATCH || (n > head && b->used + n > SENDING)) &&
	    !batch_send(b, err))
		return false;
	bool pad = n % 2 && from->even;

	data_head_write(b->heads[b->heads_n], n + pad, b->context, control);
	batch_part(b, b->heads[b->heads_n++], PDU_HEAD + PDV_HEAD);
	if (head)
		batch_part(b, from->head.at, head);
	from->head.at += head;
	from->head.len -= head;
	if (n > head && !file_read(b, from, n - head, err))
		return false;
	if (pad)
		batch_part(b, "", 1);
	return true;
}

static bool batch_add(struct batch *b, struct source *from, uint8_t kind,
    struct err *err)
{
	size_t most = fragment_most(b->as);
	int64_t left = (int64_t)from->head.len + from->left;

	while (left) {
		size_t n = left < (int64_t)most ? (size_t)left : most;
		left -= (int64_t)n;
		if (!batch_fragment(b, from, n,
		    left ? kind : kind | PDV_LAST, err))
			return false;
	}
	return true;
}

bool message_send_bytes(struct association *as, const struct context *context,
    struct dataset *command, struct str head, int fd, int64_t at, int64_t size,
    struct err *err)
{
	struct wire *w = as->wire;
	struct batch b = {.as = as, .context = context->id};
	bool deflated = context->syntax && context->syntax->deflated;
	/* PS3.5 A.5: a stream of odd length ends in a NUL. */
	struct source data = {head, fd, at, fd < 0 ? 0 : size, deflated};
	struct source said = {0};
	struct err why = {0};
	bool has_data = head.len || data.left;

	if (data.left && !w->sending)
		w->sending = arena_alloc(as->arena, SENDING);
	if (!command_write(command->arena, command, has_data, &said.head, err))
		return false;
	if (batch_add(&b, &said, PDV_COMMAND, &why) &&
	    batch_add(&b, &data, 0, &why) && batch_send(&b, &why)) {
		as->messages++;
		return true;
	}
	fail(err, why.kind, "%s", why.text);
	return w->state == STA6 ? /* half of it is sent */
	    wire_over(as, EVT15, 0, err, "%s", why.text) : false;
}

bool message_send(struct association *as, const struct context *context,
    struct dataset *command, const struct dataset *data, struct err *err)
{
	struct out out;
	bool good;

	if (!data)
		return message_send_bytes(as, context, command, S(""), -1, 0,
		    0, err);
	out_memory(&out);
	good = dataset_write(data, context->syntax ? context->syntax :
	    syntax_explicit, &out, err) &&
	    message_send_bytes(as, context, command, out_str(&out), -1, 0, 0,
	    err);
	return out_end(&out, err) && good;
}

bool message_answer(struct association *as, const struct message *m,
    struct dataset *response, const struct dataset *data, struct err *err)
{
	return data_discard(as, err) &&
	    message_send(as, m->context, response, data, err);
}

bool message_status(struct association *as, const struct message *m,
    uint16_t status, const char *comment, struct err *err)
{
	struct arena arena = {0};
	struct dataset *d = message_response(&arena, m, status);
	struct str words = str_of(comment);
	bool good;

	if (words.len > 64)
		words.len = 64; /* LO */
	if (words.len)
		dataset_put(d, TAG_ErrorComment, words);
	good = message_answer(as, m, d, NULL, err);
	arena_end(&arena);
	return good;
}
