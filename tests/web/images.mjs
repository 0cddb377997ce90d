// SPDX-License-Identifier: MIT
// images.mjs: small made-up images, and sending them to a running program as
// any archive does, by STOW-RS.
import assert from "node:assert/strict";

const EXPLICIT = "1.2.840.10008.1.2.1";
const CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
const LONG = new Set(["OB", "OW", "UN", "SQ", "UT"]);

function element(group, number, vr, value) {
  let bytes = Buffer.isBuffer(value) ? value : Buffer.from(value, "latin1");
  if (bytes.length % 2) bytes = Buffer.concat([bytes, Buffer.from(vr === "UI" || vr === "OB" ? "\0" : " ")]);
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, "latin1");
  if (LONG.has(vr)) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

function short(n) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(n);
  return bytes;
}

/** A Part 10 file: one grey picture of 16 by 16, of whom and when one likes. */
export function picture({
  study, series = `${study}.1`, instance = `${study}.1.1`, name = "ZZZTEST^PAT", patient = "SYN-1", accession = "", modality = "OT",
  date = "20261124", time = "093000", description = "Made for a test", shade = 128, number = 1,
}) {
  const data = Buffer.concat([
    element(0x0008, 0x0016, "UI", CAPTURE), element(0x0008, 0x0018, "UI", instance), element(0x0008, 0x0020, "DA", date),
    element(0x0008, 0x0030, "TM", time), element(0x0008, 0x0050, "SH", accession), element(0x0008, 0x0060, "CS", modality),
    element(0x0008, 0x1030, "LO", description), element(0x0010, 0x0010, "PN", name), element(0x0010, 0x0020, "LO", patient),
    element(0x0010, 0x0030, "DA", "19610203"), element(0x0010, 0x0040, "CS", "F"), element(0x0020, 0x000d, "UI", study),
    element(0x0020, 0x000e, "UI", series), element(0x0020, 0x0011, "IS", "1"), element(0x0020, 0x0013, "IS", String(number)),
    element(0x0028, 0x0002, "US", short(1)), element(0x0028, 0x0004, "CS", "MONOCHROME2"), element(0x0028, 0x0010, "US", short(16)),
    element(0x0028, 0x0011, "US", short(16)), element(0x0028, 0x0100, "US", short(8)), element(0x0028, 0x0101, "US", short(8)),
    element(0x0028, 0x0102, "US", short(7)), element(0x0028, 0x0103, "US", short(0)),
    element(0x0028, 0x1050, "DS", "128"), element(0x0028, 0x1051, "DS", "256"),
    element(0x7fe0, 0x0010, "OW", Buffer.alloc(256, shade)),
  ]);
  const meta = Buffer.concat([
    element(0x0002, 0x0001, "OB", Buffer.from([0, 1])), element(0x0002, 0x0002, "UI", CAPTURE), element(0x0002, 0x0003, "UI", instance),
    element(0x0002, 0x0010, "UI", EXPLICIT), element(0x0002, 0x0012, "UI", "2.25.1"),
  ]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(meta.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), element(0x0002, 0x0000, "UL", size), meta, data]);
}

/** Sends files in one body; each must be kept. */
export async function stow(url, files, org = "RXN") {
  const parts = files.flatMap((file) => [Buffer.from("\r\n--part\r\nContent-Type: application/dicom\r\n\r\n"), file]);
  const answer = await fetch(`${url}/dicom-web/studies?org=${org}`, {
    method: "POST", headers: { "content-type": 'multipart/related; type="application/dicom"; boundary=part', accept: "application/dicom+json" },
    body: Buffer.concat([...parts, Buffer.from("\r\n--part--\r\n")]),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `STOW-RS answered ${answer.status}: ${text}`);
}

/** The UID of the newest study that has this modality. */
export async function newest(url, modality) {
  const { rows } = await (await fetch(`${url}/api/studies?modality=${modality}&limit=1`)).json();
  assert.equal(rows.length, 1, `the demonstration has a study of ${modality}`);
  return rows[0].uid;
}

/** Posts JSON to the API; it must be well. */
export async function tell(url, where, body) {
  const answer = await fetch(url + where, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${where} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}
