#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""same.py URL SENT STORED PLAIN: what arrived at one who takes everything is
what is stored, byte for byte; at one who takes implicit little endian only,
the same pixels, and the same everything else."""
import io
import os
import sys
import urllib.request

import pydicom

ASIDE = (0x7fe00010, 0x00280004, 0x00280006, 0xfffcfffc)  # may change with the syntax
SAMPLES = '/usr/lib/python3/dist-packages/pydicom/data/test_files/'


def read(folder):
    found = {}
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        found[pydicom.dcmread(path).SOPInstanceUID] = path
    return found


def body(file):
    """Syntax and bytes of a file's data set; meta's length says where it begins."""
    meta = pydicom.filereader.read_file_meta_info(file) if isinstance(file, str) \
        else pydicom.dcmread(io.BytesIO(file), stop_before_pixels=True).file_meta
    if isinstance(file, str):
        with open(file, 'rb') as opened:
            file = opened.read()
    return meta.TransferSyntaxUID, file[144 + meta.FileMetaInformationGroupLength:]


def fetched(url, d):
    where = '%s/studies/%s/series/%s/instances/%s' % (url, d.StudyInstanceUID, d.SeriesInstanceUID, d.SOPInstanceUID)
    request = urllib.request.Request(where, headers={'Accept': 'application/dicom; transfer-syntax=*'})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def values(path):
    return {e.tag: str(e.value) for e in pydicom.dcmread(path)
            if not e.tag.is_private and e.tag.element and e.tag not in ASIDE and e.VR not in ('SQ', 'UN')}


url = sys.argv[1]
sent, stored, plain = (read(folder) for folder in sys.argv[2:5])
assert sent.keys() == stored.keys() == plain.keys(), 'not the same instances'
# The same picture, uncompressed, is another sample.
picture = pydicom.dcmread(SAMPLES + 'MR_small.dcm').PixelData
pictures = 0
for uid, path in sent.items():
    assert body(fetched(url, pydicom.dcmread(path))) == body(stored[uid]), 'changed: ' + path
    mine, there = values(path), values(plain[uid])
    differ = [str(t) for t in mine if mine[t] != there.get(t)]
    assert not differ, path + ' differs in ' + ' '.join(differ)
    if 'MR_small_' in path and 'big' not in path:
        assert pydicom.dcmread(plain[uid]).PixelData == picture, 'pixels: ' + path
        pictures += 1
assert pictures == 3, 'no picture was compared'
