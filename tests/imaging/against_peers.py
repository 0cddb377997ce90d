#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Our pixels beside those of others, sample by sample.  Speaks TAP.

    against_peers.py IMAGING_BATCH FOLDER_OF_PYDICOM_SAMPLES

decode   pydicom (with GDCM) gives the same numbers; colours of JPEG in YBR,
         which it leaves as they are, are compared with dcmdjpeg's
written  what we write is read by DCMTK, GDCM and pydicom, bit by bit
picture  a window to 8 bits is DCMTK's, bit by bit.  One kind is not: YBR_FULL
         that is not JPEG.  DCMTK cuts each term of the equations to a whole
         number, we round their sum: apart by 1 at most
"""
import glob
import os
import re
import struct
import subprocess
import sys
import tempfile
import warnings
import zlib

import numpy as np
import pydicom

warnings.filterwarnings('ignore')
BATCH, FOLDER = sys.argv[1:3]
HERE = tempfile.mkdtemp()
done = bad = 0


def at(name):
    return os.path.join(HERE, name)


def run(*words):
    return subprocess.run(words, capture_output=True, text=True)


def ok(good, name):
    global done, bad
    done += 1
    bad += not good
    print(('ok' if good else 'not ok'), done, '-', name, flush=True)


def decoded(path, frame=0):
    said = run(BATCH, 'decode', path, str(frame), at('raw'))
    if said.returncode:
        return None, said.stderr.strip()[-100:]
    rows, columns, samples, bits, sign = map(int, said.stdout.split()[:5])
    kind = np.dtype(('i' if sign else 'u') + str(bits // 8))
    shape = (rows, columns, samples) if samples > 1 else (rows, columns)
    return np.fromfile(at('raw'), kind).reshape(shape), said.stdout.split()[5]


def png(path):
    data = open(path, 'rb').read()
    i, packed = 8, b''
    while i < len(data):
        n, = struct.unpack('>I', data[i:i + 4])
        if data[i + 4:i + 8] == b'IHDR':
            w, h, _, colour = struct.unpack('>IIBB', data[i + 8:i + 18])
        if data[i + 4:i + 8] == b'IDAT':
            packed += data[i + 8:i + 8 + n]
        i += 12 + n
    s = 3 if colour == 2 else 1
    raw = np.frombuffer(zlib.decompress(packed), np.uint8)
    raw = raw.reshape(h, w * s + 1).astype(int)
    out = np.zeros((h, w * s), int)
    for y in range(h):
        kind, line = raw[y, 0], raw[y, 1:]
        if kind == 1:
            line = line.reshape(w, s).cumsum(0).reshape(-1)
        elif kind == 2:
            line = line + out[y - 1]
        out[y] = line & 255
    return out.reshape((h, w, s) if s > 1 else (h, w))


def pnm(path):
    data = open(path, 'rb').read()
    head = re.match(rb'P([56])\s+(?:#.*\n)*(\d+)\s+(\d+)\s+255\s', data)
    s, w, h = 3 if head[1] == b'6' else 1, int(head[2]), int(head[3])
    a = np.frombuffer(data, np.uint8, w * h * s, head.end()).astype(int)
    return a.reshape((h, w, s) if s > 1 else (h, w))


def theirs(path, dataset):
    """What others say the frames are; None: none of them can read it."""
    try:
        ybr = 'YBR' in dataset.PhotometricInterpretation
        if ybr and dataset.file_meta.TransferSyntaxUID.startswith(
                '1.2.840.10008.1.2.4.5'):
            if run('dcmdjpeg', '+cp', path, at('d.dcm')).returncode:
                return None
            dataset = pydicom.dcmread(at('d.dcm'))
        return dataset.pixel_array
    except Exception:
        return None


def samples():
    for path in sorted(glob.glob(os.path.join(FOLDER, 'test_files', '*.dcm'))):
        try:
            dataset = pydicom.dcmread(path, force=True)
            dataset.Rows, int(dataset.get('NumberOfFrames', 1) or 1)
        except Exception:
            continue
        yield os.path.basename(path), path, dataset


def decoding():
    n = 0
    for name, path, dataset in samples():
        other = theirs(path, dataset)
        if other is None or 'embedded-sequence' in name:
            continue  # cut or spoilt on purpose
        frames = int(dataset.get('NumberOfFrames', 1) or 1)
        for k in {0, frames - 1}:
            ours, said = decoded(path, k)
            want = other if frames == 1 else other[k]
            good = ours is not None and ours.shape == want.shape and \
                np.array_equal(ours.astype(int), want.astype(int))
            ok(good, 'decode %s %d%s' % (name, k, '' if good else ': ' + said))
            n += 1
    ok(n >= 40, 'decode: %d frames were compared' % n)


WRITTEN = {
    '1.2.840.10008.1.2.5': ('dcmdrle', 'gdcmconv', 'pydicom'),
    '1.2.840.10008.1.2.4.70': ('dcmdjpeg', 'gdcmconv'),
    '1.2.840.10008.1.2.4.80': ('dcmdjpls', 'gdcmconv'),
    '1.2.840.10008.1.2.4.90': ('gdcmconv',),
    '1.2.840.10008.1.2.2': ('dcmconv', 'pydicom'),
    '1.2.840.10008.1.2.1.99': ('dcmconv', 'pydicom'),
}


def read_back(tool, path):
    out = at('back.dcm')
    if os.path.exists(out):
        os.remove(out)
    if tool == 'pydicom':
        return pydicom.dcmread(path).pixel_array
    words = {'gdcmconv': ('gdcmconv', '--raw', path, out),
             'dcmconv': ('dcmconv', '+te', path, out)}
    said = run(*words.get(tool, (tool, path, out)))
    if not os.path.exists(out):
        raise Exception(said.stderr[-100:])
    back = pydicom.dcmread(out)
    if not back.PixelRepresentation or back.BitsAllocated == back.BitsStored:
        return back.pixel_array
    # Some leave what stands above a negative's stored bits empty.
    up = back.BitsAllocated - back.BitsStored
    return back.pixel_array << up >> up


def writing():
    for name in ('CT_small.dcm', 'MR_small.dcm', 'JPGExtended.dcm',
                 'SC_rgb_rle.dcm', 'SC_rgb_rle_2frame.dcm', 'J2K_pixelrep_mismatch.dcm'):
        path = os.path.join(FOLDER, 'test_files', name)
        for syntax, tools in WRITTEN.items():
            said = run(BATCH, 'file', path, syntax, at('new.dcm'))
            ours = decoded(path)[0]
            for tool in tools:
                try:
                    back = read_back(tool, at('new.dcm'))
                    back = back if back.ndim == ours.ndim else back[0]
                    good, why = np.array_equal(ours, back), 'other pixels'
                except Exception as e:
                    good, why = False, str(e) + said.stderr
                ok(good, 'written %s as %s, read by %s%s' % (
                    name, syntax, tool, '' if good else ': ' + why))


def picture_of(path, window):
    for tool in ('dcm2pnm', 'dcmj2pnm', 'dcml2pnm'):
        if os.path.exists(at('d.pnm')):
            os.remove(at('d.pnm'))
        run(tool, '+op', '+F', '1', *(['+Ww', *window] if window else []),
            path, at('d.pnm'))
        if os.path.exists(at('d.pnm')):
            return pnm(at('d.pnm'))
    return None


def picturing():
    n = 0
    for name, path, dataset in samples():
        grey = dataset.PhotometricInterpretation.startswith('MONO')
        for window in (('40', '400'), ('300.5', '777'), ('600', '1600')) \
                if grey else ((),):
            want = picture_of(path, window)
            if want is None:
                continue
            said = run(BATCH, 'render', path, '0', at('o.png'), *window)
            ours = png(at('o.png')) if not said.returncode else None
            apart = 1 if 'ybr_full_422_uncompressed' in name else 0
            good = ours is not None and ours.shape == want.shape and \
                np.abs(ours - want).max() <= apart
            ok(good, 'picture %s %s' % (name, ' '.join(window)))
            n += 1
    ok(n >= 60, 'picture: %d were compared' % n)


def made(name, **attributes):
    """CT_small with other attributes."""
    dataset = pydicom.dcmread(os.path.join(FOLDER, 'test_files', 'CT_small.dcm'))
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    dataset.save_as(at(name))
    return at(name)


def inverted():
    path = made('m1.dcm', PhotometricInterpretation='MONOCHROME1')
    for window in (('40', '400'), ('300.5', '777')):
        want = picture_of(path, window)
        run(BATCH, 'render', path, '0', at('o.png'), *window)
        ok(np.array_equal(png(at('o.png')), want),
           'picture MONOCHROME1 %s' % ' '.join(window))


decoding()
writing()
picturing()
inverted()
print('1..%d' % done)
sys.exit(bad > 0)
