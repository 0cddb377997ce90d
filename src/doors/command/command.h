/* SPDX-License-Identifier: MIT */
/* command.h: what can be typed after `ribble`.  One row for each command, in
 * commands.c; from the rows come dispatch, the reading of options, the help,
 * the man page and the shell's completion, so they cannot disagree. */
#pragma once
#include "doors/house.h"

enum { ANSWER_YES = 0, ANSWER_NO = 1, ANSWER_USAGE = 2 }; /* exit statuses */

enum value_type {
	VALUE_FLAG,   /* takes none */
	VALUE_TEXT,
	VALUE_FILE,   /* a text; the shell completes file names */
	VALUE_INT,    /* a whole number, 0 or more */
	VALUE_REAL,
	VALUE_DAY,    /* YYYY-MM-DD */
	VALUE_MONTH,  /* YYYY-MM */
	VALUE_ONE_OF  /* one of the words in `value`, which parts them by | */
};

enum option_bits {
	OPTION_ONCE = 0,
	OPTION_REPEATS = 1,
	OPTION_HIDDEN = 2, /* from help: for tests */
	OPTION_MUST = 4
};

struct option {
	const char *name;  /* typed as --name; NULL ends the list */
	const char *value; /* what help calls its value; NULL for a flag */
	enum value_type type;
	int bits;           /* of option_bits */
	const char *sentence;
};

/* What was typed, read and checked against the command's row. */
struct line {
	const struct command *command;
	struct arena *arena;
	const char **operands;
	size_t operands_n;
	struct typed {
		const struct option *option;
		const char *text;
	} *options;
	size_t options_n;
};

struct command {
	const char *name; /* NULL ends the list */
	/* Returns one of the answers.  With err filled in, it is printed to
	 * stderr and the answer is at least ANSWER_NO. */
	int (*act)(struct house *, const struct line *, struct err *);
	bool opens;           /* the database, before act is called */
	const char *operands; /* "FILE..." for help; NULL: none */
	size_t least, most;   /* operands; SIZE_MAX: any number */
	const char *sentence;
	const struct option *options;
	const char *more;     /* a paragraph for its help, or NULL */
};
extern const struct command commands[];
extern const struct command command_unlisted; /* typed by the program alone */

/* The value typed for an option of this row.  Reading has already refused
 * what its type cannot be, so these cannot fail; a name that the row does not
 * have is a programming mistake. */
bool option_given(const struct line *, const char *name);
const char *option_text(const struct line *, const char *name); /* or NULL */
int64_t option_int(const struct line *, const char *name, int64_t otherwise);
double option_real(const struct line *, const char *name, double otherwise);
int32_t option_day(const struct line *, const char *name); /* or NO_DAY */
/* All days given by an option that repeats, in the line's arena. */
size_t option_days(const struct line *, const char *name, int32_t **days);

/* Where answers go: stdout, or the file of --output where the row has it,
 * which appears whole or not at all. */
struct result {
	struct out out;
	int fd;
	const char *path, *unfinished; /* NULL for stdout */
};
bool result_begin(struct result *, const struct line *, struct err *);
void result_flush(struct result *); /* what there is so far, now */
bool result_end(struct result *, struct err *);
void result_drop(struct result *); /* instead of the end, after a failure */

/* Reads the whole command line, opens the house, does it, says how it ended. */
int command_main(int argc, char **argv);

int command_archive(struct house *, const struct line *, struct err *);
int command_backup(struct house *, const struct line *, struct err *);
int command_check(struct house *, const struct line *, struct err *);
int command_decode(struct house *, const struct line *, struct err *);
int command_demo(struct house *, const struct line *, struct err *);
int command_dicom(struct house *, const struct line *, struct err *);
int command_dm01(struct house *, const struct line *, struct err *);
int command_help(struct house *, const struct line *, struct err *);
int command_import(struct house *, const struct line *, struct err *);
int command_peer(struct house *, const struct line *, struct err *);
int command_restore(struct house *, const struct line *, struct err *);
int command_serve(struct house *, const struct line *, struct err *);
int command_spc(struct house *, const struct line *, struct err *);
