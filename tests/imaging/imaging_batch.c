/* SPDX-License-Identifier: MIT */
/* imaging_batch.c: what other programs' pictures are compared with.
 *
 *     imaging_batch decode FILE FRAME RAW
 *     imaging_batch render FILE FRAME PICTURE [CENTER WIDTH [FUNCTION]]
 *     imaging_batch file FILE SYNTAX NEW
 *     imaging_batch time FILE TIMES [SYNTAX | png | jpeg]
 *
 * RAW is native; PICTURE is a PNG, or a JPEG if it ends so.  decode says rows,
 * columns, samples, bits, sign and photometric interpretation.  With
 * IMAGING_DECODER, the path of ribble, it decodes frames. */
#include "held.h"

#include <stdlib.h>
#include <time.h>

static bool write_file(const char *path, struct str bytes, struct err *err)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes.at, 1, bytes.len, file) != bytes.len)
		return fail(err, ERR_BROKEN, "cannot write");
	return fclose(file) == 0;
}

static int64_t number(const char *text)
{
	int64_t n = 0;

	str_int(str_of(text), &n);
	return n;
}

static bool decode(struct held *h, char **words, struct err *err)
{
	struct image image;

	if (!frame_decode(&h->arena, &h->pixels, &h->frames, number(words[3]),
	    &image, err))
		return false;
	size_t size = (size_t)(image.rows * image.columns * image.samples *
	    image.bits_allocated / 8);
	printf("%lld %lld %lld %lld %d %s\n", (long long)image.rows,
	    (long long)image.columns, (long long)image.samples,
	    (long long)image.bits_allocated, image.is_signed,
	    image.photometric);
	return write_file(words[4], (struct str){image.at, size}, err);
}

static bool render(struct held *h, int n, char **words, struct err *err)
{
	struct view view = {.form = str_ends(str_of(words[4]), S(".jpg")) ?
	    VIEW_JPEG : VIEW_PNG, .quality = 100};
	struct str file;

	if (n > 6) {
		view.has_window = str_real(str_of(words[5]), &view.center) &&
		    str_real(str_of(words[6]), &view.width);
		snprintf(view.function, sizeof(view.function), "%s",
		    n > 7 ? words[7] : "linear");
	}
	return frame_render(&h->arena, &h->pixels, &h->frames,
	    number(words[3]), &view, &file, err) &&
	    write_file(words[4], file, err);
}

static bool rewrite(struct held *h, char **words, struct err *err)
{
	const struct syntax *to = syntax_find(str_of(words[3]));
	struct out out;
	bool done;

	out_memory(&out);
	done = to && file_transcode(&h->arena, &h->file, &h->pixels, to, true,
	    &out, err) && write_file(words[4], out_str(&out), err);
	return out_end(&out, err) && done;
}

/* CPU milliseconds a frame, the best of so many. */
static bool measure(struct held *h, int n, char **words, struct err *err)
{
	const char *what = n > 4 ? words[4] : "decode";
	const struct syntax *to = syntax_find(str_of(what));
	struct view view = {.form = strcmp(what, "png") == 0 ? VIEW_PNG :
	    VIEW_JPEG};
	double best = 1e9;
	bool done = true;

	for (int64_t i = 0; done && i < number(words[3]); i++) {
		struct arena arena = {0};
		struct image image;
		struct str bytes = {0};
		clock_t from = clock();
		done = to ? frame_transcode(&arena, &h->pixels, &h->frames, 0,
		    to, &bytes, err) : n > 4 ? frame_render(&arena, &h->pixels,
		    &h->frames, 0, &view, &bytes, err) :
		    frame_decode(&arena, &h->pixels, &h->frames, 0, &image,
		    err);
		double ms = (double)(clock() - from) * 1e3 / CLOCKS_PER_SEC;
		best = ms < best ? ms : best;
		arena_end(&arena);
	}
	printf("%.3f\n", best);
	return done;
}

int main(int n, char **words)
{
	struct err err = {0};
	struct held h;
	bool done = false;

	if (n < 4)
		return 2;
	const char *program = getenv("IMAGING_DECODER");
	imaging_open(program && program[0] ? program : NULL, 1, 1024, 30);
	if (held_open(&h, words[2], &err)) {
		if (strcmp(words[1], "decode") == 0 && n > 4)
			done = decode(&h, words, &err);
		else if (strcmp(words[1], "render") == 0 && n > 4)
			done = render(&h, n, words, &err);
		else if (strcmp(words[1], "file") == 0 && n > 4)
			done = rewrite(&h, words, &err);
		else if (strcmp(words[1], "time") == 0)
			done = measure(&h, n, words, &err);
	}
	if (!done)
		fprintf(stderr, "%s\n", err.text);
	held_close(&h);
	imaging_close();
	return done ? 0 : 1;
}
