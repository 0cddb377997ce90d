#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Our pixels beside those of others, sample by sample.  Speaks TAP.

    against_peers.py IMAGING_BATCH FOLDER_OF_PYDICOM_SAMPLES

decode   pydicom (with GDCM) gives the same numbers; colours of JPEG in YBR,
         which it leaves as they are, are compared with dcmdjpeg's
written  what we write is read by DCMTK, GDCM and pydicom, bit by bit
picture  a window to 8 bits is DCMTK's, bit by bit.  One kind is not: YBR_FULL
         that is not JPEG.  DCMTK cuts each term of the equations to a whole
         number, we round their sum: apart by 1 at most, green by 2
made     kinds that no sample has, made here with pydicom: palettes, LUTs,
         functional groups, packed bits, fractions, near-lossless JPEG-LS,
         lossless JPEG of every predictor; beside DCMTK, pydicom or numpy
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


def shown(path, *window):
    """Our picture, or why there is none."""
    said = run(BATCH, 'render', path, '0', at('o.png'), *window)
    return said.stderr if said.returncode else png(at('o.png'))


def same(ours, want, name, apart=0):
    want = np.asarray(want)
    good = not isinstance(ours, str) and ours.shape == want.shape and \
        np.abs(ours.astype(float) - want.astype(float)).max() <= apart
    why = ours if isinstance(ours, str) else '' if good else \
        ': %s %s' % (ours.shape, ours.ravel()[:12])
    ok(good, name + ('' if good else ': ' + why))


def cut(values):
    """0..255 as we cut it: never rounded up."""
    return np.clip(np.floor(np.asarray(values, float) + 1e-9), 0, 255)


def linear(values, center, width):
    """PS3.3 C.11.2.1.2.1."""
    x = np.asarray(values, float)
    y = ((x - (center - .5)) / (width - 1) + .5) * 255
    y = np.where(x <= center - .5 - (width - 1) / 2, 0, y)
    return np.where(x > center - .5 + (width - 1) / 2, 255, y)


def stretched(values):
    """Without a window: from the least to the most."""
    x = np.asarray(values, float)
    low, high = x.min(), x.max()
    return linear(x, (low + high) / 2 + .5, high - low + 1)


def new(name, array, frames=1, **attributes):
    """A secondary capture of these samples, and what else it says."""
    a = np.asarray(array)
    bits = a.dtype.itemsize * 8
    dataset = made_from()
    shape = a.shape[1:] if frames > 1 else a.shape
    if len(shape) > 1:
        dataset.Rows, dataset.Columns = shape[:2]
    dataset.SamplesPerPixel = shape[2] if len(shape) > 2 else 1
    dataset.PhotometricInterpretation = 'RGB' if len(shape) > 2 \
        else 'MONOCHROME2'
    if len(shape) > 2:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = int(a.dtype.kind == 'i')
    if frames > 1:
        dataset.NumberOfFrames = frames
    data = a.tobytes()
    dataset.PixelData = data + bytes(len(data) % 2)
    dataset['PixelData'].VR = 'OW' if bits > 8 else 'OB'
    for keyword, value in attributes.items():
        put(dataset, keyword, value)
    dataset.save_as(at(name))
    return at(name)


def put(dataset, keyword, value):
    """None takes it away.  Of two VRs, the one that fits."""
    if value is None:
        del dataset[keyword]
        return
    vr = pydicom.datadict.dictionary_VR(keyword)
    if ' or ' in vr:
        vr = 'OW' if isinstance(value, bytes) else \
            'SS' if np.min(value) < 0 else 'US'
    dataset.add_new(pydicom.datadict.tag_for_keyword(keyword), vr, value)


def made_from():
    """A file's head, with nothing in it about pixels."""
    dataset = pydicom.dcmread(os.path.join(FOLDER, 'test_files',
                                           'CT_small.dcm'))
    for e in list(dataset):
        if e.tag.group in (0x28, 0x7fe0, 0xfffc) or e.keyword == \
                'PixelSpacing' or e.tag.is_private:
            del dataset[e.tag]
    return dataset


def item(**attributes):
    one = pydicom.Dataset()
    for keyword, value in attributes.items():
        put(one, keyword, value)
    return one


def words(values, big=False):
    return np.asarray(values, '>u2' if big else '<u2').tobytes()


RAMP8 = np.arange(256, dtype=np.uint8).reshape(16, 16)
RAMP16 = np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32)
RED, GREEN, BLUE = 'Red', 'Green', 'Blue'


def palette_of(n, first, bits, tables, segments=False):
    says = {}
    for colour, table in zip((RED, GREEN, BLUE), tables):
        says[colour + 'PaletteColorLookupTableDescriptor'] = [n, first, bits]
        says[('Segmented' if segments else '') + colour +
             'PaletteColorLookupTableData'] = table
    return dict(says, PhotometricInterpretation='PALETTE COLOR')


def palettes():
    rng = np.random.default_rng(1)
    tables = rng.integers(0, 256, (3, 256))
    want = np.moveaxis(tables[:, RAMP8], 0, 2)
    wide = tables * 256 + rng.integers(0, 256, (3, 256))
    path = new('p16.dcm', RAMP8, **palette_of(256, 0, 16, map(words, wide)))
    same(shown(path), want, 'palette of 16 bits')
    same(shown(path), picture_of(path, ()), "palette of 16 bits is DCMTK's")
    path = new('p8.dcm', RAMP8, **palette_of(
        256, 0, 8, [t.astype(np.uint8).tobytes() for t in tables]))
    same(shown(path), want, 'palette of 8 bits, two in a word')
    path = new('p8w.dcm', RAMP8, **palette_of(256, 0, 8, map(words, tables)))
    same(shown(path), want, 'palette of 8 bits, a word each')
    path = new('p816.dcm', RAMP8, **palette_of(256, 0, 16,
                                               map(words, tables)))
    same(shown(path), want, 'palette of 16 bits that uses 8')
    part = rng.integers(0, 65536, (3, 100))
    path = new('pf.dcm', RAMP8, **palette_of(100, 50, 16, map(words, part)))
    index = np.clip(RAMP8.astype(int) - 50, 0, 99)
    same(shown(path), np.moveaxis(part[:, index] >> 8, 0, 2),
         'palette that begins at 50: its ends stand for the rest')
    path = new('ps.dcm', RAMP8.view(np.int8), **palette_of(
        256, -128, 16, map(words, wide)))
    same(shown(path), np.moveaxis(tables[:, RAMP8.view(np.int8).astype(int) +
                                         128], 0, 2),
         'palette of negative values')
    high = RAMP16 | 0x8000
    path = new('po.dcm', high & 0x80FF, **palette_of(256, 0, 16, map(
        words, wide)), BitsStored=8, HighBit=7)
    same(shown(path), np.moveaxis(tables[:, high & 255], 0, 2),
         'palette below an overlay')


def segments():
    # Discrete of 2, linear to 60000 by 100, the first two again, and so on.
    red = [0, 2, 500, 1000, 1, 100, 60000, 2, 2, 0, 0, 1, 52, 7]
    path = new('seg.dcm', RAMP8, **palette_of(256, 0, 16, [words(red)] * 3,
                                              True))
    table = [500, 1000] + [round(1000 + 59000 * k / 100)
                           for k in range(1, 101)]
    table += [500, 1000] + [round(1000 + 59000 * k / 100)
                            for k in range(1, 101)]
    table += [round(60000 + (7 - 60000) * k / 52) for k in range(1, 53)]
    want = np.repeat((np.array(table) >> 8)[RAMP8][..., None], 3, 2)
    same(shown(path), want, 'segmented palette of 16 bits')
    dataset = pydicom.dcmread(path)
    lut = pydicom.pixel_data_handlers.util.apply_color_lut(
        dataset.pixel_array, dataset)
    same(shown(path), lut >> 8, "segmented palette is pydicom's", 1)
    red = bytes([0, 2, 5, 10, 1, 100, 200, 2, 2, 0, 0, 0, 0, 1, 52, 7])
    path = new('seg8.dcm', RAMP8, **palette_of(256, 0, 8, [red] * 3, True))
    dataset = pydicom.dcmread(path)
    lut = pydicom.pixel_data_handlers.util.apply_color_lut(
        dataset.pixel_array, dataset)
    same(shown(path), lut, "segmented palette of 8 bits is pydicom's", 1)
    for why, red in (('goes on for ever', [2, 65535, 0, 0]),
                     ('is empty', [0, 0] * 500), ('ends early', [0, 256, 1]),
                     ('names what is not', [2, 1, 9999, 9]),
                     ('begins with a line', [1, 256, 9]), ('is odd', [7, 1])):
        path = new('bad.dcm', RAMP8, **palette_of(
            256, 0, 16, [words(red)] * 3, True))
        ok('palette' in str(shown(path)), 'a segmented palette that ' + why)


def luts():
    rng = np.random.default_rng(2)
    low = RAMP16 >> 4  # 0..4095
    table = np.sort(rng.integers(0, 4096, 4096))
    says = dict(BitsStored=12, HighBit=11)
    modality = item(LUTDescriptor=[4096, 0, 16], ModalityLUTType='US',
                    LUTData=list(map(int, table)))
    path = new('mod.dcm', low, ModalityLUTSequence=[modality], **says)
    dataset = pydicom.dcmread(path)
    values = pydicom.pixel_data_handlers.util.apply_modality_lut(low, dataset)
    same(shown(path, '1000', '2000'), cut(linear(values, 1000, 2000)),
         'modality LUT, by pydicom')
    same(shown(path, '1000', '2000'), picture_of(path, ('1000', '2000')),
         "modality LUT is DCMTK's")
    voi = item(LUTDescriptor=[4096, 0, 12], LUTData=list(map(int, table)))
    path = new('voi.dcm', low, VOILUTSequence=[voi], **says)
    want = cut(table[low] * 255 / 4095)
    same(shown(path), want, 'VOI LUT')
    same(shown(path, '1000', '2000'), cut(linear(low, 1000, 2000)),
         'a window that is asked for comes before a VOI LUT')
    few = item(LUTDescriptor=[3, 100, 8], LUTData=[10, 20, 200])
    path = new('few.dcm', low, VOILUTSequence=[few], **says)
    want = np.where(low <= 100, 10, np.where(low == 101, 20, 200))
    same(shown(path), want, 'VOI LUT of three entries')
    path = new('resc.dcm', low, RescaleSlope='2', RescaleIntercept='-1000',
               WindowCenter=['1000', '5'], WindowWidth=['3000', '6'], **says)
    same(shown(path), cut(linear(low * 2.0 - 1000, 1000, 3000)),
         'rescale, and the first window of the file')
    path = new('sig.dcm', low, WindowCenter='2000', WindowWidth='1000',
               VOILUTFunction='SIGMOID', **says)
    same(shown(path), cut(255 / (1 + np.exp(-4 * (low - 2000.0) / 1000))),
         'a sigmoid of the file')
    for descriptor in ([4096, 0, 0], [4096, 0, 17], [0, 0, 16]):
        few = item(LUTDescriptor=descriptor, LUTData=[1, 2, 3])
        path = new('bad.dcm', low, VOILUTSequence=[few], **says)
        same(shown(path), cut(stretched(low)), 'no VOI LUT: %s' % descriptor)
    signed = (low.astype(np.int16) - 2048)
    path = new('sgn.dcm', signed & 0xFFF, BitsStored=12, HighBit=11,
               PixelRepresentation=1)
    same(shown(path), cut(stretched(signed)), 'signed, 12 of 16 bits')
    path = new('pad.dcm', signed, PixelPaddingValue=-2048)
    rest = signed[signed != -2048].astype(float)
    want = cut(linear(signed, (rest.min() + rest.max()) / 2 + .5,
                      rest.max() - rest.min() + 1))
    same(shown(path), want, 'padding does not count')
    path = new('hb.dcm', (low << 4).astype(np.uint16), BitsStored=12,
               HighBit=15)
    same(shown(path), cut(stretched(low)), 'stored bits at the top')
    path = new('mono1.dcm', low, PhotometricInterpretation='MONOCHROME1',
               **says)
    same(shown(path), cut(255 - stretched(low)), 'MONOCHROME1')


def groups():
    a = np.stack([RAMP16 >> 4, RAMP16 >> 5, RAMP16 >> 6])

    def rescale(slope, intercept):
        return [item(RescaleSlope=slope, RescaleIntercept=intercept,
                     RescaleType='US')]

    def window(center, width):
        return [item(WindowCenter=center, WindowWidth=width)]
    shared = item(PixelValueTransformationSequence=rescale('2', '-7'),
                  FrameVOILUTSequence=window('300', '600'))
    own = [item(), item(PixelValueTransformationSequence=rescale('3', '5')),
           item(FrameVOILUTSequence=window('100', '200'))]
    path = new('groups.dcm', a, 3, SharedFunctionalGroupsSequence=[shared],
               PerFrameFunctionalGroupsSequence=own, RescaleSlope='9')
    for k, (slope, more, center, width) in enumerate((
            (2, -7, 300, 600), (3, 5, 300, 600), (2, -7, 100, 200))):
        said = run(BATCH, 'render', path, str(k), at('o.png'))
        ours = png(at('o.png')) if not said.returncode else said.stderr
        same(ours, cut(linear(a[k] * float(slope) + more, center, width)),
             'functional groups, frame %d' % (k + 1))
    shared.PixelMeasuresSequence = [item(PixelSpacing=['2', '1'])]
    path = new('groups.dcm', a, 3, SharedFunctionalGroupsSequence=[shared])
    ours = shown(path)
    ok(not isinstance(ours, str) and ours.shape == (64, 32),
       'functional groups: pixels twice as high')
    path = new('aspect.dcm', RAMP8, PixelAspectRatio=[1, 2])
    ours = shown(path)
    ok(not isinstance(ours, str) and ours.shape == (16, 32),
       'pixels twice as wide: a picture of twice the columns')
    path = new('aspect.dcm', RAMP8, PixelAspectRatio=[2, 1])
    ours = shown(path)
    ok(not isinstance(ours, str) and ours.shape == (32, 16),
       'pixels twice as high: a picture of twice the rows')
    path = new('aspect.dcm', RAMP8, PixelAspectRatio=[0, 1])
    same(shown(path), cut(stretched(RAMP8)), 'an aspect of 0 is none')


def depths():
    rng = np.random.default_rng(3)
    deep = rng.integers(0, 4096, (7, 10))
    bits = (deep.ravel()[:, None] >> np.arange(12)) & 1
    packed = np.packbits(bits.astype(np.uint8).ravel(), bitorder='little')
    says = dict(Rows=7, Columns=10, BitsAllocated=12, BitsStored=12,
                HighBit=11)
    path = new('b12.dcm', packed, **dict(says, Rows=7))
    same(decoded(path)[0], deep, '12 bits packed')
    same(shown(path), cut(stretched(deep)), '12 bits packed, a picture')
    three = rng.integers(0, 2, (3, 5, 7)).astype(np.uint8)
    packed = np.packbits(three.ravel(), bitorder='little')
    path = new('b1.dcm', packed, Rows=5, Columns=7, BitsAllocated=1,
               BitsStored=1, HighBit=0, NumberOfFrames=3)
    want = pydicom.dcmread(path).pixel_array
    for k in range(3):
        same(decoded(path, k)[0], want[k],
             '1 bit, frame %d begins inside a byte' % (k + 1))
    same(shown(path), want[0] * 255, '1 bit, a picture')
    run(BATCH, 'file', path, '1.2.840.10008.1.2.2', at('new.dcm'))
    for k in range(3):
        same(decoded(at('new.dcm'), k)[0], want[k],
             '1 bit, frame %d in big endian' % (k + 1))
    for kind, keyword in ((np.float32, 'FloatPixelData'),
                          (np.float64, 'DoubleFloatPixelData')):
        a = (np.arange(48).reshape(6, 8) / 47.0 - .5).astype(kind)
        a[0, 0] = np.nan
        n = a.dtype.itemsize * 8
        path = new('f.dcm', a, **{'PixelData': None, 'BitsStored': None,
                                  'HighBit': None, keyword: a.tobytes()})
        raw = run(BATCH, 'decode', path, '0', at('raw'))
        good = raw.returncode == 0 and open(at('raw'), 'rb').read() == \
            a.tobytes()
        ok(good, 'fractions of %d bits%s' % (n, raw.stderr))
        v = np.nan_to_num(a.astype(float))
        low, high = v.min(), v.max()
        same(shown(path), cut((v - low) / (high - low) * 255),
             'fractions of %d bits, a picture' % n, 1)
        for syntax in ('1.2.840.10008.1.2', '1.2.840.10008.1.2.2',
                       '1.2.840.10008.1.2.1.99'):
            run(BATCH, 'file', path, syntax, at('new.dcm'))
            raw = run(BATCH, 'decode', at('new.dcm'), '0', at('raw'))
            ok(raw.returncode == 0 and
               open(at('raw'), 'rb').read() == a.tobytes(),
               'fractions of %d bits as %s' % (n, syntax))
    a = rng.integers(0, 2 ** 32, (5, 6)).astype(np.uint32)
    path = new('u32.dcm', a)
    same(decoded(path)[0], a, '32 bits')
    same(shown(path), cut(stretched(a)), '32 bits, a picture')


def colours():
    rng = np.random.default_rng(4)
    a = rng.integers(0, 256, (6, 8, 3)).astype(np.uint8)
    path = new('rgb.dcm', a)
    same(shown(path), a, 'RGB')
    path = new('planes.dcm', np.ascontiguousarray(np.moveaxis(a, 2, 0)),
               Rows=6, Columns=8, SamplesPerPixel=3, PlanarConfiguration=1,
               PhotometricInterpretation='RGB')
    same(shown(path), a, 'RGB in planes')
    path = new('rgb16.dcm', a.astype(np.uint16) << 8 | 77)
    same(shown(path), a, 'RGB of 16 bits')
    path = new('rgb12.dcm', a.astype(np.uint16) << 8 | 77, BitsStored=12,
               HighBit=15)
    same(shown(path), a, 'RGB of 12 bits at the top')
    path = new('ybr.dcm', a, PhotometricInterpretation='YBR_FULL')
    y, b, r = (a[..., k].astype(float) for k in range(3))
    b, r = b - 128, r - 128

    def rgb(y, b, r):
        return np.clip(np.floor(np.stack(
            [y + 1.402 * r, y - .344136 * b - .714136 * r, y + 1.772 * b],
            2) + .5), 0, 255)
    same(shown(path), rgb(y, b, r), 'YBR_FULL by its equations', 1)
    same(shown(path), picture_of(path, ()), "YBR_FULL is DCMTK's", 2)
    same(shown(path), pydicom.pixel_data_handlers.util.convert_color_space(
        a, 'YBR_FULL', 'RGB'), "YBR_FULL is pydicom's", 1)
    half = rng.integers(16, 236, (6, 16)).astype(np.uint8)
    for kind in ('YBR_FULL_422', 'YBR_PARTIAL_422'):
        path = new('422.dcm', half, Rows=6, Columns=8, SamplesPerPixel=3,
                   PlanarConfiguration=0, PhotometricInterpretation=kind)
        same(shown(path), picture_of(path, ()), kind + " is DCMTK's", 2)
        four = half.reshape(6, 4, 4).astype(float)
        y = four[..., :2].reshape(6, 8)
        b, r = (np.repeat(four[..., k], 2, 1) - 128 for k in (2, 3))
        want = rgb(y, b, r) if 'FULL' in kind else rgb(
            (y - 16) * 255 / 219, b * 255 / 224, r * 255 / 224)
        same(shown(path), want, kind + ' by its equations', 1)
        said = run(BATCH, 'file', path, '1.2.840.10008.1.2.4.80',
                   at('new.dcm'))
        ok('PARTIAL' in said.stderr if said.returncode else
           pydicom.dcmread(at('new.dcm')).PhotometricInterpretation ==
           'YBR_FULL', kind + ' in JPEG-LS is YBR_FULL, or refused')
        path = new('odd.dcm', half[:, :14], Rows=6, Columns=7,
                   SamplesPerPixel=3, PlanarConfiguration=0,
                   PhotometricInterpretation=kind)
        ok('7 columns' in str(shown(path)), kind + ' cannot be of 7 columns')
    for kind in ('HSV', 'ARGB', 'NONSENSE'):
        path = new('c.dcm', a, PhotometricInterpretation=kind)
        ok('cannot be shown' in str(shown(path)), 'no picture of ' + kind)


def encoded(path, tool, *how):
    """The file as another encodes it, and as it decodes that again."""
    for name in ('n.dcm', 'd.dcm'):
        if os.path.exists(at(name)):
            os.remove(at(name))
    run(tool, *how, path, at('n.dcm'))
    back = {'dcmcjpls': ('dcmdjpls',), 'dcmcjpeg': ('dcmdjpeg', '+cp')}[tool]
    run(*back, at('n.dcm'), at('d.dcm'))
    return at('n.dcm'), pydicom.dcmread(at('d.dcm')).pixel_array


def encoded_by_others():
    rng = np.random.default_rng(5)
    flat = np.cumsum(rng.integers(-3, 4, (40, 50)), 1) + 1000
    a = flat.astype(np.uint16)
    path = new('plain.dcm', a, BitsStored=12, HighBit=11)
    for near in ('1', '2', '5'):
        coded, want = encoded(path, 'dcmcjpls', '+en', '+md', near)
        same(decoded(coded)[0], want, 'near-lossless JPEG-LS by %s' % near)
        ok(0 < np.abs(want.astype(int) - a).max() <= int(near),
           '... and it is near, by %s' % near)
    for value in '1234567':
        coded, _ = encoded(path, 'dcmcjpeg', '+el', '+sv', value)
        same(decoded(coded)[0], a, 'lossless JPEG, predictor ' + value)
    coded, want = encoded(path, 'dcmcjpeg', '+el', '+sv', '4', '+pt', '2')
    same(decoded(coded)[0], want, 'lossless JPEG with 2 bits less')
    colour = np.stack([flat % 256, flat * 3 % 256, flat * 7 % 256],
                      2).astype(np.uint8)
    path = new('colour.dcm', colour)
    for value in '1234567':
        coded, _ = encoded(path, 'dcmcjpeg', '+el', '+sv', value)
        same(decoded(coded)[0], colour,
             'lossless JPEG of colours, predictor ' + value)
    for process in ('+eb', '+ee', '+es', '+ep'):
        coded, want = encoded(path, 'dcmcjpeg', process, '+q', '90')
        same(decoded(coded)[0], want,
             'lossy JPEG of colours by dcmcjpeg ' + process)


decoding()
writing()
picturing()
inverted()
palettes()
segments()
luts()
groups()
depths()
colours()
encoded_by_others()
print('1..%d' % done)
sys.exit(bad > 0)
