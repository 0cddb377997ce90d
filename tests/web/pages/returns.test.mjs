// SPDX-License-Identifier: MIT
// The DM01 return: the published figures, any month and Sunday, by site and
// commissioner; every number of pathways opens the list that it counts.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell, settled } from "../harness.mjs";

const home = house(test);
const number = (text) => Number(text.replace(/[^\d]/g, ""));
const row = (page, name) => page.locator("table.return__table tr", { has: page.locator(`th:text-is("${name}")`) });
const cells = async (page, name) => (await row(page, name).first().locator("td").allInnerTexts()).map((text) => text.trim());

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

test("as returned, March 2026 is as published, and leads nowhere", async () => {
  const page = await home.open("/returns?org=RXN&source=R&date=2026-03-31");
  const published = {
    "Magnetic Resonance Imaging": ["1,640", "198"], "Computed Tomography": ["1,016", "15"],
    "Non-obstetric ultrasound": ["8,189", "3,309"], "Barium Enema": ["39", "0"], "DEXA Scan": ["245", "0"],
  };
  for (const [name, [list, over6]] of Object.entries(published))
    assert.deepEqual((await cells(page, name)).slice(0, 2), [list, over6], name);
  assert.equal(await page.locator("table.return__table tbody tr").count(), 15);
  assert.equal(await page.locator("table.return__table td a").count(), 0);
  const all = await cells(page, "All 15 tests");
  assert.equal(number(all[0]), all.slice(4, 18).reduce((sum, text) => sum + number(text), 0));
  assert.match(await page.locator("main").innerText(), /Open Government Licence/);
  await looksWell(page, "returns-published");
  await page.ends();
});

test("a week of pathways by site: parts add up to their test", async () => {
  const page = await home.open("/returns?org=RXN&date=2026-11-15&by=site");
  assert.match(await page.locator("h2.section").innerText(), /SYNTHETIC DM01 return of RXN, week to 15 November 2026/);
  const rows = await page.locator("table.return__table tbody tr").evaluateAll((list) => list.map((tr) => ({
    whole: tr.classList.contains("return__whole"), n: Number(tr.querySelector("td").textContent.replace(/\D/g, "")),
  })));
  let left = 0;
  for (const { whole, n } of rows) {
    if (whole) assert.equal(left, 0);
    left = whole ? n : left - n;
  }
  assert.equal(left, 0);
  await looksWell(page, "returns-sites");
  await page.ends();
});

test("every kind of number opens as many pathways as it says", async () => {
  for (const [where, name] of [
    ["/returns?org=RXL&date=2026-10-31", "Magnetic Resonance Imaging"],
    ["/returns?org=LSC&date=2026-11-15", "Non-obstetric ultrasound"],
    ["/returns?org=RXN&date=2026-10-31&by=commissioner", "Computed Tomography"],
  ]) {
    const page = await home.open(where);
    const links = await row(page, name).first().locator("td a").evaluateAll((list) =>
      list.map((a) => [Number(a.textContent.replace(/\D/g, "")), a.getAttribute("href")]));
    assert.ok(links.length > 5, where);
    for (const [n, href] of links.filter((_, at) => at % 3 === 0 || at >= links.length - 3)) {
      await page.goto(home.url + href);
      assert.equal(await listed(page), n, href);
      if (n > 0) assert.match(await page.locator(".found").innerText(), new RegExp(`^${n.toLocaleString("en-GB")} in all`));
    }
    await page.ends();
  }
});

test("a part's number opens the pathways of that part", async () => {
  for (const by of ["site", "commissioner"]) {
    const page = await home.open(`/returns?org=RXN&date=2026-10-31&by=${by}`);
    const links = await page.locator("table.return__table .return__part td:first-of-type a").evaluateAll((list) =>
      list.map((a) => [Number(a.textContent.replace(/\D/g, "")), a.getAttribute("href")]));
    assert.ok(links.length > 3);
    for (const [n, href] of links.slice(0, 4)) {
      assert.match(href, new RegExp(`${by}=`));
      await page.goto(home.url + href);
      assert.equal(await listed(page), n, href);
    }
    await page.ends();
  }
});

test("choices are in the address and come back", async () => {
  const page = await home.open("/returns");
  await page.getByLabel("Trust").selectOption("RTX");
  await page.waitForURL(/org=RTX/);
  await page.getByRole("radio", { name: "Week" }).check();
  await page.waitForURL(/grain=S/);
  await settled(page);
  await page.getByLabel("Week ending").selectOption("2026-11-08");
  await page.getByLabel("By", { exact: true }).selectOption("commissioner");
  await page.waitForURL(/date=2026-11-08.*by=commissioner/);
  await page.reload();
  await settled(page);
  assert.equal(await page.getByLabel("Trust").inputValue(), "RTX");
  assert.equal(await page.getByLabel("Week ending").inputValue(), "2026-11-08");
  assert.match(await page.title(), /8 Nov 2026: DM01 return/);
  assert.match(await page.locator("h2.section").innerText(), /RTX, week to 8 November 2026/);
  await page.goBack();
  await settled(page);
  assert.doesNotMatch(page.url(), /by=/);
  await page.ends();
});

test("files are of the very same ask", async () => {
  const page = await home.open("/returns?org=RXN&date=2026-11-15&by=site");
  const csv = await page.locator(".files a", { hasText: "CSV" }).getAttribute("href");
  const text = await (await page.request.get(home.url + csv)).text();
  assert.match(text, /^\uFEFF?Regional Team Code,.*Site Code,Site Name,Diagnostic ID/);
  assert.equal(text.trim().split(/\r?\n/).length - 1, await page.locator("table.return__table tbody tr").count());
  const xlsx = await page.request.get(home.url + await page.locator(".files a", { hasText: "Excel" }).getAttribute("href"));
  assert.match(xlsx.headers()["content-disposition"], /synthetic.*\.xlsx/i);
  await page.ends();
});

test("the table is scrolled by the keyboard at 360 px, and its links are reached", async () => {
  const page = await home.open("/returns?org=RXN&date=2026-10-31", { width: 360 });
  const region = page.locator(".scroll.return");
  await region.focus();
  assert.equal(await region.getAttribute("role"), "region");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector(".scroll.return").scrollLeft > 0);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/pathways\?.*list=waiting/);
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  await page.ends();
});

test("tests done are listed newest first, with the wait that each had", async () => {
  const page = await home.open("/pathways?org=RXN&test=MRI&list=activity_wl&date=2026-10-31");
  assert.match(await page.locator(".chosen").innerText(), /Waiting list tests done/);
  assert.match(await page.locator(".chosen").innerText(), /In Oct 2026/);
  await looksWell(page, "pathways-done");
  await page.ends();
});

test("a chosen point of a chart from pathways offers who is behind it", async () => {
  for (const [measure, list] of [["pct6", "list=waiting"], ["activity_wl", "list=activity_wl"]]) {
    const page = await home.open(`/plan?org=RXN&test=MRI&measure=${measure}&source=P&grain=S`);
    assert.match(await page.locator(".behind").innerText(), /Choose a point/);
    await page.locator(".figure__chart").focus();
    await page.keyboard.press("End");
    const said = await page.locator(".figure__readout").innerText();
    const n = number(measure === "pct6" ? /\(([\d,]+) of/.exec(said)[1] : /: ([\d,]+)/.exec(said)[1]);
    await page.locator(".behind a").click();
    await page.waitForURL((url) => url.search.includes(list));
    assert.equal(await listed(page), n, said);
    await page.ends();
  }
  const page = await home.open("/plan?org=RXN&test=MRI&measure=pct6&source=R&point=2026-03-31");
  assert.equal(await page.locator(".behind").count(), 0);
  await page.ends();
});
