#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""same.py IN STORED PLAIN: what arrived at one who takes everything is what was
sent, in its own transfer syntax; at one who takes implicit little endian only,
the same pixels, and the same everything else."""
import os
import sys

import pydicom


def read(folder):
    found = {}
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        found[pydicom.dcmread(path, force=True).SOPInstanceUID] = path
    return found


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
    mine = pydicom.dcmread(path)
    there = pydicom.dcmread(stored[uid])
    assert mine.file_meta.TransferSyntaxUID == there.file_meta.TransferSyntaxUID, 'syntax: ' + path
    assert mine.get('PixelData') == there.get('PixelData'), 'pixels: ' + path
    for other in (stored[uid], plain[uid]):
        mine, there = values(path), values(other)
        differ = [str(t) for t in mine if mine[t] != there.get(t)]
        assert not differ, path + ' differs in ' + ' '.join(differ)
    if 'MR_small_' in path and 'big' not in path:
        assert pydicom.dcmread(plain[uid]).PixelData == picture, 'pixels: ' + path
        pictures += 1
assert pictures, 'no picture was compared'
