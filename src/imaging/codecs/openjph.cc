/* SPDX-License-Identifier: MIT */
/* openjph.cc: High-Throughput JPEG 2000, ISO 15444-15, by OpenJPH.  Its
 * complaints go to stderr, which a decoder does not have, and then come as
 * exceptions, which go no further. */
#include "imaging/codecs/openjph.h"

#include <cstdio>
#include <cstring>
#include <stdexcept>

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

namespace {

void describe(struct openjph *how, ojph::codestream &stream)
{
	ojph::param_siz siz = stream.access_siz();
	how->columns = int64_t(siz.get_image_extent().x) -
	    siz.get_image_offset().x;
	how->rows = int64_t(siz.get_image_extent().y) -
	    siz.get_image_offset().y;
	how->samples = siz.get_num_components();
	how->precision = siz.get_bit_depth(0);
	how->is_signed = siz.is_signed(0);
	how->transform = stream.access_cod().is_using_color_transform();
	for (ojph::ui32 i = 0; i < siz.get_num_components(); i++)
		if (siz.get_downsampling(i).x != 1 ||
		    siz.get_downsampling(i).y != 1 ||
		    siz.get_bit_depth(i) != how->precision)
			throw std::runtime_error("components differ");
}

void decode(struct openjph *how, const char *in, size_t size)
{
	ojph::mem_infile file;
	ojph::codestream stream;

	file.open(reinterpret_cast<const ojph::ui8 *>(in), size);
	stream.read_headers(&file);
	describe(how, stream);
	if (!how->begin(how->with, how))
		throw std::runtime_error("its size is another");
	stream.set_planar(false);
	stream.create();
	for (int64_t i = 0; i < how->rows * how->samples; i++) {
		ojph::ui32 component = 0;
		ojph::line_buf *line = stream.pull(component);
		if (!line || component != i % how->samples)
			throw std::runtime_error("a line is missing");
		how->line(how->with, i / how->samples, component, line->i32);
	}
	stream.close();
}

void prepare(const struct openjph *how, ojph::codestream &stream)
{
	ojph::param_siz siz = stream.access_siz();
	ojph::param_cod cod = stream.access_cod();
	int64_t side = how->rows < how->columns ? how->rows : how->columns;
	ojph::ui32 halvings = 0;

	siz.set_image_extent(ojph::point(ojph::ui32(how->columns),
	    ojph::ui32(how->rows)));
	siz.set_num_components(ojph::ui32(how->samples));
	for (ojph::ui32 i = 0; i < how->samples; i++)
		siz.set_component(i, ojph::point(1, 1),
		    ojph::ui32(how->precision), how->is_signed != 0);
	while (halvings < 5 && side >> (halvings + 1))
		halvings++;
	cod.set_num_decomposition(halvings);
	cod.set_block_dims(64, 64);
	cod.set_progression_order("RPCL");
	cod.set_color_transform(how->transform != 0);
	cod.set_reversible(true);
	stream.set_planar(false);
}

void encode(struct openjph *how)
{
	ojph::mem_outfile file;
	ojph::codestream stream;
	ojph::ui32 component = 0;

	file.open();
	prepare(how, stream);
	stream.write_headers(&file);
	ojph::line_buf *line = stream.exchange(nullptr, component);
	for (int64_t i = 0; i < how->rows * how->samples; i++) {
		how->line(how->with, i / how->samples, component, line->i32);
		line = stream.exchange(line, component);
	}
	stream.flush();
	how->wrote(how->with, reinterpret_cast<const char *>(file.get_data()),
	    size_t(file.tell()));
	stream.close();
}

} // namespace

extern "C" int openjph_decode(struct openjph *how, const char *in, size_t size)
{
	try {
		decode(how, in, size);
		return 1;
	} catch (const std::exception &e) {
		snprintf(how->why, sizeof(how->why), "%s", e.what());
	} catch (...) {
		snprintf(how->why, sizeof(how->why), "it cannot be decoded");
	}
	return 0;
}

extern "C" int openjph_encode(struct openjph *how)
{
	try {
		encode(how);
		return 1;
	} catch (const std::exception &e) {
		snprintf(how->why, sizeof(how->why), "%s", e.what());
	} catch (...) {
		snprintf(how->why, sizeof(how->why), "it cannot be encoded");
	}
	return 0;
}
