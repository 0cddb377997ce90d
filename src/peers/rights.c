/* SPDX-License-Identifier: MIT */
/* rights.c: what a peer may do, in words.  The words are those of the API,
 * the command and the history. */
#include "peers/peers.h"

const struct peer_right_word peer_rights[] = {
	{PEER_ECHO, "echo", "ask whether we are there"},
	{PEER_STORE, "store", "send instances"},
	{PEER_FIND, "find", "query"},
	{PEER_MOVE, "move", "have instances sent to a peer"},
	{PEER_GET, "get", "fetch instances"},
	{PEER_COMMIT, "commit", "ask for storage commitment"},
	{PEER_ALL_TRUSTS, "all-trusts", "see studies of every trust, not its own alone"},
	{0, NULL, NULL}};

static int64_t right_of(struct str word)
{
	for (const struct peer_right_word *p = peer_rights; p->word; p++)
		if (str_is(word, p->word))
			return p->right;
	return 0;
}

/* The next word of a list parted by blanks or commas. */
static struct str next_word(struct str *rest)
{
	size_t n = 0;

	while (n < rest->len && rest->at[n] != ' ' && rest->at[n] != ',')
		n++;
	struct str word = {rest->at, n};

	n += n < rest->len;
	*rest = (struct str){rest->at + n, rest->len - n};
	return word;
}

bool peer_rights_read(struct str text, int64_t *rights, struct err *err)
{
	*rights = 0;
	while (text.len) {
		struct str word = next_word(&text);
		int64_t right = right_of(word);

		if (word.len && !right) {
			fail(err, ERR_INPUT, "right '%.*s' is not known",
			    STR(word));
			return hint(err, "echo, store, find, move, get, commit "
			    "and all-trusts are");
		}
		*rights |= right;
	}
	return true;
}

struct str peer_rights_text(struct arena *arena, int64_t rights)
{
	struct str text = {0};

	for (const struct peer_right_word *p = peer_rights; p->word; p++)
		if (rights & p->right)
			text = arena_printf(arena, "%.*s%s%s", STR(text),
			    text.len ? " " : "", p->word);
	return text;
}
