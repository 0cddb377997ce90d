# SPDX-License-Identifier: MIT
"""scu.py: the calling side of DICOM, byte by byte (PS3.8 9.3, PS3.7 E.1), for
what no tool would say: bytes that are sent as they stand in a file, contexts
that nobody proposes, data sets that nobody should send."""

import os
import socket
import ssl
import struct

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
C_STORE, C_GET, C_FIND, C_MOVE, C_ECHO = 0x01, 0x10, 0x20, 0x21, 0x30
N_EVENT_REPORT, N_ACTION, C_CANCEL, RESPONSE = 0x100, 0x130, 0xFFF, 0x8000


class Rejected(Exception):
    """A-ASSOCIATE-RJ: result, source, reason."""


class Ended(Exception):
    """The other side aborted, or closed the connection."""


def item(kind, body):
    return struct.pack(">BBH", kind, 0, len(body)) + body


def uid(text):
    raw = text.encode()
    return raw + b"\0" * (len(raw) % 2)


def element(tag, raw):
    """Of a command set: implicit little endian."""
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(raw)) + raw


def command(fields):
    body = b""
    for tag in sorted(fields):
        value = fields[tag]
        if isinstance(value, int):
            value = struct.pack("<H", value)
        elif isinstance(value, str):
            value = uid(value)
        body += element(tag, value)
    return element(0x00000000, struct.pack("<L", len(body))) + body


def command_read(raw):
    fields, at = {}, 0
    while at + 8 <= len(raw):
        group, number, size = struct.unpack_from("<HHL", raw, at)
        value = raw[at + 8:at + 8 + size]
        if size == 2 and number in (0x100, 0x110, 0x120, 0x700, 0x800, 0x900,
                                    0x1002, 0x1008, 0x1020, 0x1021, 0x1022,
                                    0x1023):
            value = struct.unpack("<H", value)[0]
        else:
            value = value.rstrip(b"\0 ").decode("latin-1")
        fields[group << 16 | number] = value
        at += 8 + size
    return fields


class Association:
    """contexts: [(abstract, [syntaxes])]; roles: {abstract: (scu, scp)};
    extended: {abstract: bytes}."""

    def __init__(self, port, contexts, calling="SCU", called="RIBBLE",
                 roles=None, extended=None, host="127.0.0.1", tls=None,
                 timeout=60):
        self.socket = socket.create_connection((host, port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket)
        self.next_id = 1
        self.pieces = b""
        self.kept = []
        body = struct.pack(">HH", 1, 0)
        body += called.ljust(16).encode() + calling.ljust(16).encode()
        body += b"\0" * 32 + item(0x10, b"1.2.840.10008.3.1.1.1")
        for i, (abstract, syntaxes) in enumerate(contexts):
            sub = struct.pack(">BBBB", 2 * i + 1, 0, 0, 0)
            sub += item(0x30, abstract.encode())
            sub += b"".join(item(0x40, s.encode()) for s in syntaxes)
            body += item(0x20, sub)
        user = item(0x51, struct.pack(">L", 65536))
        user += item(0x52, b"1.2.826.0.1.3680043.10.1")
        for abstract, (scu, scp) in (roles or {}).items():
            raw = abstract.encode()
            user += item(0x54, struct.pack(">H", len(raw)) + raw +
                         bytes([scu, scp]))
        for abstract, info in (extended or {}).items():
            raw = abstract.encode()
            user += item(0x56, struct.pack(">H", len(raw)) + raw + info)
        body += item(0x50, user)
        self.send_pdu(1, body)
        kind, answer = self.pdu()
        if kind == 3:
            raise Rejected(*answer[1:4])
        if kind != 2:
            raise Ended("PDU %d" % kind)
        self.accepted, self.extended, self.roles = {}, {}, {}
        self.read_accept(answer)
        self.contexts = {}
        for i, (abstract, _) in enumerate(contexts):
            result, syntax = self.accepted.get(2 * i + 1, (4, ""))
            if result == 0:
                self.contexts.setdefault((abstract, syntax), 2 * i + 1)

    def read_accept(self, raw):
        self.most = 16384
        at = 68
        while at + 4 <= len(raw):
            kind, _, size = struct.unpack_from(">BBH", raw, at)
            body = raw[at + 4:at + 4 + size]
            if kind == 0x21:
                size2 = struct.unpack_from(">H", body, 6)[0]
                self.accepted[body[0]] = (
                    body[2], body[8:8 + size2].rstrip(b"\0").decode())
            elif kind == 0x50:
                self.read_user(body)
            at += 4 + size

    def read_user(self, raw):
        at = 0
        while at + 4 <= len(raw):
            kind, _, size = struct.unpack_from(">BBH", raw, at)
            body = raw[at + 4:at + 4 + size]
            if kind == 0x51:
                self.most = struct.unpack(">L", body)[0] or 1 << 20
            elif kind in (0x54, 0x56):
                n = struct.unpack_from(">H", body, 0)[0]
                name = body[2:2 + n].rstrip(b"\0").decode()
                rest = body[2 + n:]
                if kind == 0x54:
                    self.roles[name] = tuple(rest[:2])
                else:
                    self.extended[name] = rest
            at += 4 + size

    def send_pdu(self, kind, body):
        self.socket.sendall(struct.pack(">BBL", kind, 0, len(body)) + body)

    def exactly(self, n):
        data = b""
        while len(data) < n:
            try:
                more = self.socket.recv(n - len(data))
            except ConnectionResetError:
                more = b""
            if not more:
                raise Ended("closed")
            data += more
        return data

    def pdu(self):
        kind, _, size = struct.unpack(">BBL", self.exactly(6))
        return kind, self.exactly(size)

    def context(self, abstract, syntax=None):
        for (name, agreed), number in self.contexts.items():
            if name == abstract and syntax in (None, agreed):
                return number
        raise KeyError(abstract)

    def syntax(self, number):
        return self.accepted[number][1]

    def send(self, context, fields, data=None):
        """Fields by tag; the Message ID and the data set's flag are added."""
        fields = dict(fields)
        fields.setdefault(0x00000110, self.next_id)
        number = fields[0x00000110]
        if fields[0x00000100] & RESPONSE or fields[0x00000100] == C_CANCEL:
            del fields[0x00000110]
        self.next_id += 1
        fields[0x00000800] = 0x0101 if data is None else 0x0000
        self.pieces_out(context, 1, command(fields))
        if data is not None:
            self.pieces_out(context, 0, data)
        return number

    def pieces_out(self, context, is_command, raw):
        most = min(self.most, 1 << 17) - 6
        for at in range(0, max(len(raw), 1), most):
            part = raw[at:at + most]
            last = 2 if at + most >= len(raw) else 0
            self.send_pdu(4, struct.pack(">LBB", len(part) + 2, context,
                                         is_command | last) + part)

    def piece(self):
        """The next P-DATA fragment: context, is_command, is_last, bytes."""
        while not self.pieces:
            kind, body = self.pdu()
            if kind == 5:
                self.send_pdu(6, b"\0\0\0\0")
                raise Ended("released")
            if kind != 4:
                raise Ended("aborted" if kind == 7 else "PDU %d" % kind)
            self.pieces = body
        size = struct.unpack_from(">L", self.pieces)[0]
        piece = self.pieces[4:4 + size]
        self.pieces = self.pieces[4 + size:]
        return piece[0], piece[1] & 1, piece[1] & 2, piece[2:]

    def whole(self):
        raw = b""
        while True:
            context, is_command, last, part = self.piece()
            raw += part
            if last:
                return context, raw

    def message(self):
        """The next message: context, its command's fields, its data or None."""
        context, raw = self.whole()
        fields = command_read(raw)
        data = None
        if fields.get(0x00000800) != 0x0101:
            data = self.whole()[1]
        return context, fields, data

    def answer(self):
        return self.message()[1][0x00000900]

    def store(self, sop_class, sop_instance, data, syntax=None):
        context = self.context(sop_class, syntax)
        self.send(context, {0x00000002: sop_class, 0x00000100: C_STORE,
                            0x00000700: 0, 0x00001000: sop_instance}, data)
        return self.answer()

    def release(self):
        self.send_pdu(5, b"\0\0\0\0")
        while self.pdu()[0] != 6:
            pass
        self.socket.close()

    def abort(self):
        self.send_pdu(7, b"\0\0\0\0")
        self.socket.close()


def part10(path):
    """Of a file: SOP class, SOP instance, syntax, the data set's bytes."""
    import pydicom
    with open(path, "rb") as file:
        raw = file.read()
    with open(path, "rb") as file:
        meta = pydicom.filereader.read_partial(file, lambda *_: True).file_meta
    size = meta.get("FileMetaInformationGroupLength")
    at = 132 + 12 + size if size else pydicom_end(path)
    d = pydicom.dcmread(path, stop_before_pixels=True)
    return (str(d.SOPClassUID), str(d.SOPInstanceUID),
            str(meta.TransferSyntaxUID), raw[at:])


def pydicom_end(path):
    import pydicom
    with open(path, "rb") as file:
        pydicom.filereader.read_preamble(file, False)
        pydicom.filereader._read_file_meta_info(file)
        return file.tell()


def trusting(certificate=None, key=None):
    """A TLS context that believes anybody; for loopback alone."""
    tls = ssl.create_default_context()
    tls.check_hostname = False
    tls.verify_mode = ssl.CERT_NONE
    if certificate:
        tls.load_cert_chain(certificate, key)
    return tls


SAMPLES = "/usr/lib/python3/dist-packages/pydicom/data/test_files"


def samples():
    """The sample files that are instances, by path."""
    import pydicom
    for folder, _, names in sorted(os.walk(SAMPLES)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            try:
                d = pydicom.dcmread(path, stop_before_pixels=True)
                if d.StudyInstanceUID and d.SeriesInstanceUID and \
                        d.SOPInstanceUID and d.SOPClassUID and \
                        d.file_meta.TransferSyntaxUID:
                    yield path
            except Exception:  # not DICOM, or not an instance
                continue
