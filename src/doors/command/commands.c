/* SPDX-License-Identifier: MIT */
/* commands.c: everything that can be typed after `ribble`.  To add one: a row
 * here, a function in a file of its name, a line in meson.build. */
#include "doors/command/command.h"

#define FLAG(name, sentence) \
	{name, NULL, VALUE_FLAG, OPTION_ONCE, sentence}
#define TAKES(type, name, value, sentence) \
	{name, value, VALUE_##type, OPTION_ONCE, sentence}
#define MUST(type, name, value, sentence) \
	{name, value, VALUE_##type, OPTION_MUST, sentence}
#define MANY(type, name, value, sentence) \
	{name, value, VALUE_##type, OPTION_REPEATS, sentence}
#define JSON FLAG("json", "answer in JSON")
#define OUTPUT TAKES(FILE, "output", "FILE", "write to this file")
#define END {NULL, NULL, VALUE_FLAG, OPTION_ONCE, NULL}

static const struct option serve_options[] = {
	FLAG("demo", "load the demo network, once, while already answering"),
	TAKES(INT, "scale", "PERCENT", "with --demo: its size; default 100, the network's own"),
	TAKES(INT, "months", "N", "with --demo: months of pathways; default 24"),
	TAKES(INT, "seed", "N", "with --demo: each makes another network; default 2026"),
	END};

static const struct option demo_options[] = {
	TAKES(INT, "scale", "PERCENT", "its size; default 100, the network's own"),
	TAKES(INT, "months", "N", "months of pathways; default 24"),
	TAKES(INT, "seed", "N", "each makes another network; default 2026"),
	TAKES(DAY, "today", "YYYY-MM-DD", "the day on which its story ends; default today"),
	TAKES(FILE, "folder", "FOLDER", "write the files there, and load nothing"),
	JSON, END};

static const struct option import_options[] = {
	TAKES(ONE_OF, "kind", "ris|dm01|wlmds|targets", "what they are; default: as they say"),
	TAKES(TEXT, "sender", "CODE", "ODS code of the sender; default: as they say"),
	TAKES(TEXT, "period", "YYYY-MM[-DD]", "the month or day they cover; default: as they say"),
	JSON, END};

static const struct option dm01_options[] = {
	TAKES(MONTH, "month", "YYYY-MM", "the month; or else a --date"),
	TAKES(DAY, "date", "YYYY-MM-DD", "a month's last day, or a Sunday: the week that it ends"),
	MUST(TEXT, "provider", "CODE", "ODS code such as RXN; LSC: all trusts"),
	TAKES(ONE_OF, "source", "P|R", "P: from pathways, the default; R: as it was returned"),
	TAKES(ONE_OF, "by", "site|commissioner", "each test by these as well"),
	JSON,
	FLAG("csv", "answer in CSV"),
	FLAG("xlsx", "answer with a workbook"),
	OUTPUT, END};

static const struct option spc_options[] = {
	TAKES(ONE_OF, "improve", "increase|decrease|neutral", "the better way; default neutral"),
	TAKES(REAL, "target", "X", "the value to reach, for the assurance"),
	MANY(DAY, "rebase", "YYYY-MM-DD", "first day of new limits"),
	TAKES(INT, "fix-after", "N", "limits from each group's first N points; 12 or more"),
	FLAG("no-screening", "keep outlying moving ranges in the limits"),
	TAKES(INT, "shift", "N", "points on one side that make a shift; default 7"),
	TAKES(INT, "trend", "N", "points in one direction that make a trend; default 7"),
	JSON, OUTPUT, END};

static const struct option check_options[] = {JSON, END};
static const struct option backup_options[] = {JSON, END};
static const struct option restore_options[] = {JSON, END};

static const struct option peer_options[] = {
	TAKES(TEXT, "org", "CODE", "ODS code of the trust that it speaks for"),
	TAKES(TEXT, "name", "TEXT", "for people, such as \"CT 1, Royal Preston\""),
	TAKES(TEXT, "from", "NETWORKS", "where it may call from, such as \"10.1.0.0/16\""),
	TAKES(TEXT, "host", "HOST", "where we call it"),
	TAKES(INT, "port", "PORT", "and at which port"),
	TAKES(ONE_OF, "tls", "yes|no", "when we call, and demanded when it calls"),
	TAKES(TEXT, "certificate", "SHA-256", "of the one that it must show"),
	TAKES(TEXT, "rights", "WORDS", "echo store find move get commit all-trusts"),
	TAKES(INT, "associations", "N", "at once; 0: the program's limit"),
	TAKES(INT, "rate", "MIB", "a second; 0: no limit"),
	TAKES(TEXT, "charset", "TERMS", "of our answers, such as \"ISO_IR 100\""),
	TAKES(TEXT, "notify", "TITLES", "AE titles told of its trust's studies"),
	TAKES(ONE_OF, "active", "yes|no", "no: it is retired, and refused"),
	TAKES(TEXT, "by", "NAME", "who sets it; must be given with set and admit"),
	TAKES(TEXT, "reason", "TEXT", "why; must be given with set"),
	JSON, END};

static const struct option dicom_options[] = {
	TAKES(INT, "inline", "BYTES", "with json: leave out binary values larger than this"),
	JSON, OUTPUT, END};

static const struct option archive_options[] = {
	TAKES(TEXT, "org", "CODE", "ODS code: of whom they are"),
	TAKES(TEXT, "patient", "ID", "export: of this patient"),
	TAKES(TEXT, "accession", "NUMBER", "export: with this accession number"),
	TAKES(TEXT, "study", "UID", "export, verify: this one"),
	TAKES(TEXT, "date", "RANGE", "export: of these days, such as 20260101-20260131"),
	TAKES(INT, "rate", "MIB", "verify: at most so much a second"),
	JSON, END};

static const struct option decode_options[] = {END};
static const struct option help_options[] = {
	FLAG("man", "the manual page, for man(1)"),
	TAKES(ONE_OF, "completion", "bash", "what a shell needs to complete words"),
	FLAG("sample", "a settings file with every default"),
	FLAG("conformance", "the DICOM conformance statement, in Markdown"),
	END};

#define ANY SIZE_MAX
const struct command commands[] = {
	{"serve", command_serve, true, NULL, 0, 0,
	    "answer the web, watch the folder, keep time", serve_options,
	    "Prints its address when it is ready. SIGTERM or ctrl-C stops it: what is in\n"
	    "flight is finished, what is new is refused, then the store is closed."},
	{"demo", command_demo, false, NULL, 0, 0,
	    "load the synthetic network", demo_options,
	    "Four trusts, their hospitals, patients who do not exist, and the published DM01\n"
	    "history. The files go in the same way as those that trusts send. A load that was\n"
	    "broken off goes on where it stopped; one that is complete is not done twice."},
	{"check", command_check, false, NULL, 0, 0,
	    "open everything, say what is wrong and how to mend it", check_options,
	    "Exit status 1 if anything is wrong."},
	{"import", command_import, true, "FILE...", 1, ANY,
	    "take files that trusts send", import_options,
	    "Each file is taken whole or not at all. Bad rows are kept aside and counted. The\n"
	    "same bytes twice change nothing; a newer file for the same sender, kind and\n"
	    "period replaces the older. Exit status 1 if any file was refused."},
	{"dm01", command_dm01, false, NULL, 0, 0,
	    "a trust's DM01 return for a month or a week", dm01_options,
	    "Columns as in the provider workbook that NHS England publishes. Without --json,\n"
	    "--csv or --xlsx, a table for the terminal."},
	{"spc", command_spc, false, "FILE", 1, 1,
	    "a control chart of the values in a file", spc_options,
	    "FILE is a CSV with the columns date and value; - is standard input."},
	{"backup", command_backup, true, "FILE", 1, 1,
	    "write everything stored to one checked file", backup_options,
	    "The database, from one moment, and every file as it was received. The server may\n"
	    "go on running. The file appears when it is complete."},
	{"restore", command_restore, false, "FILE", 1, 1,
	    "read a backup into an empty store", restore_options,
	    "The whole file is checked before anything is written, and a store that holds\n"
	    "something is refused. A backup of SQLite can go into PostgreSQL, and back."},
	{"archive", command_archive, true, "verify|rebuild|seal|import|export [PATH]...", 1, ANY,
	    "what is stored: check it, index it anew, fill it, copy it out", archive_options,
	    "verify reads every image again and compares it and the index. rebuild makes\n"
	    "the index from the packs alone. seal ends the studies that have settled.\n"
	    "import takes files, folders of them, or what a DICOMDIR names, and needs --org.\n"
	    "export writes a folder with a DICOMDIR. Only verify and export may run beside a\n"
	    "server."},
	{"peer", command_peer, true, "list | strangers | set AET | admit AET", 1, 2,
	    "who may speak DICOM with us", peer_options,
	    "set adds a peer, or changes what is said of one and leaves the rest; none takes\n"
	    "a text away. admit makes a peer of a stranger that has called: it may echo and\n"
	    "store, from its address. A server that runs knows of it within a second."},
	{"dicom", command_dicom, false, "dump|json|check FILE...", 2, ANY,
	    "look at DICOM files", dicom_options,
	    "dump tells every element in a line; json is the DICOM JSON Model, a list of more\n"
	    "than one file; check says what of the standard is broken, by tag and byte, and\n"
	    "has exit status 1 if that is an error. - is standard input."},
	{"help", command_help, false, "[COMMAND | settings]", 0, 1,
	    "what can be asked, and how", help_options, NULL},
	{NULL, NULL, false, NULL, 0, 0, NULL, NULL, NULL}};

const struct command command_unlisted = {"decode", command_decode, false,
	NULL, 0, 0, "decode pixels for the program that started this one",
	decode_options, NULL};
