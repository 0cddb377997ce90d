#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files for the scenes about post and migration.
    made.py classes FOLDER       one study with an instance of each storage class
    made.py later FOLDER N [SIZE]  one study of N instances of SIZE KiB of pixels
    made.py old FOLDER SAMPLES   a dozen studies of the last days, of real files
    made.py new FOLDER FILES...  the same files as other instances
    made.py stow FOLDER URL      sends what is in the folder by STOW-RS
"""
import datetime
import os
import sys
import urllib.request

import pydicom
from pydicom._uid_dict import UID_dictionary
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid


def keep(folder, n, dataset):
    dataset.save_as(os.path.join(folder, '%04d.dcm' % n), write_like_original=False)


def plain(sop_class, study, patient, description):
    d = Dataset()
    d.SOPClassUID, d.SOPInstanceUID = sop_class, generate_uid()
    d.StudyInstanceUID, d.SeriesInstanceUID = study, generate_uid()
    d.PatientID, d.PatientName = patient, 'Test^' + patient
    d.StudyDate, d.Modality, d.StudyDescription = '20260901', 'OT', description
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d.file_meta.MediaStorageSOPClassUID = sop_class
    d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
    d.is_little_endian, d.is_implicit_VR = True, False
    return d


def classes(folder):
    study = generate_uid()
    uids = [uid for uid, row in UID_dictionary.items()
            if row[1] == 'SOP Class' and row[0].endswith('Storage') and not row[3]
            and uid.startswith('1.2.840.10008.5.1.4.1.1.') and '.1.1.200.' not in uid]
    for n, uid in enumerate(sorted(uids)[:100]):
        keep(folder, n, plain(uid, study, 'CLASSES', 'Every class'))


def later(folder, n, size=4):
    study = generate_uid()
    for i in range(int(n)):
        d = plain('1.2.840.10008.5.1.4.1.1.7', study, 'LATER', 'LATER')
        d.Rows = d.Columns = 256
        d.SamplesPerPixel, d.PhotometricInterpretation = 1, 'MONOCHROME2'
        d.BitsAllocated = d.BitsStored = 8
        d.HighBit, d.PixelRepresentation = 7, 0
        d.PixelData = bytes([i % 256]) * (int(size) * 1024)
        d.NumberOfFrames = 1
        keep(folder, i, d)


def old(folder, samples):
    names = ('CT_small MR_small_RLE JPEG2000 MR_small_jpeg_ls_lossless test-SR rtplan '
             'SC_rgb_rle_2frame JPEG-lossy MR_small_implicit SC_rgb_jpeg_dcmtk waveform_ecg rtdose').split()
    today = datetime.date.today()
    n = 0
    for i, name in enumerate(names):
        study = generate_uid()
        for k in range(1 + i % 3):
            d = pydicom.dcmread(os.path.join(samples, name + '.dcm'), force=True)
            d.StudyInstanceUID, d.SOPInstanceUID = study, generate_uid()
            d.file_meta.MediaStorageSOPInstanceUID = d.SOPInstanceUID
            d.StudyDate = (today - datetime.timedelta(days=i % 9)).strftime('%Y%m%d')
            d.PatientID = 'OLD%d' % (i // 2)
            keep(folder, n, d)
            n += 1


def new(folder, *files):
    for file in files:
        d = pydicom.dcmread(file)
        d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        d.save_as(os.path.join(folder, os.path.basename(file)), write_like_original=False)


def stow(folder, url):
    body = b''
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), 'rb') as file:
            body += b'--part\r\nContent-Type: application/dicom\r\n\r\n' + file.read() + b'\r\n'
    request = urllib.request.Request(url + '/studies', body + b'--part--\r\n', {
        'Content-Type': 'multipart/related; type="application/dicom"; boundary=part',
        'Accept': 'application/dicom+json'})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200, answer.status


if __name__ == '__main__':
    os.makedirs(sys.argv[2], exist_ok=True)
    {'classes': classes, 'later': later, 'old': old, 'new': new, 'stow': stow}[sys.argv[1]](*sys.argv[2:])
