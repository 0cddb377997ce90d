# SPDX-License-Identifier: MIT
"""Synthetic CT for the benchmark: make.py FOLDER STUDIES INSTANCES

Writes STUDIES studies of one series of INSTANCES axial images each (512 x 512
of 16 bits, explicit little endian) as FOLDER/STUDY/NUMBER.dcm, and for each
study the body of a STOW-RS request as FOLDER/STUDY.body, whose boundary is
"bench".  The same each time."""
import array
import math
import os
import random
import sys

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.8.498.77."


def head(study):
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.SOPClassUID = CTImageStorage
    ds.StudyDate = ds.SeriesDate = "202611%02d" % (study % 28 + 1)
    ds.StudyTime = ds.SeriesTime = "101500"
    ds.AccessionNumber = "ACC%06d" % study
    ds.Modality = "CT"
    ds.Manufacturer = "SYNTHETIC"
    ds.InstitutionName = "SYNTHETIC"
    ds.ReferringPhysicianName = "REFERRER^SYNTHETIC"
    ds.StudyDescription = "CT CHEST"
    ds.SeriesDescription = "AXIAL 1.0"
    ds.PatientName = "SYNTHETIC^PATIENT%d" % study
    ds.PatientID = "PAT%06d" % study
    ds.PatientBirthDate = "19600101"
    ds.PatientSex = "O"
    ds.BodyPartExamined = "CHEST"
    ds.SliceThickness = ds.KVP = "1"
    ds.StudyInstanceUID = ROOT + "1.%d" % study
    ds.SeriesInstanceUID = ROOT + "2.%d" % study
    ds.FrameOfReferenceUID = ROOT + "4.%d" % study
    ds.StudyID = str(study)
    ds.SeriesNumber = 1
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing = [0.7, 0.7]
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows = ds.Columns = 512
    ds.BitsAllocated = 16
    ds.BitsStored = 12
    ds.HighBit = 11
    ds.PixelRepresentation = 0
    ds.WindowCenter = "1040"
    ds.WindowWidth = "400"
    ds.RescaleIntercept = "-1024"
    ds.RescaleSlope = "1"
    return ds


def picture(n):
    """A round body with soft bands in it, and noise."""
    chance, pixels = random.Random(n), array.array("H")
    bands = [1040 + int(60 * math.sin((x + n) / 19.0)) for x in range(512)]
    for y in range(512):
        noise = chance.randbytes(512)
        half = math.sqrt(max(0, 180 ** 2 - (y - 256) ** 2)) * 1.3
        row = [(bands[x] if abs(x - 256) < half else 24) + noise[x] % 25
               for x in range(512)]
        pixels.extend(row)
    return pixels.tobytes()


def save(ds, path, number, study, pixels):
    ds.SOPInstanceUID = ROOT + "3.%d.%d" % (study, number)
    ds.InstanceNumber = number
    ds.ImagePositionPatient = [-180, -180, number]
    ds.SliceLocation = number
    ds.PixelData = pixels
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = FileDataset(path, ds, file_meta=meta, preamble=b"\0" * 128)
    file.is_little_endian, file.is_implicit_VR = True, False
    file.save_as(path, write_like_original=False)


def main():
    folder, studies, instances = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    pictures = [picture(n) for n in range(8)]
    for study in range(1, studies + 1):
        os.makedirs("%s/%d" % (folder, study))
        with open("%s/%d.body" % (folder, study), "wb") as body:
            for number in range(1, instances + 1):
                path = "%s/%d/%d.dcm" % (folder, study, number)
                save(head(study), path, number, study, pictures[number % 8])
                body.write(b"--bench\r\nContent-Type: application/dicom\r\n\r\n")
                with open(path, "rb") as file:
                    body.write(file.read())
                body.write(b"\r\n")
            body.write(b"--bench--\r\n")


main()
