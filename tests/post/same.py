#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""same.py IN STORED PLAIN: what arrived at one who takes everything is what was
sent, byte for byte; at one who takes implicit little endian only, the same
pixels, and the same everything else."""
import os
import sys

import pydicom


def read(folder):
    found = {}
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        found[pydicom.dcmread(path, force=True).SOPInstanceUID] = path
    return found


def body(path):
    """The data set's bytes, as they stand in the file."""
    with open(path, 'rb') as file:
        pydicom.filereader.read_preamble(file, False)
        pydicom.filereader._read_file_meta_info(file)
        return file.read()


def values(path):
    d = pydicom.dcmread(path, force=True)
    return {e.tag: str(e.value) for e in d
            if not e.tag.is_private and e.tag.element and e.tag not in (0x7fe00010, 0x00280004, 0x00280006, 0xfffcfffc) and e.VR not in ('SQ', 'UN')}


sent, stored, plain = (read(folder) for folder in sys.argv[1:4])
assert sent.keys() == stored.keys() == plain.keys(), 'not the same instances'
# The same picture, uncompressed, is another sample.
samples = '/usr/lib/python3/dist-packages/pydicom/data/test_files/'
picture = pydicom.dcmread(samples + 'MR_small.dcm').PixelData
pictures = 0
for uid, path in sent.items():
    assert body(path) == body(stored[uid]), 'changed: ' + path
    mine, other = values(path), values(plain[uid])
    differ = [str(t) for t in mine if mine[t] != other.get(t)]
    assert not differ, path + ' differs in ' + ' '.join(differ)
    if 'MR_small_' in path and 'big' not in path:
        assert pydicom.dcmread(plain[uid]).PixelData == picture, 'pixels: ' + path
        pictures += 1
assert pictures, 'no picture was compared'
