# SPDX-License-Identifier: MIT
"""make.py FOLDER: `large` and `small`, CT-like slices of 12 bits in 16."""
import sys

import numpy as np
import pydicom
from pydicom.data import get_testdata_file

chance = np.random.RandomState(1)
for name, side in (('large', 512), ('small', 16)):
    dataset = pydicom.dcmread(get_testdata_file('CT_small.dcm'))
    y, x = np.mgrid[-1:1:side * 1j, -1:1:side * 1j]
    noise = chance.normal(0, 12, (side, side))
    noise = (noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1)) / 2
    body = np.where(x * x + 1.6 * y * y < .7, 1060 + 40 * np.sin(9 * x), 24)
    bone = np.where((x - .1) ** 2 + (y - .2) ** 2 < .02, 900, 0)
    pixels = np.clip(body + bone + noise, 0, 4095).astype(np.uint16)
    dataset.Rows = dataset.Columns = side
    dataset.BitsStored, dataset.HighBit = 12, 11
    dataset.PixelRepresentation = 0
    dataset.PixelData = pixels.tobytes()
    for keyword in ('PixelPaddingValue', 'SmallestImagePixelValue', 'LargestImagePixelValue'):
        if keyword in dataset:
            delattr(dataset, keyword)
    dataset.save_as('%s/%s' % (sys.argv[1], name))
