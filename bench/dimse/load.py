# SPDX-License-Identifier: MIT
"""load.py: what bench/dimse/run sends and asks.
    make FOLDER PARTS N     N CT slices of 525 KB in PARTS folders, a study each 250
    disk FILE N             their bytes, one fdatasync each: slices a second
    find PORT AET           queries by PatientID on one association: median, in ms"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__),
                                "../../tests/doors/dicom"))
SIZE = 525_000
ROOT = "1.2.826.0.1.3680043.10.998."


def slice_of():
    """One slice; numbers of fixed width stand where UIDs differ."""
    from pydicom.dataset import Dataset, FileMetaDataset
    import io
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    d.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    d.SOPClassUID = d.file_meta.MediaStorageSOPClassUID
    d.SOPInstanceUID = ROOT + "3.18888.177777"
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.StudyInstanceUID = ROOT + "1.18888"
    d.SeriesInstanceUID = ROOT + "2.18888.1"
    d.PatientID, d.PatientName = "BENCH18888", "Bench^Patient"
    d.PatientBirthDate, d.PatientSex = "19500101", "F"
    d.StudyDate, d.StudyTime, d.AccessionNumber = "20260705", "101112", "A18888"
    d.StudyDescription, d.SeriesDescription = "CT head", "5 mm"
    d.StudyID, d.SeriesNumber, d.InstanceNumber = "1", "1", "177777"
    d.Modality, d.Manufacturer = "CT", "bench"
    d.ImagePositionPatient, d.PixelSpacing = [0, 0, 0], [0.5, 0.5]
    d.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
    d.Rows = d.Columns = 512
    d.BitsAllocated = d.BitsStored = 16
    d.HighBit, d.PixelRepresentation = 15, 0
    d.PixelData = os.urandom(4096) * 128
    d.is_little_endian, d.is_implicit_VR = True, False
    out = io.BytesIO()
    d.save_as(out, write_like_original=False)
    return out.getvalue()


def make(folder, parts, n):
    whole = slice_of()
    parts, n = int(parts), int(n)
    for i in range(n):
        to = "%s/%d" % (folder, i * parts // n + 1)
        os.makedirs(to, exist_ok=True)
        study = i // 250 if parts == 1 else i * parts // n
        raw = whole.replace(b"18888", b"1%04d" % study)
        with open("%s/%05d" % (to, i), "wb") as file:
            file.write(raw.replace(b"177777", b"1%05d" % i))


def disk(path, n):
    raw = os.urandom(SIZE)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    begun = time.perf_counter()
    for _ in range(int(n)):
        os.write(fd, raw)
        os.fdatasync(fd)
    print(int(n) / (time.perf_counter() - begun))
    os.close(fd)
    os.unlink(path)


def find(port, aet):
    import scu
    abstract = "1.2.840.10008.5.1.4.1.2.2.1"
    a = scu.Association(int(port), [(abstract, [scu.IMPLICIT])], called=aet)
    keys = b"".join(scu.element(tag, scu.uid(text)) for tag, text in (
        (0x00080052, "STUDY "), (0x00100020, "BENCH10000"),
        (0x0020000D, "")))
    took = []
    for _ in range(500):
        begun = time.perf_counter()
        a.send(a.context(abstract), {0x2: abstract, 0x100: scu.C_FIND,
                                     0x700: 0}, keys)
        found = 0
        while a.message()[1][0x900] in (0xFF00, 0xFF01):
            found += 1
        assert found == 1, found
        took.append(time.perf_counter() - begun)
    a.release()
    print(sorted(took)[len(took) // 2] * 1000)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
