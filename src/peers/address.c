/* SPDX-License-Identifier: MIT */
/* address.c: where a caller may come from: IPv4 and IPv6 networks in CIDR
 * notation (RFC 4632, RFC 4291), parted by blanks.  An IPv4 caller on an IPv6
 * socket ("::ffff:10.1.2.3") is the IPv4 caller that it is. */
#include "peers/address.h"

#include <arpa/inet.h>
#include <string.h>

struct network {
	unsigned char at[16];
	int family;
	int64_t bits; /* that must agree */
};

static bool text_address(struct str text, struct network *net)
{
	char plain[64];

	if (!text.len || text.len >= sizeof(plain))
		return false;
	memcpy(plain, text.at, text.len);
	plain[text.len] = 0;
	net->family = strchr(plain, ':') ? AF_INET6 : AF_INET;
	return inet_pton(net->family, plain, net->at) == 1;
}

/* ::ffff:0:0/96 is IPv4 in IPv6's clothes (RFC 4291, 2.5.5.2). */
static void unmap(struct network *net)
{
	static const unsigned char head[12] = {[10] = 0xff, [11] = 0xff};

	if (net->family != AF_INET6 || memcmp(net->at, head, 12) != 0)
		return;
	memmove(net->at, net->at + 12, 4);
	net->family = AF_INET;
}

static bool network_read(struct str text, struct network *net)
{
	struct str rest = text, address = str_cut(&rest, '/');
	int64_t most;

	*net = (struct network){0};
	if (!text_address(address, net))
		return false;
	most = net->family == AF_INET ? 32 : 128;
	net->bits = most;
	if (address.len == text.len)
		return true;
	return str_int(rest, &net->bits) && net->bits >= 0 && net->bits <= most;
}

static bool is_within(const struct network *net, const struct network *caller)
{
	size_t whole = (size_t)net->bits / 8;
	unsigned rest = (unsigned)net->bits % 8;

	if (net->family != caller->family ||
	    memcmp(net->at, caller->at, whole) != 0)
		return false;
	return !rest || (net->at[whole] ^ caller->at[whole]) >> (8 - rest) == 0;
}

bool addresses_check(struct str list, struct err *err)
{
	struct network net;

	while (list.len) {
		struct str one = str_cut(&list, ' ');

		if (one.len && !network_read(one, &net))
			return fail(err, ERR_INPUT, "'%.*s' is no address or "
			    "network such as 10.1.0.0/16", STR(one));
	}
	return true;
}

bool address_within(struct str list, const char *address)
{
	struct network net, caller = {0};

	list = str_trim(list);
	if (!list.len)
		return true;
	if (!text_address(str_of(address), &caller))
		return false;
	unmap(&caller);
	while (list.len) {
		struct str one = str_cut(&list, ' ');

		if (network_read(one, &net) && is_within(&net, &caller))
			return true;
	}
	return false;
}
