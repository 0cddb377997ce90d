// SPDX-License-Identifier: MIT
// The network page: who is failing, who is really changing, the whole grid.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell, settled } from "../harness.mjs";

const home = house(test);

/** The cell of a test (a row's name) and an organisation (a column's code). */
async function cell(page, row, code) {
  const heads = await page.locator("table.grid thead th").allInnerTexts();
  const column = heads.findIndex((head) => head.includes(code));
  assert.ok(column > 0, `no column ${code} among ${heads}`);
  return page.locator("table.grid tbody tr", { has: page.locator(`th:text-is("${row}")`) }).locator("td").nth(column - 1);
}

test("published figures of March 2026 are the published ones", async () => {
  const page = await home.open("/?source=R&period=2026-03-31");
  const imaging = { RXN: "31.6% of 11,129", RXR: "4.5% of 8,927", RTX: "12.0% of 7,518", RXL: "9.4% of 4,509" };
  for (const [code, words] of Object.entries(imaging))
    assert.equal((await (await cell(page, "Imaging", code)).innerText()).replace(/\s+/g, " "), words);
  assert.match(await (await cell(page, "Non-obstetric ultrasound", "RXN")).innerText(), /40\.4%\s+8,189/);
  assert.match(await (await cell(page, "Barium Enema", "RXR")).innerText(), /not reported/);
  assert.match(await (await cell(page, "Barium Enema", "RXN")).innerText(), /0\.0%\s+39/);
  await page.ends();
});

test("the words above say what the grid says", async () => {
  const page = await home.open("/?source=R&period=2026-03-31");
  for (const [id, mark] of [["failing", "target will not be met"], ["worse", "getting worse"], ["improving", "improving"]]) {
    const said = Number(await page.locator(`#${id} .glance__count`).innerText());
    const heads = await page.locator("table.grid thead th").allInnerTexts();
    let found = 0;
    for (const code of ["RXN", "RXR", "RTX", "RXL"]) {
      const column = heads.findIndex((head) => head.includes(code));
      found += await page.locator(`table.grid tbody tr:not(.all) td:nth-child(${column + 1}) a[title*="${mark}"]`).count();
    }
    assert.equal(said, found, id);
  }
  await page.ends();
});

test("every column sorts by the keyboard, and the address keeps the order", async () => {
  const page = await home.open("/?together=no");
  const head = page.locator("table.grid thead button", { hasText: "Lancashire Teaching" });
  await head.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/sort=-RXN/);
  assert.equal(await head.locator("xpath=..").getAttribute("aria-sort"), "descending");
  const shares = async () => (await page.locator("table.grid tbody tr:not(.all) td:nth-child(2) .cell__share").allInnerTexts()).map(Number.parseFloat);
  const down = await shares();
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  await page.reload();
  await settled(page);
  assert.deepEqual(await shares(), down);
  await page.ends();
});

test("source and month are in the address and come back", async () => {
  const page = await home.open("/?source=R&period=2025-03-31");
  assert.match(await page.locator("h2.section").innerText(), /Mar 2025/);
  await page.getByLabel("Month").selectOption("2024-03-31");
  await page.waitForURL(/period=2024-03-31/);
  await settled(page);
  assert.match(await page.locator("h2.section").innerText(), /Mar 2024/);
  await page.goBack();
  await settled(page);
  assert.match(await page.locator("h2.section").innerText(), /Mar 2025/);
  await page.ends();
});

test("a cell leads to its improvement plan, and the heading takes the focus", async () => {
  const page = await home.open("/");
  await (await cell(page, "Computed Tomography", "RXL")).locator("a").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/plan\?org=RXL&test=CT/);
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  await page.ends();
});

test("who has not sent this week's data, and who waits longest, lead on", async () => {
  const page = await home.open("/");
  assert.match(await page.locator("section", { hasText: "This week's files" }).innerText(), /week that ended/);
  await page.locator("section[aria-labelledby=longest] p a").click();
  await page.waitForURL(/\/pathways\/\d+/);
  await page.ends();
});

test("the network from pathways looks well", async () => {
  const page = await home.open("/?source=P&together=no&sort=-RXN");
  await looksWell(page, "network-pathways");
  await page.ends();
});
