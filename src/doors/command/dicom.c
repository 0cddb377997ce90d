/* SPDX-License-Identifier: MIT */
/* dicom.c: looks at DICOM files: as lines, as DICOM JSON, and at what of the
 * standard they break.  Files are mapped, so that a large one costs no memory;
 * standard input is read whole.  One that cannot be read does not keep the
 * others from being told. */
#include "dicom/dicom.h"
#include "doors/command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct look {
	const struct line *line;
	struct result result;
	struct json json;
	int64_t inline_most;
	bool wants_json; /* of check */
	bool good;
};

struct file {
	const char *name;
	struct str bytes;
	void *mapped;    /* or NULL */
	struct out read; /* or what was read */
};

static bool file_read(struct file *file, int fd, struct err *err)
{
	char some[65536];
	ssize_t n;

	while ((n = read(fd, some, sizeof(some))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, ERR_BROKEN, "cannot read it: %s",
			    strerror(errno));
		out_put(&file->read, (struct str){some, (size_t)n});
	}
	file->bytes = out_str(&file->read);
	return true;
}

static bool file_map(struct file *file, int fd, struct err *err)
{
	struct stat is;

	if (fstat(fd, &is) < 0)
		return fail(err, ERR_BROKEN, "cannot look at it: %s",
		    strerror(errno));
	if (!S_ISREG(is.st_mode) || !is.st_size)
		return file_read(file, fd, err);
	file->mapped = mmap(NULL, (size_t)is.st_size, PROT_READ, MAP_PRIVATE,
	    fd, 0);
	if (file->mapped == MAP_FAILED) {
		file->mapped = NULL;
		return file_read(file, fd, err);
	}
	file->bytes = (struct str){file->mapped, (size_t)is.st_size};
	return true;
}

static bool file_open(struct file *file, const char *name, struct err *err)
{
	bool is_stdin = !strcmp(name, "-");
	int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);

	*file = (struct file){.name = name};
	out_memory(&file->read);
	if (fd < 0)
		return fail(err, ERR_MISSING, "cannot open it: %s",
		    strerror(errno));
	bool good = file_map(file, fd, err);
	if (!is_stdin)
		close(fd);
	return good;
}

static void file_close(struct file *file)
{
	if (file->mapped)
		munmap(file->mapped, file->bytes.len);
	out_end(&file->read, NULL);
}

static bool dump(struct look *look, const struct file *file,
    struct arena *arena, const struct part10 *p, struct err *err)
{
	struct out *out = &look->result.out;

	(void)err;
	if (look->line->operands_n > 2)
		out_printf(out, "# %s\n", file->name);
	if (p->meta.n) {
		out_put(out, S("# file meta information\n"));
		dataset_dump(&p->meta, out, arena);
	}
	out_printf(out, "# data set, %s\n", p->syntax->name);
	dataset_dump(&p->dataset, out, arena);
	return true;
}

static bool json(struct look *look, const struct file *file,
    struct arena *arena, const struct part10 *p, struct err *err)
{
	struct json_options how = {.inline_most = SIZE_MAX};

	(void)file;
	(void)arena;
	if (look->inline_most >= 0)
		how.inline_most = (size_t)look->inline_most;
	bool good = dataset_json(&p->dataset, &look->json, &how, err);
	out_char(&look->result.out, '\n');
	return good;
}

static const char *const kinds[] = {
    [FINDING_NOTE] = "note",
    [FINDING_WARNING] = "warning",
    [FINDING_ERROR] = "error",
};

static void finding_json(struct json *json, const struct finding *f)
{
	json_object(json);
	json_key(json, "kind");
	json_text(json, str_of(kinds[f->kind]));
	json_key(json, "code");
	json_text(json, str_of(f->code));
	if (f->tag != NO_TAG) {
		json_key(json, "tag");
		json_text(json, str_of(tag_hex(f->tag).at));
	}
	json_key(json, "at");
	json_int(json, f->at);
	json_key(json, "text");
	json_text(json, f->text);
	json_object_end(json);
}

static bool check(struct look *look, const struct file *file,
    struct arena *arena, const struct part10 *p, struct err *err)
{
	struct out *out = &look->result.out;
	size_t n;
	struct finding *found = part10_findings(arena, p, &n);

	(void)err;
	for (size_t i = 0; i < n; i++) {
		const struct finding *f = &found[i];

		look->good &= f->kind != FINDING_ERROR;
		if (look->wants_json) {
			finding_json(&look->json, f);
			continue;
		}
		out_printf(out, "%s: %s at byte %lld: ", file->name,
		    kinds[f->kind], (long long)f->at);
		if (f->tag != NO_TAG)
			out_printf(out, "%s ", tag_text(f->tag).at);
		out_printf(out, "%.*s (%s)\n", STR(f->text), f->code);
	}
	if (!n && !look->wants_json)
		out_printf(out, "%s: nothing is wrong\n", file->name);
	return true;
}

static const struct way {
	const char *name;
	bool (*act)(struct look *, const struct file *, struct arena *,
	    const struct part10 *, struct err *);
} ways[] = {
	{"dump", dump},
	{"json", json},
	{"check", check},
};

/* In check's JSON, one that cannot be read has that to be told. */
static void refused(struct look *look, const char *name,
    const struct err *err)
{
	look->good = false;
	if (look->wants_json) {
		json_key(&look->json, "error");
		json_text(&look->json, str_of(err->text));
	} else {
		fprintf(stderr, "ribble: %s: %s\n", name, err->text);
	}
}

static void one(struct look *look, const struct way *way, const char *name)
{
	struct arena arena = {0};
	struct err err = {0};
	struct file file;
	struct part10 p;

	if (look->wants_json) {
		json_object(&look->json);
		json_key(&look->json, "file");
		json_text(&look->json, str_of(name));
		json_key(&look->json, "findings");
		json_array(&look->json);
	}
	bool good = file_open(&file, name, &err) &&
	    part10_read(&arena, file.bytes, NULL, &p, &err) &&
	    way->act(look, &file, &arena, &p, &err);
	if (look->wants_json)
		json_array_end(&look->json);
	if (!good)
		refused(look, name, &err);
	if (look->wants_json)
		json_object_end(&look->json);
	file_close(&file);
	arena_end(&arena);
}

static const struct way *way_find(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(name, ways[i].name))
			return &ways[i];
	return NULL;
}

int command_dicom(struct house *house, const struct line *line,
    struct err *err)
{
	const struct way *way = way_find(line->operands[0]);
	struct look look = {.line = line, .good = true,
	    .inline_most = option_int(line, "inline", -1)};

	(void)house;
	if (!way) {
		fail(err, ERR_INPUT, "'%s' is not dump, json or check",
		    line->operands[0]);
		return ANSWER_USAGE;
	}
	if (!result_begin(&look.result, line, err))
		return ANSWER_NO;
	look.wants_json = way->act == check && option_given(line, "json");
	bool list = look.wants_json ||
	    (way->act == json && line->operands_n > 2);
	look.json.out = &look.result.out;
	if (list)
		json_array(&look.json);
	for (size_t i = 1; i < line->operands_n; i++)
		one(&look, way, line->operands[i]);
	if (list)
		json_array_end(&look.json);
	if (list)
		out_char(&look.result.out, '\n');
	return result_end(&look.result, err) && look.good ? ANSWER_YES :
	    ANSWER_NO;
}
