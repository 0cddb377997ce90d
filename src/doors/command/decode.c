/* SPDX-License-Identifier: MIT */
/* decode.c: `ribble decode`: the confined process that decodes pixels for the
 * program that started it, over the socket that is its standard input.  Not
 * for people: without that socket it ends at once. */
#include "doors/command/command.h"
#include "imaging/imaging.h"

int command_decode(struct house *house, const struct line *line,
    struct err *err)
{
	(void)house;
	(void)line;
	if (imaging_serve(0) == 0)
		return ANSWER_YES;
	fail(err, ERR_INPUT, "decode is not for people: it answers the program "
	    "that started it");
	return ANSWER_NO;
}
