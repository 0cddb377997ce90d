/* SPDX-License-Identifier: MIT */
/* syntax.c: transfer syntaxes and how each behaves, PS3.5 annex A; and UIDs,
 * PS3.5 9 and PS3.6 annex A.  Names and keywords of the standard's own are in
 * the dictionary; this table is what a program must know to read them.
 *
 * The pixels of JPIP are somewhere else, by a URL in the data set.  MIME and
 * XML are no data sets but documents about them.  GE's private pixels are big
 * endian under a little endian data set, so they are not CODEC_NONE. */
#include "dicom/dictionary.h"

#define DICOM "1.2.840.10008.1.2"
#define GE "1.2.840.113619.5.2"
#define WHOLE(end, name, codec, lossless) \
	{DICOM end, name, false, false, false, true, CODEC_##codec, lossless}
#define PLAIN(end, name, implicit, big, deflated, codec, lossless) \
	{DICOM end, name, implicit, big, deflated, false, CODEC_##codec, lossless}

static const struct syntax syntaxes[] = {
	PLAIN("", "implicit little endian", true, false, false, NONE, true),
	PLAIN(".1", "explicit little endian", false, false, false, NONE, true),
	PLAIN(".2", "explicit big endian", false, true, false, NONE, true),
	PLAIN(".1.99", "deflated explicit little endian", false, false, true, NONE, true),
	WHOLE(".1.98", "encapsulated uncompressed", NONE, true),
	WHOLE(".5", "RLE lossless", RLE, true),
	WHOLE(".4.50", "JPEG baseline", JPEG, false),
	WHOLE(".4.51", "JPEG extended", JPEG, false),
	WHOLE(".4.52", "JPEG extended, process 3 and 5", JPEG, false),
	WHOLE(".4.53", "JPEG spectral selection, process 6 and 8", JPEG, false),
	WHOLE(".4.54", "JPEG spectral selection, process 7 and 9", JPEG, false),
	WHOLE(".4.55", "JPEG full progression, process 10 and 12", JPEG, false),
	WHOLE(".4.56", "JPEG full progression, process 11 and 13", JPEG, false),
	WHOLE(".4.57", "JPEG lossless", JPEG_LOSSLESS, true),
	WHOLE(".4.58", "JPEG lossless, process 15", JPEG_LOSSLESS, true),
	WHOLE(".4.59", "JPEG extended, hierarchical, process 16 and 18", OTHER, false),
	WHOLE(".4.60", "JPEG extended, hierarchical, process 17 and 19", OTHER, false),
	WHOLE(".4.61", "JPEG spectral selection, hierarchical, process 20 and 22", OTHER, false),
	WHOLE(".4.62", "JPEG spectral selection, hierarchical, process 21 and 23", OTHER, false),
	WHOLE(".4.63", "JPEG full progression, hierarchical, process 24 and 26", OTHER, false),
	WHOLE(".4.64", "JPEG full progression, hierarchical, process 25 and 27", OTHER, false),
	WHOLE(".4.65", "JPEG lossless, hierarchical, process 28", OTHER, true),
	WHOLE(".4.66", "JPEG lossless, hierarchical, process 29", OTHER, true),
	WHOLE(".4.70", "JPEG lossless, first-order prediction", JPEG_LOSSLESS, true),
	WHOLE(".4.80", "JPEG-LS lossless", JPEG_LS, true),
	WHOLE(".4.81", "JPEG-LS near-lossless", JPEG_LS, false),
	WHOLE(".4.90", "JPEG 2000 lossless", JPEG_2000, true),
	WHOLE(".4.91", "JPEG 2000", JPEG_2000, false),
	WHOLE(".4.92", "JPEG 2000 part 2 lossless", JPEG_2000, true),
	WHOLE(".4.93", "JPEG 2000 part 2", JPEG_2000, false),
	PLAIN(".4.94", "JPIP referenced", false, false, false, OTHER, false),
	PLAIN(".4.95", "JPIP referenced, deflated", false, false, true, OTHER, false),
	PLAIN(".4.204", "JPIP HTJ2K referenced", false, false, false, OTHER, false),
	PLAIN(".4.205", "JPIP HTJ2K referenced, deflated", false, false, true, OTHER, false),
	WHOLE(".4.100", "MPEG2 main profile, main level", MPEG, false),
	WHOLE(".4.100.1", "MPEG2 main profile, main level, fragmentable", MPEG, false),
	WHOLE(".4.101", "MPEG2 main profile, high level", MPEG, false),
	WHOLE(".4.101.1", "MPEG2 main profile, high level, fragmentable", MPEG, false),
	WHOLE(".4.102", "MPEG-4 AVC/H.264 high profile 4.1", MPEG, false),
	WHOLE(".4.102.1", "MPEG-4 AVC/H.264 high profile 4.1, fragmentable", MPEG, false),
	WHOLE(".4.103", "MPEG-4 AVC/H.264 BD-compatible", MPEG, false),
	WHOLE(".4.103.1", "MPEG-4 AVC/H.264 BD-compatible, fragmentable", MPEG, false),
	WHOLE(".4.104", "MPEG-4 AVC/H.264 high profile 4.2, 2D", MPEG, false),
	WHOLE(".4.104.1", "MPEG-4 AVC/H.264 high profile 4.2, 2D, fragmentable", MPEG, false),
	WHOLE(".4.105", "MPEG-4 AVC/H.264 high profile 4.2, 3D", MPEG, false),
	WHOLE(".4.105.1", "MPEG-4 AVC/H.264 high profile 4.2, 3D, fragmentable", MPEG, false),
	WHOLE(".4.106", "MPEG-4 AVC/H.264 stereo", MPEG, false),
	WHOLE(".4.106.1", "MPEG-4 AVC/H.264 stereo, fragmentable", MPEG, false),
	WHOLE(".4.107", "HEVC/H.265 main profile", MPEG, false),
	WHOLE(".4.108", "HEVC/H.265 main 10 profile", MPEG, false),
	WHOLE(".4.110", "JPEG XL lossless", JPEG_XL, true),
	WHOLE(".4.111", "JPEG XL, JPEG recompression", JPEG_XL, false),
	WHOLE(".4.112", "JPEG XL", JPEG_XL, false),
	WHOLE(".4.201", "HTJ2K lossless", HTJ2K, true),
	WHOLE(".4.202", "HTJ2K lossless, RPCL", HTJ2K, true),
	WHOLE(".4.203", "HTJ2K", HTJ2K, false),
	WHOLE(".8.1", "deflated image frames", OTHER, true),
	WHOLE(".7.1", "SMPTE ST 2110-20, progressive video", OTHER, false),
	WHOLE(".7.2", "SMPTE ST 2110-20, interlaced video", OTHER, false),
	WHOLE(".7.3", "SMPTE ST 2110-30, audio", OTHER, false),
	PLAIN(".6.1", "RFC 2557 MIME encapsulation", false, false, false, OTHER, true),
	PLAIN(".6.2", "XML encoding", false, false, false, OTHER, true),
	{GE, "GE private, big endian pixels", true, false, false, false, CODEC_OTHER, true},
	{"1.2.840.10008.1.20", "Papyrus 3 implicit", true, false, false, false, CODEC_NONE, true},
};
#define SYNTAXES (sizeof(syntaxes) / sizeof(*syntaxes))

static const struct syntax other = {"", "another, taken as encapsulated",
    false, false, false, true, CODEC_OTHER, false};

const struct syntax *const syntax_implicit = &syntaxes[0];
const struct syntax *const syntax_explicit = &syntaxes[1];
const struct syntax *const syntax_big = &syntaxes[2];
const struct syntax *const syntax_deflated = &syntaxes[3];

const struct syntax *syntax_find(struct str uid)
{
	for (size_t i = 0; i < SYNTAXES; i++)
		if (str_is(uid, syntaxes[i].uid))
			return &syntaxes[i];
	return NULL;
}

const struct syntax *syntax_or_other(struct str uid)
{
	const struct syntax *syntax = syntax_find(uid);

	return syntax ? syntax : &other;
}

const struct syntax *syntax_at(size_t i)
{
	return i < SYNTAXES ? &syntaxes[i] : NULL;
}

const struct uid_term *uid_find(struct str uid)
{
	size_t low = 0, high = dictionary_uids_n;

	while (low < high) {
		size_t half = (low + high) / 2;
		int order = str_cmp(uid, str_of(dictionary_uids[half].uid));

		if (!order)
			return &dictionary_uids[half];
		if (order < 0)
			high = half;
		else
			low = half + 1;
	}
	return NULL;
}

const struct uid_term *uid_at(size_t i)
{
	return i < dictionary_uids_n ? &dictionary_uids[i] : NULL;
}

/* Components of digits without a leading zero, parted by single dots. */
bool uid_valid(struct str uid)
{
	if (!uid.len || uid.len > UID_MOST)
		return false;
	while (uid.at) {
		bool more = false;

		for (size_t i = 0; i < uid.len && !more; i++)
			more = uid.at[i] == '.';
		struct str part = str_cut(&uid, '.');
		if (!part.len || (part.len > 1 && part.at[0] == '0'))
			return false;
		for (size_t i = 0; i < part.len; i++)
			if (part.at[i] < '0' || part.at[i] > '9')
				return false;
		if (!more)
			return true;
	}
	return false;
}
