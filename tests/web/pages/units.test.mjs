// SPDX-License-Identifier: MIT
// The pages' pure functions, straight from their source.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../../web");
let vite, words, scale, findings, picture, table, dicom, letters, rights, peer;

test.before(async () => {
  const where = createRequire(path.join(web, "package.json")).resolve("vite");
  const { createServer } = await import(pathToFileURL(where.replace(/index\.cjs$/, "dist/node/index.js")));
  vite = await createServer({
    configFile: false, root: web, logLevel: "error", appType: "custom",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null }, optimizeDeps: { noDiscovery: true },
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  });
  const load = (name) => vite.ssrLoadModule(`/src/${name}`);
  words = await load("words.ts");
  scale = await load("parts/charts/scale.ts");
  findings = await load("pages/network/findings.ts");
  picture = await load("parts/charts/picture.ts");
  dicom = await load("dicom.ts");
  letters = await load("pages/post/words.ts");
  rights = await load("pages/systems/rights.ts");
  peer = await load("pages/systems/changed.ts");
});
test.after(() => vite?.close());

test("dates are words without a time zone", () => {
  assert.equal(words.day("2026-03-31"), "31 Mar 2026");
  assert.equal(words.month("2026-03-31"), "Mar 2026");
  assert.equal(words.day(null), "–");
  assert.equal(words.day("not a date"), "–");
});

test("an instant is told in London's time", () => {
  assert.match(words.stamp("2026-07-01T09:30:00Z"), /1 Jul 2026.* 10:30/);
  assert.match(words.stamp("2026-12-01T09:30:00Z"), /1 Dec 2026.* 09:30/);
});

test("amounts carry their unit", () => {
  assert.equal(words.amount(31.647, "%"), "31.6%");
  assert.equal(words.amount(11129, "patients"), "11,129");
  assert.equal(words.amount(1.25, "days"), "1.3 days");
  assert.equal(words.amount(null, "%"), "–");
});

test("bands and plurals", () => {
  assert.equal(words.band(5), "05-06");
  assert.equal(words.band(13), "13+");
  assert.equal(words.bandWords(0), "under 1 week");
  assert.equal(words.plural(1, "row"), "1 row");
  assert.equal(words.plural(2, "row"), "2 rows");
  assert.equal(words.bytes(1), "1 byte");
  assert.equal(words.bytes(1840211), "1.8 MB");
});

test("month ends go back month by month, February too", () => {
  assert.deepEqual(words.monthEnds("2025-12-31", "2026-03-31"), ["2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31"]);
});

test("an axis begins and ends on round numbers and holds every value", () => {
  for (const values of [[0, 1], [3, 97], [12.1, 12.4], [-5, 20], [7], [0, 0], [9800, 11129]]) {
    const y = scale.valueScale(values, 100, 0);
    assert.ok(y.low <= Math.min(...values) && y.high >= Math.max(...values), String(values));
    assert.ok(y.ticks.length >= 2 && y.ticks.length <= 12, `${values}: ${y.ticks}`);
    assert.equal(Math.round(y(y.low)), 100);
    assert.equal(Math.round(y(y.high)), 0);
  }
  assert.equal(scale.valueScale([2, 60], 1, 0).low, 0);
  assert.notEqual(scale.valueScale([9800, 11129], 1, 0).low, 0);
});

test("labels are moved apart and keep their order", () => {
  const moved = scale.spread([10, 11, 12, 90], 16, 0, 100);
  assert.ok(moved[1] - moved[0] >= 16 && moved[2] - moved[1] >= 16 && moved[3] - moved[2] >= 16);
  assert.ok(Math.max(...scale.spread([98, 99, 100], 16, 0, 100)) <= 100);
});

test("the nearest point to the pointer", () => {
  assert.equal(scale.nearest([0, 10, 20], 14), 1);
  assert.equal(scale.nearest([0, 10, 20], -5), 0);
  assert.equal(scale.nearest([0, 10, 20], 400), 2);
});

test("lines of a picture's words are folded, none is lost", () => {
  const text = "the target will not be met by this process unless it is changed";
  const lines = picture.fold(text, 20);
  assert.equal(lines.join(" "), text);
  assert.ok(lines.every((line) => line.length <= 20));
});

const row = (org, test_, list, over6, more = {}) => ({
  org, test: test_, test_code: String(test_), test_name: `test ${test_}`, test_group: "IMAGING", list, over6,
  pct6: list ? (100 * over6) / list : null, variation: "common_cause", assurance: null, ...more,
});

test("what stands out: trusts only, most people first, all tests left out", () => {
  const found = findings.findings([
    row("RXN", 1, 100, 5, { assurance: "fail", variation: "concern" }), row("RXN", 2, 100, 50, { assurance: "fail" }),
    row("RXN", 0, 200, 55, { assurance: "fail" }), row("ENG", 1, 9999, 999, { assurance: "fail" }),
    row("RXR", 1, 10, 1, { assurance: "pass", variation: "improvement" }), row("RXR", 2, 10, 1, { variation: null }),
  ], ["RXN", "RXR"]);
  assert.deepEqual(found.failing.map((one) => one.test), [2, 1]);
  assert.deepEqual(found.worse.map((one) => one.test), [1]);
  assert.deepEqual(found.improving.map((one) => one.org), ["RXR"]);
  assert.equal(found.judged, 3);
  assert.equal(found.targeted, 3);
});

test("a group of tests adds up; nothing reported is not nought", () => {
  assert.deepEqual(findings.sum([row("RXN", 1, 100, 5), row("RXN", 2, 300, 35), undefined]), { list: 400, over6: 40, pct6: 10 });
  assert.equal(findings.sum([undefined, row("RXN", 3, null, null)]), null);
  assert.equal(findings.sum([row("RXN", 4, 0, 0)]).pct6, null);
});

test("names of DICOM are written as people write them", () => {
  assert.equal(dicom.personName("HODDER^ANN"), "HODDER, Ann");
  assert.equal(dicom.personName("Hodder^Ann^Mary^Mrs^MRCP"), "HODDER, Ann Mary MRCP (Mrs)");
  assert.equal(dicom.personName("O'NEILL^ANNE-MARIE^^DR"), "O'NEILL, Anne-Marie (Dr)");
  assert.equal(dicom.personName("McDONALD^iain"), "MCDONALD, iain");
  assert.equal(dicom.personName("Yamada^Tarou=山田^太郎=やまだ^たろう"), "YAMADA, Tarou 山田 太郎 やまだ たろう");
  assert.equal(dicom.personName("^ANN"), "Ann");
  assert.equal(dicom.personName(""), "No name");
  assert.equal(dicom.personName("^^^^"), "No name");
});

test("days, times and ages of DICOM; what is none stays as it came", () => {
  assert.equal(dicom.dicomDay("20261124"), "24 Nov 2026");
  assert.equal(dicom.dicomDay("2026.11.24"), "24 Nov 2026");
  assert.equal(dicom.dicomDay("20261324"), "20261324");
  assert.equal(dicom.dicomDay("2026"), "2026");
  assert.equal(dicom.dicomTime("093015.25"), "09:30");
  assert.equal(dicom.dicomTime("09"), "09");
  assert.equal(dicom.dicomTime("996000"), "996000");
  assert.equal(dicom.ageAt("19610203", "20260202"), 64);
  assert.equal(dicom.ageAt("19610203", "20260203"), 65);
  assert.equal(dicom.ageAt("", "20260203"), null);
  assert.equal(dicom.ageAt("20270101", "20260203"), null);
});

test("only an NHS number is parted, and taken without its gaps", () => {
  assert.equal(dicom.patientNumber("9434765919"), "943 476 5919");
  assert.equal(dicom.patientNumber("9434765918"), "9434765918");
  assert.equal(dicom.patientNumber("SYN-P340"), "SYN-P340");
  assert.equal(dicom.plainNumber(" 943 476 5919 "), "9434765919");
  assert.equal(dicom.plainNumber("12 34"), "12 34");
});

test("modalities, and which have a picture", () => {
  assert.deepEqual(dicom.modalitiesOf("CT, SR"), ["CT", "SR"]);
  assert.deepEqual(dicom.modalitiesOf("CT\\SR"), ["CT", "SR"]);
  assert.equal(dicom.hasPicture("SR, DOC"), false);
  assert.equal(dicom.hasPicture("SR, DX"), true);
  assert.equal(dicom.modalityWords("MR"), "Magnetic resonance");
  assert.equal(dicom.modalityWords("ZZ"), "ZZ");
});

test("a routing rule in words", () => {
  const rule = {
    org: "RXN", modality: "CT", body_part: "CHEST", station: "", words: "", days: "12345", from_minute: 1080, to_minute: 480,
    at_start: false, delay_s: 120,
  };
  assert.equal(letters.ruleWords(rule, "Lancashire Teaching"), "Studies of Lancashire Teaching with CT, of the chest");
  assert.equal(letters.whenWords(rule), "Monday to Friday, 18:00 to 08:00; when a study is complete; waits 2 minutes");
  assert.equal(letters.ruleWords({ ...rule, org: "", modality: "", body_part: "" }, ""), "All studies of every trust");
  assert.equal(letters.daysWords("13"), "Monday, Wednesday");
  assert.equal(letters.clockMinute("18:05"), 1085);
  assert.equal(letters.clockMinute("24:00"), 1440);
  assert.equal(letters.clockMinute("24:01"), null);
  assert.equal(letters.clockMinute("half past"), null);
});

test("rights in words, and what a change changed", () => {
  assert.equal(rights.rightWords("store echo"), "test the connection, send images");
  assert.equal(rights.rightWords(""), "nothing");
  assert.equal(peer.changedWords('{"before":null,"after":{"aet":"X"}}'), "added");
  assert.equal(peer.changedWords('{"before":{"port":1,"host":""},"after":{"port":2,"host":"a"}}'), "port: 1 → 2; host: empty → a");
  assert.equal(peer.changedWords("{"), "{");
});
