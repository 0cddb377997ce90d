/* SPDX-License-Identifier: MIT */
/* test_pack.c: a backup's file comes back as it went in, or not at all: it is
 * cut at every byte, and every byte is changed. */
#include "doors/command/unpack.c"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static char folder[] = "/tmp/ribble-pack-XXXXXX";
static char pack_path[64], part_path[64], copy_path[64];

static int make_file(const char *path, struct str bytes)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.at, bytes.len), (ssize_t)bytes.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void add(struct pack *pack, const char *name, struct str bytes)
{
	struct err err = {0};
	int fd = make_file(copy_path, bytes);

	assert_true(pack_add(pack, name, fd, &err));
	close(fd);
}

struct got {
	char text[4096];
	size_t len;
};

static void got_text(struct got *got, struct str text)
{
	assert_true(got->len + text.len < sizeof(got->text));
	memcpy(got->text + got->len, text.at, text.len);
	got->len += text.len;
}

static bool got_begin(void *with, struct str name, int64_t size,
    struct err *err)
{
	(void)size;
	(void)err;
	got_text(with, S("<"));
	got_text(with, name);
	got_text(with, S(">"));
	return true;
}

static bool got_bytes(void *with, struct str bytes, struct err *err)
{
	(void)err;
	got_text(with, bytes);
	return true;
}

static struct str packed(struct arena *arena)
{
	struct pack pack;
	struct err err = {0};

	unlink(pack_path);
	assert_true(pack_begin(&pack, arena, pack_path, &err));
	add(&pack, "database", S("one\ntwo\n"));
	add(&pack, "files/a b", S(""));
	add(&pack, "files/x/y", S("end 3 files\nfile 1 z\n"));
	assert_true(pack_end(&pack, &err));
	char *bytes = arena_alloc(arena, 4096);
	int fd = open(pack_path, O_RDONLY);
	ssize_t n = read(fd, bytes, 4096);

	close(fd);
	assert_true(n > 0 && n < 4096);
	return (struct str){bytes, (size_t)n};
}

static bool unpacks(struct got *got, struct err *err)
{
	struct unpacking to = {.begin = got_begin, .bytes = got_bytes,
	    .with = got, .what = "test"};

	*got = (struct got){0};
	*err = (struct err){0};
	return pack_read(&to, pack_path, err);
}

static void comes_back_as_it_went_in(void **state)
{
	struct arena arena = {0};
	struct got got;
	struct err err;

	(void)state;
	packed(&arena);
	assert_true(unpacks(&got, &err));
	got.text[got.len] = 0;
	assert_string_equal(got.text, "<database>one\ntwo\n<files/a b>"
				      "<files/x/y>end 3 files\nfile 1 z\n");
	arena_end(&arena);
}

static void refuses_a_name_that_is_taken(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct pack pack;

	(void)state;
	packed(&arena);
	assert_false(pack_begin(&pack, &arena, pack_path, &err));
	pack_drop(&pack);
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_int_equal(access(pack_path, F_OK), 0);
	arena_end(&arena);
}

static void leaves_nothing_when_dropped(void **state)
{
	struct arena arena = {0};
	struct err err = {0};
	struct pack pack;

	(void)state;
	unlink(pack_path);
	assert_true(pack_begin(&pack, &arena, pack_path, &err));
	assert_int_equal(access(part_path, F_OK), 0);
	pack_drop(&pack);
	assert_int_not_equal(access(pack_path, F_OK), 0);
	assert_int_not_equal(access(part_path, F_OK), 0);
	arena_end(&arena);
}

static void refuses_it_cut_at_each_byte(void **state)
{
	struct arena arena = {0};
	struct str whole = packed(&arena);
	struct got got;
	struct err err;

	(void)state;
	for (size_t n = 0; n < whole.len; n++) {
		close(make_file(pack_path, (struct str){whole.at, n}));
		assert_false(unpacks(&got, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	arena_end(&arena);
}

static void refuses_it_with_any_byte_changed(void **state)
{
	struct arena arena = {0};
	struct str whole = packed(&arena);
	char *changed = arena_alloc(&arena, whole.len + 1);
	struct got got;
	struct err err;

	(void)state;
	for (size_t n = 0; n < whole.len; n++) {
		memcpy(changed, whole.at, whole.len);
		changed[n] ^= 1;
		close(make_file(pack_path, (struct str){changed, whole.len}));
		assert_false(unpacks(&got, &err));
	}
	memcpy(changed, whole.at, whole.len);
	changed[whole.len] = '\n';
	close(make_file(pack_path, (struct str){changed, whole.len + 1}));
	assert_false(unpacks(&got, &err));
	arena_end(&arena);
}

static void keeps_within_its_folder(void **state)
{
	static const char *const bad[] = {"", "/etc/x", "../x", "a/../x",
	    "a//b", "a/", ".", "./a"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(is_safe(str_of(bad[i])));
	assert_false(is_safe(S("a\0b")));
	assert_true(is_safe(S("files/ab/cd..zst")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_it_went_in),
		cmocka_unit_test(refuses_a_name_that_is_taken),
		cmocka_unit_test(leaves_nothing_when_dropped),
		cmocka_unit_test(refuses_it_cut_at_each_byte),
		cmocka_unit_test(refuses_it_with_any_byte_changed),
		cmocka_unit_test(keeps_within_its_folder),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	assert(mkdtemp(folder));
	snprintf(pack_path, sizeof(pack_path), "%s/pack", folder);
	snprintf(part_path, sizeof(part_path), "%s/pack.part", folder);
	snprintf(copy_path, sizeof(copy_path), "%s/copy", folder);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	unlink(pack_path);
	unlink(copy_path);
	rmdir(folder);
	return failed;
}
