/* SPDX-License-Identifier: MIT */
/* jpeg.c: which library reads a JPEG frame.  Transfer syntaxes are confused
 * in the wild, so the frame's own SOF marker decides (ISO 10918-1, B.2.2). */
#include "imaging/codecs/ijg.h"
#include "imaging/codecs/sv.h"

#include <string.h>

/* The first SOF: its marker and precision; 0 when there is none. */
static unsigned sof_find(struct str in, int *precision)
{
	size_t i = 2;

	while (i + 4 < in.len) {
		unsigned char m = (unsigned char)in.at[i + 1];
		if ((unsigned char)in.at[i] != 0xFF || m == 0xFF) {
			i++; /* fill bytes */
			continue;
		}
		if (((m & 0xF0) == 0xC0 && m != 0xC4 && m != 0xC8 &&
		    m != 0xCC) || m == 0xF7) {
			*precision = (unsigned char)in.at[i + 4];
			return m;
		}
		if (m == 0xDA || m == 0xD9)
			return 0;
		i += 2 + ((size_t)(unsigned char)in.at[i + 2] << 8 |
		    (unsigned char)in.at[i + 3]);
	}
	return 0;
}

bool jpeg_decode(struct arena *arena, struct str in, const struct shape *shape,
    struct image *image, struct err *err)
{
	int precision = 0;
	unsigned sof = in.len > 4 && memcmp(in.at, "\xFF\xD8", 2) == 0 ?
	    sof_find(in, &precision) : 0;

	if (sof == 0xF7)
		return jpegls_decode(arena, in, shape, image, err);
	if (sof == 0xC3)
		return sv_decode(arena, in, shape, image, err);
	if (sof <= 0xC2 && sof && precision == 8)
		return ijg8_decode(arena, in, shape, image, err);
	if (sof <= 0xC2 && sof && precision == 12)
		return ijg12_decode(arena, in, shape, image, err);
	if (!sof)
		return fail(err, ERR_INPUT, "a frame is no JPEG");
	return fail(err, ERR_INPUT, "a JPEG frame of SOF %02x and %d bits "
	    "cannot be read", sof, precision);
}

bool jpeg_encode(struct arena *arena, const struct image *image,
    int64_t precision, int64_t quality, struct str *file, struct err *err)
{
	if (precision > 8 || image->is_signed)
		return fail(err, ERR_REFUSED, "baseline JPEG cannot hold %s"
		    "%lld bits", image->is_signed ? "signed " : "",
		    (long long)precision);
	return ijg8_encode(arena, image, quality, file, err);
}

bool jpeg_lossless_encode(struct arena *arena, const struct image *image,
    int64_t precision, int64_t quality, struct str *file, struct err *err)
{
	(void)quality;
	return sv_encode(arena, image, precision < 2 ? 2 : precision, file,
	    err);
}
