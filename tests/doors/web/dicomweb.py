# SPDX-License-Identifier: MIT
"""Every sample of pydicom, stored over STOW-RS and asked back: its bytes, its
frames, its attributes, as pydicom itself reads them.  One TAP line each.

    dicomweb.py URL
"""
import email.parser
import glob
import http.client
import json
import os
import sys
import urllib.parse
import warnings

import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import generate_pixel_data_frame
from pydicom.errors import InvalidDicomError

warnings.simplefilter("ignore")
url = urllib.parse.urlparse(sys.argv[1])
wire = http.client.HTTPConnection(url.hostname, url.port, timeout=120)
told = 0
seen = {}


def tell(good, name, more=""):
    global told
    told += 1
    print("%sok %d - %s" % ("" if good else "not ", told, name))
    if not good:
        print("# " + str(more)[:400])


def ask(method, path, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    wire.request(method, "/dicom-web" + path, body, headers)
    answer = wire.getresponse()
    return answer, answer.read()


def parts_of(answer, body):
    """What an email reader makes of a multipart answer."""
    head = "Content-Type: %s\r\n\r\n" % answer.headers["Content-Type"]
    message = email.parser.BytesParser().parsebytes(head.encode() + body)
    boundary = ("\r\n--" + message.get_boundary()).encode()
    pieces = (b"\r\n" + body).split(boundary)[1:-1]
    return [piece.split(b"\r\n\r\n", 1)[1] for piece in pieces]


def store(data):
    answer, body = ask("POST", "/studies", b"--x\r\nContent-Type: "
                       b"application/dicom\r\n\r\n" + data + b"\r\n--x--",
                       Content_Type='multipart/related; '
                       'type="application/dicom"; boundary=x')
    return answer.status, json.loads(body)


def only_one(data, ds):
    """Another UID of the same length, when a sample before had the same."""
    uid = str(ds.SOPInstanceUID)
    seen[uid] = seen.get(uid, 0) + 1
    if seen[uid] == 1:
        return data, uid
    other = uid[:-3] + "%03d" % (900 + seen[uid])
    return data.replace(uid.encode(), other.encode()), other


def frames_of(ds):
    """As they are stored."""
    count = int(ds.get("NumberOfFrames", None) or 1)
    if ds.file_meta.TransferSyntaxUID.is_encapsulated:
        return list(generate_pixel_data_frame(ds.PixelData, count))
    size = ds.Rows * ds.Columns * ds.SamplesPerPixel * ds.BitsAllocated
    if size % 8:
        return []
    return [ds.PixelData[i * size // 8:(i + 1) * size // 8]
            for i in range(count)]


def compare_frames(name, path, ds):
    frames = frames_of(ds)[:40]
    if not frames or not ds.file_meta.TransferSyntaxUID.is_little_endian:
        return
    samples = 2 if "422" in ds.PhotometricInterpretation \
        else ds.SamplesPerPixel
    size = ds.Rows * ds.Columns * samples * ds.BitsAllocated // 8
    if not ds.file_meta.TransferSyntaxUID.is_encapsulated and \
            len(frames[-1]) < size:
        answer, body = ask("GET", path + "/frames/%d" % len(frames))
        tell(answer.status == 404, name + ": a frame that was cut off is none",
             answer.status)
        return
    numbers = ",".join(str(i + 1) for i in range(len(frames)))
    answer, body = ask("GET", path + "/frames/" + numbers, Accept="*/*")
    got = parts_of(answer, body) if answer.status == 200 else []
    tell([g.rstrip(b"\0") for g in got] == [f.rstrip(b"\0") for f in frames],
         name + ": %d frames as pydicom has them" % len(frames),
         (answer.status, [len(g) for g in got], [len(f) for f in frames]))


def words(value):
    """Without the blanks that fill values up."""
    many = value if isinstance(value, (list, pydicom.multival.MultiValue)) \
        else [value]
    return [str("" if v is None else v).strip() for v in many or [""]]


def read_json(row):
    """What pydicom takes of it.  It does not take numbers that are none ("1A"
    as IS, told as text), nor what a file calls UN against the dictionary."""
    got, refused = Dataset(), []
    for tag, element in row.items():
        try:
            got.update(Dataset.from_json({tag: element}, lambda *_: b""))
        except (TypeError, ValueError):
            if element["vr"] not in ("IS", "DS", "AT", "UN"):
                raise
            refused.append(int(tag, 16))
    return got, refused


def compare_metadata(name, path, ds):
    answer, body = ask("GET", path + "/metadata",
                       Accept="application/dicom+json")
    rows = json.loads(body) if answer.status == 200 else [{}]
    got, refused = read_json(rows[0])
    wrong = [e.keyword for e in ds if not e.tag.is_private and e.keyword and
             e.VR in ("UI", "CS", "SH", "LO", "PN", "DA", "TM", "IS", "US") and
             e.keyword not in ("SpecificCharacterSet", "SOPInstanceUID") and
             "Retired" not in e.keyword and e.tag not in refused and
             words(e.value) != words(got.get(e.keyword, None))]
    tell(answer.status == 200 and not wrong, name + ": metadata as pydicom's",
         (answer.status, wrong[:5]))


def walk(path):
    name = os.path.basename(path)
    with open(path, "rb") as file:
        data = file.read()
    try:
        ds = pydicom.dcmread(path)
    except (InvalidDicomError, EOFError, ValueError):
        return
    if not all(key in ds for key in ("StudyInstanceUID", "SeriesInstanceUID",
                                     "SOPInstanceUID")):
        status, said = store(data)
        tell(status == 409, name + ": without identity it is refused", status)
        return
    data, uid = only_one(data, ds)
    status, said = store(data)
    if name == "rtplan_truncated.dcm":  # cut within a sequence: kept by nobody
        tell(status == 409, name + ": refused, as it cannot be read", status)
        return
    tell(status == 200 and said["00081199"]["Value"][0]["00081155"]["Value"][0]
         == uid, name + ": stored", (status, said))
    if status != 200:
        return
    path = "/studies/%s/series/%s/instances/%s" % (
        ds.StudyInstanceUID, ds.SeriesInstanceUID, uid)
    answer, body = ask("GET", path, Accept="application/dicom; "
                       "transfer-syntax=*")
    tell(answer.status == 200 and body == data, name + ": the same bytes",
         (answer.status, len(body), len(data)))
    answer, body = ask("GET", "/instances?SOPInstanceUID=" + uid)
    tell(answer.status == 200 and len(json.loads(body)) == 1,
         name + ": found", (answer.status, body[:100]))
    compare_metadata(name, path, ds)
    if "PixelData" in ds and "Rows" in ds and ds.Rows and ds.PixelData and \
            str(ds.get("NumberOfFrames", None) or 1).isdigit():
        compare_frames(name, path, ds)


folder = os.path.join(os.path.dirname(pydicom.__file__), "data", "test_files")
for sample in sorted(glob.glob(folder + "/**/*.dcm", recursive=True)):
    if "dicomdir" not in sample.lower():
        walk(sample)
print("1..%d" % told)
