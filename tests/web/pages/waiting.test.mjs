// SPDX-License-Identifier: MIT
// The waiting list: bands, weeks, longest waits; every number opens the list
// of pathways behind it, and each pathway says why its clock stands there.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell, settled } from "../harness.mjs";

const home = house(test);

const number = (text) => Number(text.replace(/[^\d]/g, ""));

/** Counts the rows of a list of pathways, page by page. */
async function listed(page) {
  let rows = 0;
  for (;;) {
    await settled(page);
    rows += await page.locator("table.data tbody tr").count();
    const next = page.getByRole("link", { name: "Next 50" });
    if ((await next.count()) === 0) return rows;
    const before = page.url();
    await next.click();
    await page.waitForFunction((url) => location.href !== url, before);
  }
}

test("looks well for one trust, as a heat map too", async () => {
  const page = await home.open("/waiting?org=RXN&test=MRI&over=heat&bands=table&weeks=table");
  await looksWell(page, "waiting-trust");
  await page.ends();
});

test("numbers open the pathways that they count", async () => {
  const page = await home.open("/waiting?org=RXN");
  for (const term of ["Waiting", "Six weeks or more", "13 weeks or more"]) {
    await page.goto(`${home.url}/waiting?org=RXN`);
    await settled(page);
    const link = page.locator(".numbers div", { has: page.locator(`dt:text-is("${term}")`) }).locator("a");
    const said = number(await link.innerText());
    await link.click();
    await page.waitForURL(/\/pathways\?/);
    const rows = await listed(page);
    assert.equal(rows, said, term);
  }
  await page.ends();
});

test("a bar is walked to by keyboard and opens its list", async () => {
  const page = await home.open("/waiting?org=RXN");
  await page.locator(".figure__chart").first().focus();
  await page.keyboard.press("Home");
  assert.match(await page.locator(".figure__readout").first().innerText(), /^Under 1 week: /);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/pathways\?.*band=0/);
  await settled(page);
  assert.match(await page.locator(".chosen").innerText(), /Under 1 week|under 1 week/);
  await page.goBack();
  await settled(page);
  assert.match(page.url(), /\/waiting\?org=RXN/);
  await page.ends();
});

test("a Sunday of the past is shown with its bands", async () => {
  const page = await home.open("/waiting?org=RXN&date=2026-11-15");
  assert.match(await page.locator("figure").first().innerText(), /15 Nov 2026/);
  await looksWell(page, "waiting-sunday");
  await page.ends();
});

test("the longest wait tells why its clock stands where it stands", async () => {
  const page = await home.open("/pathways?list=waiting");
  const days = (await page.locator("table.data tbody td strong").allInnerTexts()).map(number);
  assert.deepEqual(days, [...days].sort((a, b) => b - a));
  await looksWell(page, "pathways");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.locator("table.data tbody a").first().click();
  await page.waitForURL(/\/pathways\/\d+/);
  await settled(page);
  assert.match(await page.locator(".clock").innerText(), new RegExp(`${days[0]} days`));
  assert.match(await page.locator(".sentence").innerText(), /Request .*; band 13\+/i);
  assert.match(await page.locator("main table").innerText(), /clock started/i);
  await looksWell(page, "pathway");
  await page.ends();
});

test("a missed appointment is told with what it did", async () => {
  const page = await home.open("/pathways?list=waiting&state=missed");
  await page.locator("table.data tbody a").first().click();
  await page.waitForURL(/\/pathways\/\d+/);
  await settled(page);
  assert.match(await page.locator("main table").innerText(), /Did not attend|Cancelled/);
  await page.ends();
});

test("conditions of a list can be taken away one by one", async () => {
  const page = await home.open("/pathways?org=RXN&test=MRI&band=6%2B&list=waiting");
  assert.equal(await page.locator(".chosen li").count(), 4);
  await page.locator(".chosen li", { hasText: "Magnetic" }).locator("a").click();
  await page.waitForURL((url) => !url.search.includes("test="));
  assert.equal(await page.locator(".chosen li").count(), 3);
  await page.ends();
});

test("a pathway that is not there says so", async () => {
  const page = await home.open("/pathways/1", { allow: /404/ });
  assert.ok((await page.locator(".problem").innerText()).length > 10);
  await page.ends();
});
