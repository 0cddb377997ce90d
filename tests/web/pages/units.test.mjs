// SPDX-License-Identifier: MIT
// The pages' pure functions, straight from their source.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../../web");
let vite, words, scale, findings, picture, table;

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
