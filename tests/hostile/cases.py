# SPDX-License-Identifier: MIT
"""cases.py: the attacks, one function each; the scenes (*.sh) call them."""

import json
import re
import socket
import struct
import threading
import time

import scu
from attack import (COMMITMENT, CT, FIND, GET, MIB, MOVE, PID, PORT, ROOT,
                    UNENDED, URL, Cost, alive, association, bomb, element,
                    encapsulated, geometry, head, instance, meta, nested,
                    picture, refused, stow, storing, told, us, web)


def kept(data, syntax=scu.EXPLICIT):
    """The status of its C-STORE."""
    named = re.search((ROOT + "3.").encode() + rb"\d+\.\d+", data)
    a = storing(syntax)
    status = a.store(CT, named[0].decode() if named else ROOT + "3.3.1", data)
    a.release()
    return status


def both(data, name, syntax=scu.EXPLICIT):
    """Refused by each way in."""
    status = kept(data, syntax)
    told(refused(status), name + ": C-STORE refuses it", "%04x" % status)
    status, body = stow(data, syntax)
    told(status == 409, name + ": STOW refuses it", "%d %r" %
         (status, body[:200]))


# Recursion.

def case_nested(folder):
    with Cost("300 and 100,000 nested sequences", 128, 20):
        for depth in (300, 100000):
            data = head(1, depth, more=nested(depth))
            both(data, "%d nested sequences" % depth)
            with open("%s/nested.%d.dcm" % (folder, depth), "wb") as file:
                file.write(meta(scu.EXPLICIT, instance(1, depth)) + data)
    told(kept(head(1, 1, more=nested(60))) == 0, "60 are kept")
    status, body = web(picture(1, 1, "/metadata"))
    told(status == 200 and len(json.loads(body)) == 1, "and told as JSON",
         status)
    deep = b'{"0040A730":{"vr":"SQ","Value":['
    text = deep * 100000 + b"]}}" * 100000
    with Cost("100,000 nested objects of JSON", 128, 20):
        status, body = metadata(text)
        told(status == 409, "100,000 nested objects of JSON are refused",
             "%d %r" % (status, body[:200]))
    told(alive(2), "the server goes on")


def metadata(text, *bulks):
    """STOW of DICOM JSON and what it points to."""
    body = b"--b\r\nContent-Type: application/dicom+json\r\n\r\n" + text
    for location, value in bulks:
        body += b"\r\n--b\r\nContent-Type: application/octet-stream\r\n" \
            b"Content-Location: " + location + b"\r\n\r\n" + value
    return web("/dicom-web/studies?org=RXN", body + b"\r\n--b--\r\n",
               Content_Type='multipart/related; boundary=b; '
               'type="application/dicom+json"')


# Length and ratio.

def case_bombs(folder):
    raw = bomb(head(3, 1), 1 << 30)
    with Cost("a deflated data set of 1 GiB", 256, 60):
        both(raw, "a deflated data set of %d KiB for 1 GiB" %
             (len(raw) >> 10), scu.DEFLATED)
    with open(folder + "/bomb.dcm", "wb") as file:
        file.write(meta(scu.DEFLATED, instance(3, 1)) + raw)
    claim = struct.pack("<HH2sHL", 0x0029, 0x1001, b"OB", 0, 0xFFFFFFF0)
    with Cost("a value that claims 4 GiB", 64, 20):
        both(head(3, 3, more=claim + b"x" * 1000), "a claim of 4 GiB")
    with Cost("a Content-Length that claims 60 GiB", 64, 20):
        with socket.create_connection(("127.0.0.1", int(URL.rsplit(":", 1)[1]
                                       .strip("/")))) as s:
            s.sendall(b"POST /dicom-web/studies?org=RXN HTTP/1.1\r\n"
                      b"Host: x\r\nContent-Type: application/dicom\r\n"
                      b"Content-Length: 64424509440\r\n\r\nDICM")
            s.settimeout(2)
            try:
                s.recv(1000)
            except socket.timeout:
                pass
    told(alive(4), "the server goes on")


def many(n, tag=0x00090001, step=0):
    """Elements of eight bytes, implicit little endian."""
    return b"".join(struct.pack("<HHL", tag >> 16, (tag + i * step) & 0xFFFF,
                                0) for i in range(n))


def implicit(study, number, before=b"", more=b""):
    def one(tag, text):
        raw = text.encode() + b"\0" * (len(text) % 2)
        return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(raw)) + raw
    return one(0x00080016, CT) + one(0x00080018, instance(study, number)) + \
        before + one(0x00100020, "HOSTILE%d" % study) + \
        one(0x0020000D, ROOT + "1.%d" % study) + \
        one(0x0020000E, ROOT + "2.%d" % study) + more


def case_elements():
    """Many little ones: memory and work are in proportion."""
    n = 3000000
    items = b"".join([struct.pack("<HHL", 0x0040, 0xA730, UNENDED),
                      struct.pack("<HHL", 0xFFFE, 0xE000, 0) * n,
                      struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)])
    with Cost("3,000,000 empty items", 1100, 60):
        kept(implicit(5, 1, more=items), scu.IMPLICIT)
    with Cost("eight times 3,000,000 empty items at once", 1900, 300):
        all_at_once(lambda k: kept(implicit(5, 2 + k, more=items),
                                   scu.IMPLICIT), 8)
    early = struct.pack("<HHL", 0x0008, 0x1115, UNENDED) + \
        struct.pack("<HHL", 0xFFFE, 0xE000, 0) * 1900000 + \
        struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    part = b"--b\r\nContent-Type: application/dicom\r\n\r\n" + \
        meta(scu.IMPLICIT, instance(5, 20)) + implicit(5, 20, early) + \
        b"\r\n"
    with Cost("eight parts of 1,900,000 empty items at once", 512, 60):
        web("/dicom-web/studies/%s?org=RXN" % (ROOT + "1.5"),
            part * 8 + b"--b--", Content_Type='multipart/related; '
            'boundary=b; type="application/dicom"')
    charsets = struct.pack("<HHL4s", 8, 5, 4, b"0\0\0\0")
    private = many(300000, 0x00191001)
    with Cost("300,000 private elements out of order", 256, 20):
        kept(implicit(6, 1, many(2, 0x00190011) + private +
                      many(1, 0x00090001)), scu.IMPLICIT)
    with Cost("300,000 character sets behind 300,000 others", 512, 20):
        kept(implicit(6, 2, many(300000, 0x00090002, 0) +
                      charsets * 300000), scu.IMPLICIT)
    told(alive(7), "the server goes on")


def all_at_once(act, n):
    threads = [threading.Thread(target=act, args=(k,)) for k in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def case_values():
    """A value of very many values, asked for by one of them."""
    values = "\\".join(["\xe9"] * 100000)
    raw = values.encode("latin-1")
    raw += b" " * (len(raw) % 2)
    # Institutional Department Name; explicit VR holds 64 KiB, implicit any.
    charset = struct.pack("<HHL", 8, 5, 10) + b"ISO_IR 100"
    long = struct.pack("<HHL", 0x0008, 0x1040, len(raw)) + raw
    at = implicit(8, 1)
    data = charset + at[:at.index(struct.pack("<HH", 0x10, 0x20))] + long + \
        at[at.index(struct.pack("<HH", 0x10, 0x20)):]
    told(kept(data, scu.IMPLICIT) == 0, "100,000 values are kept")
    with Cost("one of 100,000 values is searched for", 128, 20):
        status, body = web("/dicom-web/studies/%s/instances?00081040=zzz" %
                           (ROOT + "1.8"))
        told(status == 200 and json.loads(body) == [], "by QIDO",
             "%d %r" % (status, body[:200]))
        a = association([(FIND, [scu.EXPLICIT])])
        found, status = find(a, element(0x00080052, "CS", "IMAGE") +
                             element(0x00081040, "LO", "zzz") +
                             element(0x0020000D, "UI", ROOT + "1.8") +
                             element(0x0020000E, "UI", ROOT + "2.8"))
        a.release()
        told(not found and status == 0, "by C-FIND", "%04x" % status)
    told(alive(9), "the server goes on")


def find(a, identifier, abstract=FIND):
    """What was found, and the last status."""
    a.send(a.context(abstract), {0x2: abstract, 0x100: scu.C_FIND, 0x700: 0},
           identifier)
    found = []
    while True:
        _, fields, data = a.message()
        if fields[0x900] & 0xFF00 != 0xFF00:
            return found, fields[0x900]
        found.append(data)


def case_json():
    """DICOM JSON that is made to be slow, or large where it is not."""
    groups = ",".join('"%04X%04X":{"vr":"UN"}' % (g, k)
                      for g in range(0x2FF9, 0x2FD9, -2)
                      for k in range(0xFFFF, 0x0FFF, -1))
    with Cost("980,000 elements of JSON from last to first", 768, 60):
        metadata(("{" + groups + "}").encode())
    told(alive(10), "the server goes on")
    deep = '{"0040A730":{"vr":"SQ","Value":[' * 60
    long = '{"00081030":{"vr":"LO","Value":["\\n%s"]}}' % ("x" * (8 * MIB))
    with Cost("a text of 8 MiB, 60 sequences deep", 128, 60):
        metadata((deep + long + "]}}" * 60).encode())
    bulks = [(b"%d" % k, b"xx") for k in range(99000)]
    refer = '{"00081030":{"vr":"OB","BulkDataURI":"nowhere"}}'
    with Cost("20,000 instances that point to none of 99,000 parts", 256, 1):
        metadata(("[" + ",".join([refer] * 20000) + "]").encode(), *bulks)
    said = {"00080016": CT, "00080018": instance(11, 1),
            "0020000D": ROOT + "1.11", "0020000E": ROOT + "2.11"}
    text = ",".join('"%s":{"vr":"UI","Value":["%s"]}' % p
                    for p in said.items())
    bulk = ",".join('"0039%04X":{"vr":"OB","BulkDataURI":"x"}' % k
                    for k in range(0x1000, 0x2000))
    status, body = metadata(("{" + text + "," + bulk + "}").encode(),
                            (b"x", bytes(4 * MIB)))
    told(status == 409, "one part used 4,096 times is not written out",
         "%d %r" % (status, body[:300]))


def case_parts():
    """100,000 parts with long headers."""
    part = b"--b\r\nContent-Type: application/dicom\r\nContent-ID: " + \
        b"a" * 15000 + b"\r\n\r\nx\r\n"
    with Cost("20,000 parts with 15 KB of headers each", 128, 60):
        status, _ = web("/dicom-web/studies?org=RXN", part * 20000 +
                        b"--b--", Content_Type='multipart/related; '
                        'boundary=b; type="application/dicom"')
        told(400 <= status < 500, "are refused", status)


def case_cancels():
    """C-CANCEL is never answered: many must not be remembered."""
    a = association([(FIND, [scu.EXPLICIT])])
    context = a.context(FIND)
    raw = scu.command({0x100: scu.C_CANCEL, 0x120: 7, 0x800: 0x101})
    piece = struct.pack(">LBB", len(raw) + 2, context, 3) + raw
    pdu = struct.pack(">BBL", 4, 0, len(piece)) + piece
    with Cost("nothing but C-CANCELs", 64, 60):
        try:
            for _ in range(200):
                a.socket.sendall(pdu * 1000)
            kind = a.pdu()[0]
        except (OSError, scu.Ended):
            kind = 7
        told(kind == 7, "such an association is ended", kind)
    a.socket.close()
    a = association([(FIND, [scu.EXPLICIT])])
    a.socket.sendall(struct.pack(">BBL", 4, 0, len(piece)) + piece)
    _, status = find(a, element(0x00080052, "CS", "STUDY") +
                     element(0x0020000D, "UI", ROOT + "1.12"))
    told(status == 0, "one that comes too late does no harm",
         "%04x" % status)
    a.release()


def case_commitments():
    """The same large instance, asked for again and again."""
    size = 16 * MIB
    pixels = struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, size) + \
        bytes(size)
    told(kept(head(13, 1, more=geometry(4096, 2048)) + pixels) == 0,
         "an instance of 16 MiB is kept")
    one = element(0x00081150, "UI", CT) + \
        element(0x00081155, "UI", instance(13, 1))
    item = struct.pack("<HHL", 0xFFFE, 0xE000, len(one)) + one
    data = element(0x00081195, "UI", ROOT + "8.1") + \
        element(0x00081199, "SQ", item * 5000)
    a = association([(COMMITMENT, [scu.EXPLICIT])])
    with Cost("commitment to one instance 5,000 times", 128, 2):
        a.send(a.context(COMMITMENT), {
            0x3: COMMITMENT, 0x100: scu.N_ACTION, 0x1008: 1,
            0x1001: "1.2.840.10008.1.20.1.1"}, data)
        status = a.answer()
        told(status == 0, "is answered", "%04x" % status)
        context, event, _ = a.message()
        told(event[0x1002] == 1, "and promised", event)
        a.send(context, {0x2: COMMITMENT, 0x100: 0x8100, 0x120: event[0x110],
                         0x900: 0})
    a.release()


# Dimensions.

def case_dimensions():
    def ul(tag, number):
        return element(tag, "UL", struct.pack("<L", number))
    pixels = struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, 4) + bytes(4)
    cases = (
        ("65,535 x 65,535 of nothing", geometry(65535, 65535, 3) + pixels,
         scu.EXPLICIT),
        ("4 G x 4 G", geometry(0xFFFFFFFF, 0xFFFFFFFF, vr=ul) + pixels,
         scu.EXPLICIT),
        ("16 M frames of nothing", geometry(1024, 1024, frames=16777216) +
         pixels, scu.EXPLICIT),
        ("2^62 frames", geometry(2, 2, frames=1 << 39) + pixels,
         scu.EXPLICIT),
        ("no rows", geometry(0, 512) + pixels, scu.EXPLICIT),
        ("a JPEG of 65,535 x 65,535", geometry(65535, 65535, bits=8) +
         encapsulated(jpeg(65535, 65535)), "1.2.840.10008.1.2.4.50"),
        ("a JPEG that is larger than its head", geometry(8, 8, bits=8) +
         encapsulated(jpeg(65535, 65535)), "1.2.840.10008.1.2.4.50"),
        ("a lossless JPEG of 65,535 x 65,535", geometry(65535, 65535) +
         encapsulated(jpeg(65535, 65535, 0xC3)), "1.2.840.10008.1.2.4.70"),
        ("a JPEG 2000 of 4 G x 4 G", geometry(65535, 65535) +
         encapsulated(jpeg2000(0xFFFFFFFF, 1)), "1.2.840.10008.1.2.4.90"),
        ("a JPEG 2000 of 65,535 tiles", geometry(16384, 16384, bits=8) +
         encapsulated(jpeg2000(16384, 64)), "1.2.840.10008.1.2.4.90"),
        ("an HTJ2K of 4 G x 4 G", geometry(65535, 65535) +
         encapsulated(jpeg2000(0xFFFFFFFF, 1)), "1.2.840.10008.1.2.4.201"),
        ("a JPEG-LS of 65,535 x 65,535", geometry(65535, 65535) +
         encapsulated(jpeg(65535, 65535, 0xF7)), "1.2.840.10008.1.2.4.80"),
        ("RLE whose segments lie outside", geometry(512, 512, bits=8) +
         encapsulated(struct.pack("<16L", 15, *([0xFFFFFFF0] * 15))),
         "1.2.840.10008.1.2.5"),
        ("RLE that is much less than its head says",
         geometry(65535, 65535, bits=8) +
         encapsulated(struct.pack("<16L", 1, 64, *([0] * 14)) +
                      b"\x81\0" * 100), "1.2.840.10008.1.2.5"),
    )
    for number, (name, more, syntax) in enumerate(cases, 1):
        status = kept(head(14, number, more=more), syntax)
        with Cost(name, 256, 30):
            told(status == 0, name + ": kept as it came", "%04x" % status)
            for view in ("/rendered", "/frames/1", "/thumbnail",
                         "/frames/16777216/rendered"):
                status, body = web(picture(14, number, view))
                # A compressed frame is sent as it came, whatever it is.
                as_stored = view == "/frames/1" and status == 200
                if not as_stored and not 400 <= status < 500:
                    told(False, name + view, "%d %r" % (status, body[:100]))
    pixels = struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, 8) + bytes(8)
    told(kept(head(15, 1, more=geometry(2, 2) + pixels)) == 0, "2 x 2")
    statuses = []
    with Cost("four large pictures of a small one at once", 700, 60):
        all_at_once(lambda _: statuses.append(web(
            picture(15, 1, "/rendered?viewport=8000,8000"))[0]), 4)
        told(statuses == [200] * 4, "they are made", statuses)
    with Cost("still larger ones", 64, 20):
        statuses = [web(picture(15, 1, "/rendered?viewport=" + size))[0]
                    for size in ("16384,16384", "65535,65535", "1e9,1e9",
                                 "16384,1e300", "nan,nan")]
        told(statuses == [400] * 5, "are refused", statuses)
    told(alive(16), "the server goes on")


def jpeg(rows, columns, kind=0xC0):
    def marker(code, body):
        return struct.pack(">BBH", 0xFF, code, len(body) + 2) + body
    frame = struct.pack(">BHHBBBB", 8, rows, columns, 1, 1, 0x11, 0)
    scan = bytes([1, 1, 0, 0, 63 if kind == 0xC0 else 0, 0])
    return b"\xff\xd8" + marker(kind, frame) + marker(0xDA, scan) + \
        b"\0" * 64 + b"\xff\xd9"


def jpeg2000(side, tile):
    size = struct.pack(">HLLLLLLLLH", 0, side, side, 0, 0, tile, tile, 0, 0,
                       1) + bytes([7, 1, 1])
    coding = bytes([0, 0, 0, 1, 0, 0, 4, 4, 0, 1])
    quant = bytes([0x40, 0x40])
    raw = b"\xff\x4f"
    for code, body in ((0x51, size), (0x52, coding), (0x5C, quant)):
        raw += struct.pack(">BBH", 0xFF, code, len(body) + 2) + body
    raw += struct.pack(">HHHLBB", 0xFF90, 10, 0, 14, 0, 1) + b"\xff\x93"
    return raw + b"\xff\xd9"


# Connections.

def case_churn(n):
    """Each kind of a bad end; then the same again, and no more memory."""
    def once(k):
        kind = k % 5
        s = socket.create_connection(("127.0.0.1", PORT), 30)
        if kind == 1:
            s.sendall(b"\1\0\0\0\1\0")
        if kind == 2:
            s.sendall(b"\4\0\0\0\0\x10" + bytes(16))
        if kind < 3:
            s.close()
            return
        s.close()
        try:
            a = association([(CT, [scu.EXPLICIT])],
                            "SCU" if kind == 3 else "NOBODY%d" % (k % 7))
            a.send_pdu(4, struct.pack(">LBB", 4000, 1, 0) + bytes(10))
            a.abort()
        except (scu.Rejected, scu.Ended, OSError):
            pass
    rounds = []
    for _ in range(3):
        for k in range(int(n)):
            once(k)
        told(alive(17), "the server goes on")
        rounds.append(resident())
    told(rounds[2] - rounds[1] <= 8192, "%s connections broken off, three "
         "times: no more memory" % n, rounds)


def resident():
    for _ in range(30):
        with open("/proc/%d/status" % PID) as file:
            text = file.read()
        if int(re.search(r"Threads:\s+(\d+)", text)[1]) < 60:
            break
        time.sleep(0.5)
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1])


def case_slow():
    """Those who send a byte now and then are ended; others are served."""
    held = []
    for _ in range(20):
        a = association([(CT, [scu.EXPLICIT])], calling="SLOW")
        a.socket.sendall(struct.pack(">BBLLBB", 4, 0, 60000, 59996, 1, 1))
        held.append(a)
    half = [socket.create_connection(("127.0.0.1", PORT), 60)
            for _ in range(20)]
    ended = threading.Event()

    def drip():
        while not ended.is_set():
            for a in held:
                try:
                    a.socket.sendall(b"\0")
                except OSError:
                    pass
            time.sleep(0.2)
    thread = threading.Thread(target=drip)
    thread.start()
    told(all(alive(18) for _ in range(20)), "others are served meanwhile")
    gone = 0
    for a in held:
        try:
            kind, _ = a.pdu()
            gone += kind == 7
        except scu.Ended:
            gone += 1
    told(gone == 20, "a slow sender is ended", gone)
    gone = 0
    for s in half:
        try:
            gone += s.recv(1) in (b"", b"\7")
        except OSError:
            gone += 1
        s.close()
    told(gone == 20, "so is who never asks for an association", gone)
    ended.set()
    thread.join()


# Whose is it?

def tags_asked(level, **more):
    names = {"patient": (0x00100020, "LO"), "study": (0x0020000D, "UI"),
             "series": (0x0020000E, "UI"), "image": (0x00080018, "UI"),
             "accession": (0x00080050, "SH"), "name": (0x00100010, "PN")}
    asked = {names[k][0]: element(*names[k], v) for k, v in more.items()}
    asked[0x00080052] = element(0x00080052, "CS", level)
    return b"".join(asked[tag] for tag in sorted(asked))


def case_tenants(to):
    """OTHER, of another trust, has no way to SCU's: by identifier, by UID,
    by a list, by pattern, by relation, with and without the levels above."""
    told(kept(head(19, 1)) == 0, "one of ours")
    theirs = storing(calling="OTHER")
    told(theirs.store(CT, instance(20, 1), head(20, 1)) == 0, "one of theirs")
    theirs.release()
    study, series, image = ROOT + "1.19", ROOT + "2.19", instance(19, 1)
    own = ROOT + "1.20"
    asks = (
        ("all studies", tags_asked("STUDY", study="")),
        ("the study's UID", tags_asked("STUDY", study=study)),
        ("a list with it", tags_asked("STUDY", study=own + "\\" + study)),
        ("the patient", tags_asked("STUDY", patient="HOSTILE19", study="")),
        ("a pattern", tags_asked("STUDY", patient="*19", study="")),
        ("the name", tags_asked("STUDY", name="hostile*", study="")),
        ("its series", tags_asked("SERIES", study=study, series="")),
        ("a series by UID alone", tags_asked("SERIES", series=series)),
        ("its images", tags_asked("IMAGE", study=study, series=series,
                                  image="")),
        ("an image by UID alone", tags_asked("IMAGE", image=image)),
        ("a study of ours, a series of theirs", tags_asked(
            "SERIES", study=own, series=series)),
    )
    for extended, how in ((None, ""), ({FIND: b"\1\1\1"}, ", relational")):
        for calling, sees in (("OTHER", False), ("SCU", True)):
            a = association([(FIND, [scu.EXPLICIT])], calling,
                            extended=extended)
            seen = [name for name, identifier in asks if any(
                study.encode() + b"\0" in data + b"\0" or
                series.encode() in data or image.encode() in data
                for data in find(a, identifier)[0])]
            a.release()
            if not sees:
                told(not seen, "C-FIND%s: %d ways show nothing" %
                     (how, len(asks)), seen)
            else:
                told(len(seen) >= 6, "C-FIND%s: to whom it may be shown, it "
                     "is" % how, seen)
    retrieves = [tags_asked("STUDY", study=study),
                 tags_asked("STUDY", study=own + "\\" + study),
                 tags_asked("SERIES", study=study, series=series),
                 tags_asked("SERIES", series=series),
                 tags_asked("IMAGE", study=study, series=series,
                            image=image),
                 tags_asked("IMAGE", image=image)]
    for calling, wanted in (("OTHER", 0), ("SCU", 6)):
        for name, abstract, field in (("C-GET", GET, scu.C_GET),
                                      ("C-MOVE", MOVE, scu.C_MOVE)):
            got = sum(retrieved(calling, abstract, field, identifier, image,
                                to) for identifier in retrieves)
            told(got == wanted, "%s: %s has it by %d of %d ways" %
                 (name, calling, wanted, len(retrieves)), got)
    tenants_commitment(image)


def retrieved(calling, abstract, field, identifier, image, to):
    """Did it come?  By C-MOVE: is one more counted than is their own?"""
    a = association([(abstract, [scu.EXPLICIT]), (CT, [scu.EXPLICIT])],
                    calling, roles={CT: (1, 1)},
                    extended={abstract: b"\1"})
    fields = {0x2: abstract, 0x100: field, 0x700: 0}
    if field == scu.C_MOVE:
        fields[0x600] = to
    a.send(a.context(abstract), fields, identifier)
    came = False
    while True:
        context, said, data = a.message()
        if said[0x100] == scu.C_STORE:
            came |= said[0x1000] == image
            a.send(context, {0x2: CT, 0x100: 0x8001, 0x120: said[0x110],
                             0x900: 0, 0x1000: said[0x1000]})
        elif said[0x900] & 0xFF00 != 0xFF00:
            break
    a.release()
    if field == scu.C_MOVE:
        from os.path import exists
        from glob import glob
        name = glob("%s/*%s*" % (to, image))
        came = bool(name) and exists(name[0])
        if came:
            from os import remove
            remove(name[0])
    return came


def tenants_commitment(image):
    """The answer about one of ours is that about one that never was."""
    for calling, wanted in (("OTHER", [0x112, 0x112]), ("SCU", [0, 0x112])):
        a = association([(COMMITMENT, [scu.EXPLICIT])], calling)
        items = b""
        for uid in (image, ROOT + "404"):
            one = element(0x00081150, "UI", CT) + element(0x00081155, "UI",
                                                          uid)
            items += struct.pack("<HHL", 0xFFFE, 0xE000, len(one)) + one
        a.send(a.context(COMMITMENT), {
            0x3: COMMITMENT, 0x100: scu.N_ACTION, 0x1008: 1,
            0x1001: "1.2.840.10008.1.20.1.1"},
            element(0x00081195, "UI", ROOT + "8.2") +
            element(0x00081199, "SQ", items))
        a.answer()
        context, event, data = a.message()
        a.send(context, {0x2: COMMITMENT, 0x100: 0x8100, 0x120: event[0x110],
                         0x900: 0})
        a.release()
        from io import BytesIO
        from pydicom.filereader import read_dataset
        d = read_dataset(BytesIO(data), False, True)
        said = {i.ReferencedSOPInstanceUID: i.get("FailureReason", 0)
                for s in ("ReferencedSOPSequence", "FailedSOPSequence")
                for i in d.get(s, [])}
        told([said[image], said[ROOT + "404"]] == wanted,
             "commitment: %s is told %s" % (calling, wanted), said)


def case_closed():
    """A new house: nobody is let in, to do anything."""
    for name, abstract in (("C-ECHO", "1.2.840.10008.1.1"), ("C-STORE", CT),
                           ("C-FIND", FIND), ("C-MOVE", MOVE), ("C-GET", GET),
                           ("commitment", COMMITMENT)):
        for calling in ("RIBBLE", "CT1", "", "*", "' or 1=1 --", "x\"y\nz"):
            try:
                association([(abstract, [scu.EXPLICIT])], calling).abort()
                told(False, "%s by %r is refused" % (name, calling))
                break
            except scu.Rejected as no:
                if no.args[:2] != (1, 1):
                    told(False, "%s by %r" % (name, calling), no.args)
                    break
        else:
            told(True, "%s is refused, whatever the caller's name" % name)


def case_rights():
    """Who may store may do nothing else."""
    a = association([(FIND, [scu.EXPLICIT]), (GET, [scu.EXPLICIT]),
                     (MOVE, [scu.EXPLICIT]), (COMMITMENT, [scu.EXPLICIT])],
                    "STORER")
    for name, abstract, field in (("C-FIND", FIND, scu.C_FIND),
                                  ("C-GET", GET, scu.C_GET),
                                  ("C-MOVE", MOVE, scu.C_MOVE)):
        a.send(a.context(abstract), {0x2: abstract, 0x100: field, 0x700: 0,
                                     0x600: "SCU"},
               tags_asked("STUDY", study=ROOT + "1.1"))
        status = a.answer()
        told(status == 0x124, name + " without the right is refused",
             "%04x" % status)
    a.send(a.context(COMMITMENT), {
        0x3: COMMITMENT, 0x100: scu.N_ACTION, 0x1008: 1,
        0x1001: "1.2.840.10008.1.20.1.1"},
        element(0x00081195, "UI", ROOT + "8.3"))
    status = a.answer()
    told(status == 0x124, "commitment without the right is refused",
         "%04x" % status)
    a.release()


def case_full():
    """The disk has less free than is to be left free."""
    def written():
        with open("/proc/%d/io" % PID) as file:
            return int(re.search(r"wchar: (\d+)", file.read())[1])
    size = 64 * MIB
    pixels = struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OW", 0, size) + \
        bytes(size)
    before = written()
    for _ in range(3):
        status = kept(head(21, 1, more=geometry(8192, 4096)) + pixels)
        told(status == 0xA700, "a large instance is refused for now",
             "%04x" % status)
    status, _ = stow(head(21, 1, more=geometry(8192, 4096)) + pixels)
    told(status in (0, 503), "by STOW-RS too", status)
    told(written() - before < 8 * MIB, "and was not written first",
         written() - before)
    status = kept(head(21, 1))
    told(status == 0xA700, "so is a small one", "%04x" % status)
