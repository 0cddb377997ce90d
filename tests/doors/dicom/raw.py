# SPDX-License-Identifier: MIT
"""raw.py PORT CASE: cases that need a caller of their own (scu.py).  Prints
'ok - NAME' or 'not ok - NAME'."""

import io
import struct
import sys
import threading
import zlib

import scu
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

PORT = int(sys.argv[1])
CT = "1.2.840.10008.5.1.4.1.1.2"
FIND = "1.2.840.10008.5.1.4.1.2.%d.1"
MOVE = "1.2.840.10008.5.1.4.1.2.%d.2"
GET = "1.2.840.10008.5.1.4.1.2.%d.3"
COMMITMENT = "1.2.840.10008.1.20.1"
ROOT = "1.2.826.0.1.3680043.10.999."


def told(good, name, more=""):
    print("%s - %s" % ("ok" if good else "not ok", name))
    if not good and more != "":
        print(more)
    sys.stdout.flush()


def bytes_of(data, implicit=False):
    out = DicomBytesIO()
    out.is_little_endian = True
    out.is_implicit_VR = implicit
    write_dataset(out, data)
    return out.getvalue()


def ct(number, study=1, series=1, **more):
    d = Dataset()
    d.SOPClassUID = CT
    d.SOPInstanceUID = ROOT + "3.%d.%d.%d" % (study, series, number)
    d.StudyInstanceUID = ROOT + "1.%d" % study
    d.SeriesInstanceUID = ROOT + "2.%d.%d" % (study, series)
    d.PatientID = "RAW%d" % study
    d.PatientName = "Raw^Patient"
    d.StudyDate = "20260705"
    d.StudyTime = "101112"
    d.Modality = "CT"
    d.InstanceNumber = number
    d.SeriesNumber = series
    for name, value in more.items():
        setattr(d, name, value)
    return d


def open_store(classes=(CT,), syntaxes=(scu.EXPLICIT,), **more):
    return scu.Association(PORT, [(c, [s]) for c in classes
                                  for s in syntaxes], **more)


def store(a, d, **more):
    return a.store(d.SOPClassUID, d.SOPInstanceUID, bytes_of(d), **more)


def query(a, abstract, **keys):
    d = Dataset()
    for name, value in keys.items():
        setattr(d, name, value)
    context = a.context(abstract)
    implicit = a.syntax(context) == scu.IMPLICIT
    number = a.send(context, {0x2: abstract, 0x100: scu.C_FIND, 0x700: 0},
                    bytes_of(d, implicit))
    return number, context


def read(raw, syntax):
    from pydicom.filereader import read_dataset
    return read_dataset(io.BytesIO(raw), syntax == scu.IMPLICIT,
                        True)


def answers(a, abstract, **keys):
    """All answers and the last status."""
    _, context = query(a, abstract, **keys)
    found = []
    while True:
        _, fields, data = a.message()
        if fields[0x900] not in (0xFF00, 0xFF01):
            return found, fields[0x900]
        found.append((fields[0x900], read(data, a.syntax(context))))


def case_quota():
    calling = {"calling": "CT9"}
    held = [open_store(**calling), open_store(**calling)]
    try:
        open_store(**calling)
        told(False, "a third association is refused")
    except scu.Rejected as no:
        told(no.args == (2, 3, 2), "a third association is refused for now",
             no.args)
    held[0].release()
    for _ in range(50):
        try:
            held[0] = open_store(**calling)
            told(True, "a released one makes room")
            break
        except scu.Rejected:
            threading.Event().wait(0.1)
    else:
        told(False, "a released one makes room")
    for a in held:
        a.abort()


def case_samples():
    """Each sample is stored in its own syntax, and comes back by C-GET with
    the same bytes."""
    kept, seen = {}, set()
    for path in scu.samples():
        sop_class, instance, syntax, data = scu.part10(path)
        if instance in seen and syntax != scu.DEFLATED:
            other = "%s%03d" % (instance[:-3], len(seen))
            data = data.replace(instance.encode(), other.encode())
            instance = other
        seen.add(instance)
        a = open_store((sop_class,), (syntax,))
        status = a.store(sop_class, instance, data)
        a.release()
        name = path[len(scu.SAMPLES) + 1:]
        if "truncated" in name and status:
            told(status == 0xC000, "%s is refused" % name, "%04x" % status)
        elif status:
            told(False, "%s (%s)" % (name, syntax), "%04x" % status)
        else:
            kept[instance] = (name, sop_class, syntax, data)
    syntaxes = sorted({k[2] for k in kept.values()})
    told(len(kept) > 80 and len(syntaxes) >= 10,
         "samples in %d transfer syntaxes are kept" % len(syntaxes), len(kept))
    bad = [name for name, *rest in kept.values()
           if not same(*rest, [i for i in kept if kept[i][0] == name][0])]
    told(not bad, "all %d come back byte for byte" % len(kept), bad)


def same(sop_class, syntax, data, instance):
    abstract = GET % 2
    a = scu.Association(PORT, [(abstract, [scu.EXPLICIT]),
                               (sop_class, [syntax])],
                        roles={sop_class: (0, 1)},
                        extended={abstract: b"\1"})
    d = Dataset()
    d.QueryRetrieveLevel = "IMAGE"
    d.SOPInstanceUID = instance
    a.send(a.context(abstract), {0x2: abstract, 0x100: scu.C_GET, 0x700: 0},
           bytes_of(d))
    got = []
    while True:
        context, fields, more = a.message()
        if fields[0x100] == scu.C_STORE:
            got.append(more)
            a.send(context, {0x2: fields[0x2], 0x100: 0x8001,
                             0x120: fields[0x110], 0x900: 0,
                             0x1000: fields[0x1000]})
        elif fields[0x900] != 0xFF00:
            break
    a.release()
    if syntax == scu.DEFLATED and len(data) % 2:
        data += b"\0"  # PS3.5 A.5
    return fields[0x900] == 0 and got == [data]


def case_mismatch():
    a = open_store((CT, "1.2.840.10008.5.1.4.1.1.4"))
    d = ct(1, 20)
    status = a.store(CT, ROOT + "3.20.9.9", bytes_of(d))
    told(status == 0xA900, "another instance UID than the command's is "
         "refused", "%04x" % status)
    status = a.store("1.2.840.10008.5.1.4.1.1.4", d.SOPInstanceUID,
                     bytes_of(d))
    told(status == 0xB007, "another class is kept, with a warning",
         "%04x" % status)
    a.send(a.context(CT), {0x2: "1.2.840.10008.5.1.4.1.1.4",
                           0x100: scu.C_STORE, 0x700: 0,
                           0x1000: d.SOPInstanceUID}, bytes_of(d))
    status = a.answer()
    told(status == 0x122, "a class that is not the context's is refused",
         "%04x" % status)
    e = ct(2, 20)
    del e.StudyInstanceUID
    status = store(a, e)
    told(status & 0xF000 == 0xC000, "without a study it is refused",
         "%04x" % status)
    status = a.store(CT, ROOT + "5", b"not a data set at all")
    told(status & 0xF000 == 0xC000 or status == 0xA900,
         "what is no data set is refused", "%04x" % status)
    a.send(a.context(CT), {0x2: CT, 0x100: scu.C_STORE, 0x700: 0,
                           0x1000: d.SOPInstanceUID})
    status = a.answer()
    told(status & 0xF000 == 0xC000, "without a data set too",
         "%04x" % status)
    a.send(a.context(CT), {0x2: CT, 0x100: 0x0130, 0x700: 0})
    status = a.answer()
    told(status == 0x211, "another operation has no place here",
         "%04x" % status)
    status = store(a, ct(3, 20))
    told(status == 0, "and the association goes on", "%04x" % status)
    a.release()


def nested(depth):
    inner = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + \
        struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    ends = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + \
        struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    return inner * depth + ends * depth


def resident(port):
    """KiB of the process that listens there."""
    import subprocess
    out = subprocess.run(["ss", "-ltnp", "sport = :%d" % port],
                         capture_output=True, text=True).stdout
    pid = out.split("pid=")[1].split(",")[0]
    with open("/proc/%s/status" % pid) as file:
        for line in file:
            if line.startswith("VmHWM"):
                return int(line.split()[1])
    return 0


def case_hostile():
    a = open_store(syntaxes=(scu.EXPLICIT, scu.DEFLATED))
    for depth in (30, 300, 100000):
        d = ct(depth, 21)
        status = a.store(CT, d.SOPInstanceUID, bytes_of(d) + nested(depth),
                         scu.EXPLICIT)
        if depth < 60:
            told(status == 0, "%d nested sequences are kept" % depth,
                 "%04x" % status)
        else:
            told(status & 0xF000 == 0xC000, "%d nested sequences are "
                 "answered" % depth, "%04x" % status)
    before = resident(PORT)
    d = ct(1, 22)
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = bomb.compress(bytes_of(d) +
                        struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OB", 0,
                                    1 << 30))
    block = bytes(1 << 20)
    raw += b"".join(bomb.compress(block) for _ in range(1024)) + bomb.flush()
    status = a.store(CT, d.SOPInstanceUID, raw, scu.DEFLATED)
    told(status == 0 or status & 0xF000 == 0xC000,
         "a deflated data set of %d bytes that would be 1 GiB is answered" %
         len(raw), "%04x" % status)
    grown = resident(PORT) - before
    told(grown < 400 << 10, "without its memory", grown)
    told(store(a, ct(2, 22), syntax=scu.EXPLICIT) == 0,
         "and the association goes on")
    a.release()
    for cut in range(0, 200, 7):
        a = open_store()
        raw = struct.pack(">LBB", 100, 1, 1) + scu.command(
            {0x2: CT, 0x100: 1, 0x110: 1, 0x700: 0, 0x800: 0, 0x1000: "1.2"})
        pdu = struct.pack(">BBL", 4, 0, len(raw)) + raw
        a.socket.sendall(pdu[:cut])
        a.socket.close()
    a = open_store()
    told(store(a, ct(3, 22)) == 0, "connections cut at any byte do no harm")
    a.release()


def case_private():
    private = "1.2.840.113619.4.26"
    newer = "1.2.840.10008.5.1.4.1.1.9999.1"
    a = scu.Association(PORT, [(private, [scu.EXPLICIT]),
                               (newer, [scu.IMPLICIT]),
                               ("1.2.840.10008.5.1.4.31", [scu.EXPLICIT]),
                               ("1.2.840.10008.5.1.1.9", [scu.EXPLICIT]),
                               (CT, ["1.2.3.4.5"])])
    told([a.accepted[i][0] for i in (1, 3, 5, 7, 9)] == [0, 0, 3, 3, 4],
         "private and newer classes are taken, other services are not",
         a.accepted)
    d = ct(1, 23, SOPClassUID=private)
    told(store(a, d) == 0, "an instance of a private class is kept")
    a.release()


def fill(calling):
    """Four patients of one trust, five studies, and many small ones."""
    a = open_store(calling=calling)
    names = {
        31: ("ISO_IR 100", "M\u00fcller^J\u00fcrgen"),
        32: ("ISO_IR 192", "\u738b^\u5c0f\u6771"),
        33: (["", "ISO 2022 IR 87"],
             "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce"),
        34: ("ISO_IR 6", "Smith^John"),
        35: ("ISO_IR 6", "Smythe^Joan"),
    }
    for study, (charset, name) in names.items():
        for series in (1, 2):
            for number in (1, 2, 3):
                d = ct(number, study, series)
                d.SpecificCharacterSet = charset
                d.PatientName = name
                d.StudyDate = "202607%02d" % (study - 30)
                d.StudyTime = "1%d0000" % (study - 30)
                d.AccessionNumber = "ACC%d" % study
                d.Modality = "CT" if series == 1 else "SR"
                d.StudyDescription = "Head and neck"
                d.SliceLocation = str(number * 2.5)
                d.ProtocolName = "P%d" % series
                step = Dataset()
                step.RequestedProcedureID = "RP%d" % study
                step.ScheduledProcedureStepID = "SP%d" % series
                d.RequestAttributesSequence = [step]
                status = store(a, d)
                if status:
                    told(False, "an instance is kept", "%04x" % status)
    a.release()


def asking(calling, extended=b"", syntax=scu.EXPLICIT, root=2):
    return scu.Association(PORT, [(FIND % root, [syntax])], calling=calling,
                           extended={FIND % root: extended}
                           if extended else None)


STUDIES = {"QueryRetrieveLevel": "STUDY", "StudyInstanceUID": "",
           "PatientID": ""}


def ids(found):
    return sorted(d.PatientID[3:] for _, d in found)


def case_find(calling="SCU"):
    fill(calling)
    a = asking(calling)
    for name, keys, wanted in (
            ("all", {}, "31 32 33 34 35"),
            ("one patient", {"PatientID": "RAW33"}, "33"),
            ("*", {"PatientID": "RAW3*"}, "31 32 33 34 35"),
            ("?", {"PatientID": "RAW?5"}, "35"),
            ("a name's beginning", {"PatientName": "SM*"}, "34 35"),
            ("a name without case", {"PatientName": "smith^john"}, "34"),
            ("an accession number", {"AccessionNumber": "ACC34"}, "34"),
            ("a range of days", {"StudyDate": "20260702-20260704"},
             "32 33 34"),
            ("a range without end", {"StudyDate": "20260704-"}, "34 35"),
            ("a range without beginning", {"StudyDate": "-20260702"},
             "31 32"),
            ("a day", {"StudyDate": "20260703"}, "33"),
            ("times of day", {"StudyTime": "130000-140000"}, "33 34"),
            ("dates and times, each by itself",
             {"StudyDate": "20260701-20260705", "StudyTime": "120000-130000"},
             "32 33"),
            ("a list of UIDs", {"StudyInstanceUID":
                                [ROOT + "1.31", ROOT + "1.34", ROOT + "9"]},
             "31 34"),
            ("a modality of the study", {"ModalitiesInStudy": "SR"},
             "31 32 33 34 35"),
            ("a modality that none has", {"ModalitiesInStudy": "MR"}, ""),
            ("a description", {"StudyDescription": "Head*"},
             "31 32 33 34 35"),
            ("nothing", {"PatientID": "NOBODY"}, "")):
        found, status = answers(a, FIND % 2, **{**STUDIES, **keys})
        told(ids(found) == wanted.split() and status == 0,
             "C-FIND by %s" % name, (ids(found), "%04x" % status))
    case_charsets(a)
    case_levels(a)
    a.release()
    a = asking(calling, b"\1\1\1")
    told(a.extended.get(FIND % 2) == b"\1\1\1",
         "relational, combined and fuzzy are agreed", a.extended)
    found, _ = answers(a, FIND % 2, **{**STUDIES,
                       "StudyDate": "20260702-20260704",
                       "StudyTime": "123000-133000"})
    told(ids(found) == ["33"], "date and time as one range", ids(found))
    found, _ = answers(a, FIND % 2, QueryRetrieveLevel="IMAGE",
                       SOPInstanceUID="", InstanceNumber="2", PatientID="RAW33")
    told(len(found) == 2, "a relational query needs no upper keys",
         len(found))
    found, _ = answers(a, FIND % 2, **{**STUDIES, "PatientName": "Smyth^John"})
    told("34" in ids(found), "a name by its sound", ids(found))
    a.release()


def case_charsets(a):
    """Answers are in the least set that holds them."""
    for study, charset, name in ((34, None, "Smith^John"),
                                 (31, "ISO_IR 192", "M\u00fcller^J\u00fcrgen"),
                                 (32, "ISO_IR 192",
                                  "\u738b^\u5c0f\u6771")):
        found, _ = answers(a, FIND % 2, **{**STUDIES, "PatientName": "",
                           "PatientID": "RAW%d" % study})
        d = found[0][1]
        d.decode()
        told(d.get("SpecificCharacterSet") == charset and
             str(d.PatientName) == name, "%d is answered in %s" %
             (study, charset or "the default repertoire"), d)
    found, _ = answers(a, FIND % 2, **{**STUDIES, "PatientName": "",
                       "SpecificCharacterSet": "ISO_IR 100",
                       "PatientID": "RAW31"})
    d = found[0][1]
    d.decode()
    told(d.SpecificCharacterSet == "ISO_IR 100" and
         str(d.PatientName) == "M\u00fcller^J\u00fcrgen",
         "the asker's set is used where it holds the answer", d)
    asked = Dataset()
    asked.SpecificCharacterSet = "ISO_IR 192"
    found, _ = answers(a, FIND % 2, **{**STUDIES, "SpecificCharacterSet":
                       "ISO_IR 192", "PatientName": "M\u00dcLLER*"})
    told(ids(found) == ["31"], "a name in UTF-8 finds one in Latin-1",
         ids(found))


def case_levels(a):
    found, status = answers(a, FIND % 2, QueryRetrieveLevel="SERIES",
                            SeriesInstanceUID="", Modality="",
                            NumberOfSeriesRelatedInstances="",
                            StudyInstanceUID=ROOT + "1.33")
    told(sorted((d.Modality, int(d.NumberOfSeriesRelatedInstances))
                for _, d in found) == [("CT", 3), ("SR", 3)] and status == 0,
         "series of a study", found)
    told(all(d.RetrieveAETitle == "RIBBLE" and
             d.InstanceAvailability == "ONLINE" and
             d.QueryRetrieveLevel == "SERIES" for _, d in found),
         "each says where it can be had")
    item = Dataset()
    item.RequestedProcedureID = "RP33"
    item.ScheduledProcedureStepID = "SP2"
    found, status = answers(a, FIND % 2, QueryRetrieveLevel="SERIES",
                            SeriesInstanceUID="",
                            RequestAttributesSequence=[item],
                            StudyInstanceUID=ROOT + "1.33")
    told([d.SeriesInstanceUID for _, d in found] == [ROOT + "2.33.2"] and
         found[0][1].RequestAttributesSequence[0].RequestedProcedureID ==
         "RP33", "a sequence is matched, and answered", found)
    found, status = answers(a, FIND % 2, QueryRetrieveLevel="IMAGE",
                            SOPInstanceUID="", SliceLocation="",
                            InstanceNumber="", StudyInstanceUID=ROOT + "1.33",
                            SeriesInstanceUID=ROOT + "2.33.1")
    told([float(d.SliceLocation) for _, d in found] == [2.5, 5.0, 7.5] and
         {s for s, _ in found} == {0xFF00},
         "an instance tells what only its own head knows", found)
    found, status = answers(a, FIND % 2, **{**STUDIES, "PatientID": "RAW33",
                            "SliceLocation": ""})
    told([s for s, _ in found] == [0xFF01] and "SliceLocation" not in
         found[0][1], "a study that does not know says so (FF01)", found)
    for name, keys in (("no level", {"PatientID": "RAW33"}),
                       ("a level of another root",
                        {"QueryRetrieveLevel": "PATIENT"}),
                       ("series without a study",
                        {"QueryRetrieveLevel": "SERIES"}),
                       ("a study that is a wildcard",
                        {"QueryRetrieveLevel": "SERIES",
                         "StudyInstanceUID": "1.2.*"})):
        found, status = answers(a, FIND % 2, **keys)
        told(status == 0xA900 and not found, "%s is refused" % name,
             "%04x" % status)
    p = asking("SCU", root=1, syntax=scu.IMPLICIT)
    found, status = answers(p, FIND % 1, QueryRetrieveLevel="PATIENT",
                            PatientID="RAW3*", PatientName="",
                            NumberOfPatientRelatedStudies="")
    told(ids(found) == "31 32 33 34 35".split() and status == 0 and
         all(int(d.NumberOfPatientRelatedStudies) == 1 for _, d in found),
         "patients, in implicit little endian", found)
    p.release()


def case_many_answers(n="3000"):
    """A long list: cancelled after some, and whole."""
    a = open_store()
    for i in range(int(n)):
        if store(a, ct(1, 100000 + i, PatientID="MANY%d" % i)):
            told(False, "an instance is kept")
    a.release()
    a = asking("SCU")
    found, status = answers(a, FIND % 2, **{**STUDIES, "PatientID": "MANY*"})
    told(len(found) == int(n) and status == 0 and
         len({d.PatientID for _, d in found}) == int(n),
         "%s answers, each once" % n, len(found))
    number, context = query(a, FIND % 2, **{**STUDIES, "PatientID": "MANY*"})
    got, status = 0, 0xFF00
    while status == 0xFF00:
        status = a.message()[1][0x900]
        got += status == 0xFF00
        if got == 5:
            a.send(context, {0x100: scu.C_CANCEL, 0x120: number})
            got += 0
    told(status == 0xFE00 and got < int(n), "cancelled after some",
         (got, "%04x" % status))
    found, status = answers(a, FIND % 2, **{**STUDIES, "PatientID": "MANY1"})
    told(len(found) == 1 and status == 0, "and the association goes on")
    a.release()


def get(calling, level, syntaxes, classes=(CT,), cancel_after=0, **keys):
    abstract = GET % 2
    a = scu.Association(PORT, [(abstract, [scu.EXPLICIT])] +
                        [(c, [s]) for c in classes for s in syntaxes],
                        roles={c: (0, 1) for c in classes}, calling=calling,
                        extended={abstract: b"\1"})
    d = Dataset()
    d.QueryRetrieveLevel = level
    for name, value in keys.items():
        setattr(d, name, value)
    context = a.context(abstract)
    number = a.send(context, {0x2: abstract, 0x100: scu.C_GET, 0x700: 0},
                    bytes_of(d))
    got, pending = [], 0
    while True:
        where, fields, more = a.message()
        if fields[0x100] == scu.C_STORE:
            got.append((fields[0x1000], more))
            if len(got) == cancel_after:
                a.send(context, {0x100: scu.C_CANCEL, 0x120: number})
            a.send(where, {0x2: fields[0x2], 0x100: 0x8001,
                           0x120: fields[0x110], 0x900: 0,
                           0x1000: fields[0x1000]})
        elif fields[0x900] == 0xFF00:
            pending += 1
        else:
            break
    a.release()
    failed = read(more, scu.EXPLICIT) if more else None
    return got, fields, pending, failed


def case_get(calling="SCU"):
    got, fields, pending, _ = get(calling, "STUDY", [scu.EXPLICIT],
                                  StudyInstanceUID=ROOT + "1.33")
    told(len(got) == 6 and fields[0x900] == 0 and fields[0x1021] == 6 and
         fields[0x1022] == 0 and pending, "C-GET of a study",
         (len(got), fields, pending))
    got, fields, _, _ = get(calling, "SERIES", [scu.EXPLICIT],
                            StudyInstanceUID=ROOT + "1.33",
                            SeriesInstanceUID=[ROOT + "2.33.1",
                                               ROOT + "2.33.2"])
    told(len(got) == 6, "of a list of series", len(got))
    got, fields, _, _ = get(calling, "STUDY", [scu.EXPLICIT],
                            StudyInstanceUID=ROOT + "1.99")
    told(not got and fields[0x900] == 0, "of nothing", fields)
    got, fields, _, failed = get(calling, "STUDY", [scu.EXPLICIT],
                                 ["1.2.840.10008.5.1.4.1.1.4"],
                                 StudyInstanceUID=ROOT + "1.33")
    told(not got and fields[0x900] == 0xA702 and fields[0x1022] == 6 and
         len(failed.FailedSOPInstanceUIDList) == 6,
         "of a class that the asker does not take: none, and which", fields)
    got, fields, _, _ = get(calling, "STUDY", [scu.EXPLICIT], cancel_after=2,
                            StudyInstanceUID=ROOT + "1.33")
    told(len(got) < 6 and fields[0x900] == 0xFE00 and
         fields.get(0x1020) == 6 - len(got), "cancelled after two",
         (len(got), fields))
    for keys in ({"StudyInstanceUID": ""}, {"StudyInstanceUID": "1.2.*"}):
        got, fields, _, _ = get(calling, "STUDY", [scu.EXPLICIT], **keys)
        told(not got and fields[0x900] == 0xA900,
             "without a study it is refused", fields)


def case_changed(calling="SCU"):
    """Who takes only explicit little endian gets the same picture so."""
    import pydicom
    names = ["MR_small", "MR_small_implicit", "MR_small_bigendian",
             "MR_small_RLE", "MR_small_jp2klossless",
             "MR_small_jpeg_ls_lossless"]
    pixels = pydicom.dcmread(scu.SAMPLES + "/MR_small.dcm").PixelData
    for number, name in enumerate(names):
        sop_class, instance, syntax, data = scu.part10(
            "%s/%s.dcm" % (scu.SAMPLES, name))
        other = "%s%03d" % (instance[:-3], 900 + number)
        data = data.replace(instance.encode(), other.encode())
        a = open_store((sop_class,), (syntax,), calling=calling)
        a.store(sop_class, other, data)
        a.release()
        got, fields, _, _ = get(calling, "IMAGE", [scu.EXPLICIT], [sop_class],
                                SOPInstanceUID=other)
        same = len(got) == 1 and \
            read(got[0][1], scu.EXPLICIT).PixelData == pixels
        told(same and fields[0x900] == 0,
             "%s comes in explicit little endian" % name, fields)


def move(calling, to, level="STUDY", tls=None, **keys):
    abstract = MOVE % 2
    a = scu.Association(PORT, [(abstract, [scu.EXPLICIT])], calling=calling,
                        tls=tls)
    d = Dataset()
    d.QueryRetrieveLevel = level
    for name, value in keys.items():
        setattr(d, name, value)
    a.send(a.context(abstract), {0x2: abstract, 0x100: scu.C_MOVE, 0x700: 0,
                                 0x600: to}, bytes_of(d))
    pending = 0
    while True:
        _, fields, more = a.message()
        if fields[0x900] != 0xFF00:
            break
        pending += 1
    a.release()
    return fields, pending, read(more, scu.EXPLICIT) if more else None


def case_move(to, nowhere):
    fields, pending, _ = move("SCU", to, StudyInstanceUID=ROOT + "1.33")
    told(fields[0x900] == 0 and fields[0x1021] == 6 and pending,
         "C-MOVE of a study", (fields, pending))
    fields, _, _ = move("SCU", "UNKNOWN", StudyInstanceUID=ROOT + "1.33")
    told(fields[0x900] == 0xA801, "to nobody we know", fields)
    fields, _, failed = move("SCU", nowhere, StudyInstanceUID=ROOT + "1.33")
    told(fields[0x900] == 0xA702 and fields[0x1022] == 6 and
         len(failed.FailedSOPInstanceUIDList) == 6,
         "to one that does not answer: none, and which", fields)
    fields, _, _ = move("SCU", to, "IMAGE", StudyInstanceUID=ROOT + "1.33",
                        SeriesInstanceUID=ROOT + "2.33.1",
                        SOPInstanceUID=[ROOT + "3.33.1.1", ROOT + "3.33.1.3"])
    told(fields[0x900] == 0 and fields[0x1021] == 2, "of two instances",
         fields)
    fields, _, _ = move("SCU", to, "SERIES", SeriesInstanceUID=ROOT + "2.33.1")
    told(fields[0x900] == 0xA900, "of a series without its study", fields)


def case_move_tls(certificate, key, study, to):
    fields, pending, _ = move("CT1", to, StudyInstanceUID=study,
                              tls=scu.trusting(certificate, key))
    told(fields[0x900] == 0 and fields[0x1021] == 4,
         "C-MOVE over TLS, to a peer that is called over TLS", fields)


def case_moved_samples(folder):
    """What has arrived by C-MOVE has the data set's bytes of the sample."""
    import os
    arrived = {}
    for name in os.listdir(folder):
        sop_class, instance, syntax, data = scu.part10(
            os.path.join(folder, name))
        arrived[instance] = (syntax, data)
    first = {}
    for path in scu.samples():
        sop_class, instance, syntax, data = scu.part10(path)
        if syntax == scu.DEFLATED and len(data) % 2:
            data += b"\0"  # PS3.5 A.5
        if "truncated" not in path:
            first.setdefault(instance, (path, syntax, data))
    told(len(first) > 80, "there are samples", len(first))
    bad = [path for instance, (path, syntax, data) in first.items()
           if arrived.get(instance) != (syntax, data)]
    told(not bad, "all %d that were moved are the same bytes" % len(first),
         bad)


def case_trusts(to):
    """OTHER speaks for another trust; ALL sees every one."""
    a = open_store(calling="OTHER")
    told(store(a, ct(1, 51)) == 0, "another trust stores")
    a.release()
    for calling, own, others in (("SCU", "33", "51"), ("OTHER", "51", "33")):
        a = asking(calling)
        found, _ = answers(a, FIND % 2, **STUDIES)
        told(own in ids(found) and others not in ids(found),
             "C-FIND: %s sees its own trust's studies only" % calling,
             ids(found))
        found, _ = answers(a, FIND % 2, QueryRetrieveLevel="SERIES",
                           StudyInstanceUID=ROOT + "1." + others,
                           SeriesInstanceUID="")
        told(not found, "C-FIND: nor their series")
        a.release()
        got, fields, _, _ = get(calling, "STUDY", [scu.EXPLICIT],
                                StudyInstanceUID=ROOT + "1." + others)
        told(not got and fields[0x900] == 0, "C-GET: nor gets them", fields)
        fields, _, _ = move(calling, to, StudyInstanceUID=ROOT + "1." + others)
        told(fields[0x900] == 0 and fields[0x1021] == 0,
             "C-MOVE: nor has them sent", fields)
        got, _, _, _ = get(calling, "STUDY", [scu.EXPLICIT],
                           StudyInstanceUID=ROOT + "1." + own)
        told(got, "C-GET: but its own")
    a = asking("ALL")
    found, _ = answers(a, FIND % 2, **STUDIES)
    told({"33", "51"} <= set(ids(found)), "one that may sees all trusts")
    a.release()
    got, _, _, _ = get("ALL", "STUDY", [scu.EXPLICIT],
                       StudyInstanceUID=ROOT + "1.51")
    told(len(got) == 1, "and gets them")


def commit(calling, instances, instance="1.2.840.10008.1.20.1.1", action=1,
           uid=ROOT + "7.1", wait=True):
    a = scu.Association(PORT, [(COMMITMENT, [scu.EXPLICIT])], calling=calling)
    d = Dataset()
    if uid:
        d.TransactionUID = uid
    d.ReferencedSOPSequence = []
    for sop_class, number in instances:
        item = Dataset()
        item.ReferencedSOPClassUID = sop_class
        item.ReferencedSOPInstanceUID = number
        d.ReferencedSOPSequence.append(item)
    a.send(a.context(COMMITMENT),
           {0x3: COMMITMENT, 0x100: scu.N_ACTION, 0x1001: instance,
            0x1008: action}, bytes_of(d))
    status = a.answer()
    event = data = None
    if status == 0 and wait:
        context, event, data = a.message()
        a.send(context, {0x2: COMMITMENT, 0x100: 0x8100,
                         0x120: event[0x110], 0x900: 0})
        data = read(data, scu.EXPLICIT)
    a.release()
    return status, event, data


def case_commitment():
    kept = (CT, ROOT + "3.33.1.1")
    status, event, data = commit("SCU", [kept])
    told(status == 0 and event[0x1002] == 1 and
         data.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == kept[1] and
         data.TransactionUID == ROOT + "7.1" and
         "FailedSOPSequence" not in data, "what is kept is promised", data)
    status, event, data = commit("SCU", [
        kept, (CT, ROOT + "99"), ("1.2.840.10008.5.1.4.1.1.4", kept[1]),
        (CT, ROOT + "3.51.1.1")])
    reasons = [i.FailureReason for i in data.FailedSOPSequence]
    told(event[0x1002] == 2 and reasons == [0x112, 0x119, 0x112] and
         len(data.ReferencedSOPSequence) == 1,
         "what is not here, of another class, of another trust is not",
         reasons)
    for name, more, wanted in (("no instance", {"instances": []}, 0x120),
                               ("no transaction", {"uid": ""}, 0x120),
                               ("another action", {"action": 2}, 0x123),
                               ("another instance", {"instance": "1.2"},
                                0x112)):
        status, _, _ = commit("SCU", **{"instances": [kept], **more})
        told(status == wanted, "%s is refused" % name, "%04x" % status)
    a = open_store(("1.2.840.10008.1.1",), calling="SCU")
    a.send(a.context("1.2.840.10008.1.1"),
           {0x2: "1.2.840.10008.1.1", 0x100: scu.C_ECHO})
    told(a.answer() == 0, "and an echo")
    a.release()


def case_associations(n="200"):
    """Many at once, each used twice."""
    held = []
    for _ in range(int(n)):
        held.append(open_store(calling="SCU"))
    told(True, "%s associations at once" % n)
    good = sum(store(a, ct(i, 60)) == 0 for i, a in enumerate(held, 1))
    told(good == int(n), "each stores", good)
    good = sum(store(a, ct(i + 1000, 60)) == 0 for i, a in enumerate(held))
    told(good == int(n), "and again", good)
    for a in held:
        a.release()


def case_too_many(n):
    """One more than the program allows is refused for now (PS3.8 9.3.4)."""
    held = [open_store(calling="SCU") for _ in range(int(n))]
    try:
        open_store(calling="SCU")
        told(False, "one more is refused")
    except scu.Rejected as no:
        told(no.args == (2, 3, 2), "one more than %s is refused for now" % n,
             no.args)
    for a in held:
        a.abort()
    for _ in range(100):
        try:
            open_store(calling="SCU").release()
            told(True, "and there is room when they have gone")
            return
        except scu.Rejected:
            threading.Event().wait(0.1)
    told(False, "and there is room when they have gone")


def case_write(folder, senders, instances):
    """What `send` sends: pixels for each of the senders' instances."""
    import os
    for k in range(1, int(senders) + 1):
        os.makedirs("%s/%d" % (folder, k))
        for i in range(1, int(instances) + 1):
            with open("%s/%d/%d" % (folder, k, i), "wb") as file:
                file.write(os.urandom(40000 + 100 * i))


def case_send(folder, run, shared):
    """One association; status 1 if an instance was not stored."""
    import os
    sender = int(os.path.basename(folder))
    study = 200000 + int(run) * 100 + (0 if int(shared) else sender)
    a = open_store(calling="SCU")
    failed = 0
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            pixels = file.read()
        d = ct(int(name), study, sender, PatientID="RUN%d" % study)
        raw = bytes_of(d) + struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OB", 0,
                                        len(pixels)) + pixels
        status = a.store(CT, d.SOPInstanceUID, raw)
        if status:
            print("%04x" % status)
            failed += 1
    a.release()
    sys.exit(failed > 0)


if __name__ == "__main__":
    globals()["case_" + sys.argv[2]](*sys.argv[3:])
