/* SPDX-License-Identifier: MIT */
/* demo.c: `ribble demo`: loads the synthetic network, or only writes its
 * files to a folder. */
#include "doors/command/line.h"
#include "doors/command/loader.h"
#include <string.h>

struct telling {
	struct progress bar;
	bool shown;
	struct json json;
	struct out *out;
	bool wants_json;
	int64_t files;
};

static void show(void *with, const char *what, int64_t done, int64_t total)
{
	struct telling *telling = with;

	if (!telling->shown || strcmp(telling->bar.what, what) != 0)
		progress_begin(&telling->bar, what);
	telling->shown = true;
	progress_show(&telling->bar, done, total);
}

static void show_written(void *with, int64_t done, int64_t total)
{
	show(with, "the demo network", done, total);
}

static void put_number(struct json *json, const char *key, int64_t value)
{
	json_key(json, key);
	json_int(json, value);
}

static void say_loaded(struct telling *telling, const struct demo_load *load)
{
	struct json *json = &telling->json;

	if (telling->wants_json) {
		json_object(json);
		json_key(json, "loaded");
		json_bool(json, !load->was_loaded);
		put_number(json, "files", load->files);
		put_number(json, "rows", load->rows);
		put_number(json, "bad", load->bad);
		json_key(json, "today");
		json_day(json, load->choices.today);
		json_object_end(json);
		out_char(telling->out, '\n');
	} else if (load->was_loaded) {
		out_put(telling->out, S("the demo is loaded already\n"));
	} else {
		out_printf(telling->out,
		    "loaded: %lld files, %lld rows, %lld of them kept aside "
		    "as bad\n",
		    (long long)load->files, (long long)load->rows,
		    (long long)load->bad);
	}
}

static bool load(struct house *house, const struct demo_choices *choices,
    struct telling *telling, struct err *err)
{
	struct demo_load loading = {.house = house, .choices = *choices,
	    .progress = show, .with = telling};

	if (!house_open(house, err) || !house_open_archive(house, false, err))
		return false;
	bool ok = demo_load(&loading, err);

	if (telling->shown)
		progress_end(&telling->bar);
	if (ok)
		say_loaded(telling, &loading);
	return ok;
}

static bool say_file(void *with, const struct demo_file *file, struct err *err)
{
	struct telling *telling = with;

	(void)err;
	telling->files++;
	if (telling->wants_json) {
		json_object(&telling->json);
		json_key(&telling->json, "file");
		json_text(&telling->json, str_of(file->path));
		json_key(&telling->json, "kind");
		json_text(&telling->json, str_of(file->kind));
		json_key(&telling->json, "sender");
		json_text(&telling->json, str_of(file->sender));
		json_key(&telling->json, "from");
		json_day(&telling->json, file->from);
		json_key(&telling->json, "to");
		json_day(&telling->json, file->to);
		json_object_end(&telling->json);
	}
	return true;
}

static bool write_only(const struct demo_choices *choices, const char *folder,
    struct telling *telling, struct err *err)
{
	struct demo_options options = demo_options_of(choices);

	options.folder = folder;
	options.file = say_file;
	options.progress = show_written;
	options.with = telling;
	if (telling->wants_json) {
		json_object(&telling->json);
		json_key(&telling->json, "files");
		json_array(&telling->json);
	}
	bool ok = folder_make(folder, err) && demo_write(&options, err);

	if (telling->shown)
		progress_end(&telling->bar);
	if (telling->wants_json) {
		json_array_end(&telling->json);
		json_object_end(&telling->json);
		out_char(telling->out, '\n');
	} else if (ok) {
		out_printf(telling->out, "written: %lld files in %s\n",
		    (long long)telling->files, folder);
	}
	return ok;
}

int command_demo(struct house *house, const struct line *line,
    struct err *err)
{
	const char *folder = option_text(line, "folder");
	struct telling telling = {.wants_json = option_given(line, "json")};
	int32_t today = option_day(line, "today");
	struct demo_choices choices;
	struct result result;

	if (today != NO_DAY)
		outside_stop_clock(day_time(today) + US_PER_DAY / 2);
	if (!demo_choices_read(line, &choices, err))
		return ANSWER_USAGE;
	if (!result_begin(&result, line, err))
		return ANSWER_NO;
	telling.out = telling.json.out = &result.out;
	bool ok = folder ? write_only(&choices, folder, &telling, err)
			 : load(house, &choices, &telling, err);

	if (!ok) {
		result_drop(&result);
		return ANSWER_NO;
	}
	return result_end(&result, err) ? ANSWER_YES : ANSWER_NO;
}
