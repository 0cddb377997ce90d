/* SPDX-License-Identifier: MIT */
/* picture.c: 8-bit grey or RGB as a PNG, by libpng.  Without a time, so the
 * same frame is the same file. */
#include "imaging/inner.h"

#include <png.h>
#include <string.h>

static void take(png_structp png, png_bytep at, png_size_t n)
{
	out_put(png_get_io_ptr(png), (struct str){(const char *)at, n});
}

static void flush(png_structp png)
{
	(void)png;
}

static _Noreturn void give_up(png_structp png, png_const_charp why)
{
	fail(png_get_error_ptr(png), ERR_BROKEN, "cannot write a PNG: %.100s",
	    why);
	png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp why)
{
	(void)png;
	(void)why;
}

static void write_rows(png_structp png, png_infop info,
    const struct image *image)
{
	size_t line = (size_t)(image->columns * image->samples);

	png_set_IHDR(png, info, (png_uint_32)image->columns,
	    (png_uint_32)image->rows, 8,
	    image->samples == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
	    PNG_FILTER_TYPE_DEFAULT);
	png_set_compression_level(png, 3);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB |
	    PNG_FILTER_UP);
	png_write_info(png, info);
	for (int64_t y = 0; y < image->rows; y++)
		png_write_row(png, (png_const_bytep)image->at +
		    (size_t)y * line);
	png_write_end(png, NULL);
}

bool picture_png(struct arena *arena, const struct image *image,
    struct str *file, struct err *err)
{
	struct out out;
	volatile bool done = false;
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, err,
	    give_up, ignore);
	png_infop info = png ? png_create_info_struct(png) : NULL;

	out_memory(&out);
	if (!info)
		fail(err, ERR_BUSY, "there is no memory for a PNG");
	else if (setjmp(png_jmpbuf(png)) == 0) {
		png_set_write_fn(png, &out, take, flush);
		write_rows(png, info, image);
		*file = arena_keep(arena, out_str(&out));
		done = true;
	}
	png_destroy_write_struct(&png, &info);
	return out_end(&out, err) && done;
}
