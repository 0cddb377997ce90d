# SPDX-License-Identifier: MIT
"""attack.py PORT URL PID CASE: what an attacker would send.  Prints
'ok - NAME' or 'not ok - NAME'.  Memory is the high-water mark of the server
(VmHWM), work is its processor time: neither depends on how busy the machine
is."""

import json
import os
import socket
import struct
import sys
import urllib.error
import urllib.request
import zlib

import scu

PORT, URL, PID = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
CT = "1.2.840.10008.5.1.4.1.1.2"
FIND = "1.2.840.10008.5.1.4.1.2.2.1"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
COMMITMENT = "1.2.840.10008.1.20.1"
ROOT = "1.2.826.0.1.3680043.10.998."
UNENDED = 0xFFFFFFFF
MIB = 1 << 20


def told(good, name, more=""):
    print("%s - %s" % ("ok" if good else "not ok", name))
    if not good and more != "":
        print(more)
    sys.stdout.flush()


# What is sent is made byte by byte: no tool would write it.

def element(tag, vr, value):
    """Explicit little endian."""
    if isinstance(value, str):
        pad = b"\0" if vr == "UI" else b" "
        value = value.encode("latin-1")
        value += pad * (len(value) % 2)
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    if vr in ("OB", "OW", "UN", "UT", "UC", "SQ"):
        return head + struct.pack("<HL", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def us(tag, *numbers):
    return element(tag, "US", struct.pack("<%dH" % len(numbers), *numbers))


def instance(study, number):
    return ROOT + "3.%d.%d" % (study, number)


def head(study, number, before=b"", after=b"", more=b""):
    """An image's elements by group: before 0010, 0020 and 0028."""
    return element(0x00080016, "UI", CT) + \
        element(0x00080018, "UI", instance(study, number)) + \
        element(0x00080020, "DA", "20260705") + \
        element(0x00080060, "CS", "CT") + before + \
        element(0x00100010, "PN", "Hostile^Patient") + \
        element(0x00100020, "LO", "HOSTILE%d" % study) + after + \
        element(0x0020000D, "UI", ROOT + "1.%d" % study) + \
        element(0x0020000E, "UI", ROOT + "2.%d" % study) + more


def geometry(rows, columns, samples=1, frames=None, bits=16, vr=us):
    raw = us(0x00280002, samples) + \
        element(0x00280004, "CS", "RGB" if samples == 3 else "MONOCHROME2")
    if frames is not None:
        raw += element(0x00280008, "IS", str(frames))
    return raw + vr(0x00280010, rows) + vr(0x00280011, columns) + \
        us(0x00280100, bits) + us(0x00280101, bits) + \
        us(0x00280102, bits - 1) + us(0x00280103, 0)


def encapsulated(*fragments):
    raw = struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, UNENDED)
    for fragment in (b"",) + fragments:
        fragment += b"\0" * (len(fragment) % 2)
        raw += struct.pack("<HHL", 0xFFFE, 0xE000, len(fragment)) + fragment
    return raw + struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


def nested(depth):
    inner = struct.pack("<HH2sHL", 0x0040, 0xA730, b"SQ", 0, UNENDED) + \
        struct.pack("<HHL", 0xFFFE, 0xE000, UNENDED)
    ends = struct.pack("<HHL", 0xFFFE, 0xE00D, 0) + \
        struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)
    return inner * depth + ends * depth


def meta(syntax, sop_instance):
    raw = element(0x00020002, "UI", CT) + \
        element(0x00020003, "UI", sop_instance) + \
        element(0x00020010, "UI", syntax)
    return b"\0" * 128 + b"DICM" + \
        element(0x00020000, "UL", struct.pack("<L", len(raw))) + raw


def bomb(data, size):
    """A deflated data set whose pixels would be so many zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = packer.compress(data + struct.pack("<HH2sHL", 0x7FE0, 0x10, b"OB",
                                             0, size))
    block = bytes(MIB)
    for _ in range(size // MIB):
        raw += packer.compress(block)
    return raw + packer.flush()


# How the server fares.

def peak():
    """KiB; from now on."""
    with open("/proc/%d/status" % PID) as file:
        for line in file:
            if line.startswith("VmHWM"):
                return int(line.split()[1])
    return 0


def peak_forget():
    with open("/proc/%d/clear_refs" % PID, "w") as file:
        file.write("5")


def worked():
    """Seconds of processor time so far."""
    with open("/proc/%d/stat" % PID) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Cost:
    """with Cost(NAME, MIB, SECONDS): no more than that is spent."""

    def __init__(self, name, mib, seconds=None):
        self.name, self.mib, self.seconds = name, mib, seconds

    def __enter__(self):
        peak_forget()
        self.before, self.began = peak(), worked()
        return self

    def __exit__(self, *_):
        grown = (peak() - self.before) >> 10
        took = worked() - self.began
        told(grown <= self.mib, "%s: within %d MiB" % (self.name, self.mib),
             "%d MiB" % grown)
        if self.seconds is not None:
            told(took <= self.seconds, "%s: within %d s of work" %
                 (self.name, self.seconds), "%.1f s" % took)
        if os.environ.get("SHOW"):
            print("# %s: %d MiB, %.1f s" % (self.name, grown, took))


def association(contexts, calling="SCU", **more):
    return scu.Association(PORT, contexts, calling=calling, timeout=900,
                           **more)


def storing(*syntaxes, calling="SCU"):
    return association([(CT, [s]) for s in syntaxes or (scu.EXPLICIT,)],
                       calling)


def web(path, body=None, timeout=900, **headers):
    """Status and body."""
    ask = urllib.request.Request(URL + path, body, {
        name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(ask, timeout=timeout) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as no:
        return no.code, no.read()
    except (urllib.error.URLError, ConnectionError):  # it did not hear us out
        return 0, b""


def stow(data, syntax=scu.EXPLICIT, sop_instance=ROOT + "9"):
    status, body = web("/dicom-web/studies?org=RXN",
                       meta(syntax, sop_instance) + data,
                       Content_Type="application/dicom")
    return status, body


def alive(study):
    a = storing()
    status = a.store(CT, instance(study, 1), head(study, 1))
    a.release()
    return status == 0


def refused(status):
    return status & 0xF000 == 0xC000


def picture(study, number, view=""):
    return "/dicom-web/studies/%s/series/%s/instances/%s%s" % (
        ROOT + "1.%d" % study, ROOT + "2.%d" % study,
        instance(study, number), view)


if __name__ == "__main__":
    import cases
    getattr(cases, "case_" + sys.argv[4])(*sys.argv[5:])
