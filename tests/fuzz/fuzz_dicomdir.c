/* SPDX-License-Identifier: MIT */
/* fuzz_dicomdir.c: any bytes as a DICOMDIR.  No path that is told leaves the
 * file-set, and there are no more files than records. */
#include "dicom/dicom.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena arena = {0};
	struct dicomdir_file *files;
	struct err err = {0};
	size_t n, bad;

	if (dicomdir_read(&arena, (struct str){(const char *)bytes, size},
	    &files, &n, &bad, &err)) {
		assert(n <= size / 8);
		for (size_t i = 0; i < n; i++) {
			struct str path = files[i].path;
			assert(path.len);
			while (path.len) {
				struct str id = str_cut(&path, '/');
				assert(id.len && !str_is(id, ".") &&
				    !str_is(id, ".."));
			}
		}
	} else {
		assert(err.kind != ERR_NONE && err.text[0]);
	}
	arena_end(&arena);
	return 0;
}
