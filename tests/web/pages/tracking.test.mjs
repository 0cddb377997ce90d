// SPDX-License-Identifier: MIT
// Early tracking: this month against plan, with the error of such estimates.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell, settled } from "../harness.mjs";

const home = house(test);

test("every line says where it stands, in words and figures", async () => {
  const page = await home.open("/tracking");
  const lines = await page.locator("table.data tbody tr").allInnerTexts();
  assert.ok(lines.length >= 8, `${lines.length} lines`);
  for (const line of lines) assert.match(line, /(Off plan|At risk|On plan|No plan|Cannot say)/);
  assert.match(await page.locator("p.sentence").innerText(), /Month ending 30 Nov 2026, as seen on 24 Nov 2026/);
  assert.match(lines.join("\n"), /held \d+ of \d+/);
  await page.ends();
});

test("measure, trust and order live in the address", async () => {
  const page = await home.open("/tracking?measure=list&org=RXN&sort=-today");
  assert.equal(await page.getByLabel("Measure").inputValue(), "list");
  const names = await page.locator("table.data tbody th").allInnerTexts();
  assert.ok(names.length > 0 && names.every((name) => name.startsWith("Lancashire Teaching")), String(names));
  const today = (await page.locator("table.data tbody td:nth-child(4)").allInnerTexts()).map((text) => Number(text.replace(/\D/g, "")));
  assert.deepEqual(today, [...today].sort((a, b) => b - a));
  await looksWell(page, "tracking-list");
  await page.ends();
});

test("a line leads to its chart", async () => {
  const page = await home.open("/tracking");
  await page.locator("table.data tbody th a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/plan\?org=.*source=P/);
  await settled(page);
  assert.equal(await page.locator(".figure__chart svg").count(), 1);
  await page.ends();
});
