/* SPDX-License-Identifier: MIT */
/* test_frames.c: frames by table, by number and by marker; tables that lie;
 * files cut at every byte. */
#include "imaging/frames.c"

#include "test.h"

struct made { /* a file of fragments, and how it is looked at */
	char bytes[512];
	size_t n;
	struct syntax syntax;
	struct dataset head;
	struct element extended;
	struct pixels pixels;
	struct frames frames;
	struct arena arena;
};

static void put32(struct made *m, uint32_t value)
{
	memcpy(m->bytes + m->n, &value, 4);
	m->n += 4;
}

static void item(struct made *m, const void *at, size_t n)
{
	put32(m, 0xE000FFFE);
	put32(m, (uint32_t)n);
	if (n)
		memcpy(m->bytes + m->n, at, n);
	m->n += n;
}

static void begin(struct made *m, enum codec codec, const uint32_t *table,
    size_t table_n)
{
	memset(m, 0, sizeof(*m));
	m->syntax = (struct syntax){.encapsulated = true, .codec = codec};
	item(m, table, table_n * 4);
}

static bool find(struct made *m, int64_t frames, size_t most, struct err *err)
{
	m->pixels = (struct pixels){.syntax = &m->syntax, .rows = 1,
	    .columns = 1, .samples = 1, .frames = frames,
	    .bits_allocated = 8, .length = LENGTH_UNDEFINED,
	    .inflated = {m->bytes, most}, .head = &m->head};
	return frames_find(&m->arena, &m->pixels, &m->frames, err);
}

static void end(struct made *m)
{
	put32(m, 0xE0DDFFFE);
	put32(m, 0);
}

static void frame_is(struct made *m, int64_t i, const char *text)
{
	struct str bytes;
	struct err err = {0};

	assert_true(frame_read(&m->arena, &m->pixels, &m->frames, i, &bytes,
	    &err));
	assert_int_equal(bytes.len, strlen(text));
	assert_memory_equal(bytes.at, text, bytes.len);
}

#define JPEG(text) "\xFF\xD8\xFF" text
static void jpeg_fragments(struct made *m)
{
	item(m, JPEG("a"), 4);
	item(m, "bb", 2);
	item(m, JPEG("c"), 4);
	end(m);
}

static void by_a_table(void **state)
{
	const uint32_t table[] = {0, 22};
	struct made m;
	struct err err = {0};

	(void)state;
	begin(&m, CODEC_JPEG, table, 2);
	jpeg_fragments(&m);
	assert_true(find(&m, 2, m.n, &err));
	frame_is(&m, 0, JPEG("a") "bb");
	frame_is(&m, 1, JPEG("c"));
	arena_end(&m.arena);
}

static void a_table_that_lies_is_not_believed(void **state)
{
	static const uint32_t tables[][2] = {{0, 12}, {4, 22}, {0, 0},
		{0, 23}, {22, 0}, {0, 400}, {0, UINT32_MAX}};

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		struct made m;
		struct err err = {0};
		begin(&m, CODEC_JPEG, tables[i], 2);
		jpeg_fragments(&m);
		assert_true(find(&m, 2, m.n, &err));
		/* {0, 12} is a fragment's beginning: it says so itself. */
		frame_is(&m, 0, i ? JPEG("a") "bb" : JPEG("a"));
		arena_end(&m.arena);
	}
}

static void by_markers_or_not_at_all(void **state)
{
	struct made m;
	struct err err = {0};

	(void)state;
	begin(&m, CODEC_JPEG, NULL, 0);
	jpeg_fragments(&m);
	assert_true(find(&m, 2, m.n, &err));
	frame_is(&m, 1, JPEG("c"));
	assert_true(find(&m, 3, m.n, &err));
	frame_is(&m, 1, "bb"); /* as many fragments as frames */
	assert_true(find(&m, 1, m.n, &err));
	frame_is(&m, 0, JPEG("a") "bb" JPEG("c"));
	assert_false(find(&m, 4, m.n, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	arena_end(&m.arena);
}

static void by_an_extended_table(void **state)
{
	const uint64_t offsets[] = {0, 22};
	struct made m;
	struct err err = {0};

	(void)state;
	begin(&m, CODEC_OTHER, NULL, 0);
	jpeg_fragments(&m);
	m.extended = (struct element){.tag = TAG_ExtendedOffsetTable,
	    .vr = VR('O', 'V'), .length = 16,
	    .value = {(const char *)offsets, 16}};
	m.head = (struct dataset){.elements = &m.extended, .n = 1, .size = 1};
	assert_true(find(&m, 2, m.n, &err));
	frame_is(&m, 0, JPEG("a") "bb");
	arena_end(&m.arena);
}

/* Whatever is left of a file, a frame that is told is the whole frame. */
static void a_file_cut_anywhere(void **state)
{
	static const uint32_t table[] = {0, 22};

	(void)state;
	for (int with = 0; with < 2; with++)
		for (size_t n = 0; n < 512; n++) {
			struct made m;
			struct err err = {0};
			struct str bytes;
			begin(&m, CODEC_JPEG, table, with ? 2 : 0);
			jpeg_fragments(&m);
			if (n <= m.n && find(&m, 2, n, &err)) {
				err = (struct err){0};
				if (frame_read(&m.arena, &m.pixels, &m.frames,
				    0, &bytes, &err))
					frame_is(&m, 0, JPEG("a") "bb");
				err = (struct err){0};
				if (frame_read(&m.arena, &m.pixels, &m.frames,
				    1, &bytes, &err))
					frame_is(&m, 1, JPEG("c"));
			}
			arena_end(&m.arena);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_a_table),
		cmocka_unit_test(a_table_that_lies_is_not_believed),
		cmocka_unit_test(by_markers_or_not_at_all),
		cmocka_unit_test(by_an_extended_table),
		cmocka_unit_test(a_file_cut_anywhere),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
