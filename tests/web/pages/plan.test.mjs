// SPDX-License-Identifier: MIT
// The improvement plan: the chart answers keyboard and pointer, says its
// choices, goes out as a picture, and keeps what people write on it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { house, looksWell, settled } from "../harness.mjs";

const home = house(test);
const where = "/plan?org=RXN&test=MRI&measure=pct6&source=R";

test("looks well, with table, point and options of the address", async () => {
  const page = await home.open(`${where}&point=2025-03-31&table=1&screening=0&shift=6`);
  await looksWell(page, "plan-all");
  assert.match(await page.locator(".figure__readout").innerText(), /^Mar 2025: 17\.2% \(335 of 1,952\)/);
  assert.equal(await page.getByLabel(/screening/).isChecked(), false);
  assert.equal(await page.getByLabel("Points for a shift").inputValue(), "6");
  assert.equal(await page.locator(".figure__table tbody tr").count(), 36);
  await page.ends();
});

test("arrow keys walk the points and say each; T opens the table", async () => {
  const page = await home.open(where);
  await page.locator(".figure__chart").focus();
  const said = page.locator(".figure__readout[aria-live=polite]");
  await page.keyboard.press("Home");
  assert.match(await said.innerText(), /^Apr 2023: /);
  await page.keyboard.press("ArrowRight");
  assert.match(await said.innerText(), /^May 2023: /);
  await page.keyboard.press("End");
  assert.match(await said.innerText(), /^Mar 2026: 12\.1% \(198 of 1,640\).*limits/);
  assert.match(page.url(), /point=2026-03-31/);
  await page.keyboard.press("t");
  await page.waitForSelector(".figure__table table");
  await page.keyboard.press("t");
  assert.equal(await page.locator(".figure__table table").count(), 0);
  await page.keyboard.press("Escape");
  assert.doesNotMatch(page.url(), /point=/);
  await page.ends();
});

test("the pointer shows what the keyboard shows", async () => {
  const page = await home.open(where);
  const box = await page.locator(".figure__chart").boundingBox();
  await page.mouse.move(box.x + box.width / 3, box.y + 100);
  assert.match(await page.locator(".figure__readout").innerText(), /^\w{3} 202\d: /);
  await page.ends();
});

test("a typed T stays a letter", async () => {
  const page = await home.open(where);
  await page.getByText("A note, step change or rebase").click();
  await page.getByLabel("What happened, and why").fill("");
  await page.getByLabel("What happened, and why").pressSequentially("ttt");
  assert.equal(await page.locator(".figure__table table").count(), 0);
  await page.ends();
});

test("picture and table files carry title, source and date", async () => {
  const page = await home.open(where);
  const save = async (name) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"), page.locator(".figure__tools").getByRole("button", { name }).click(),
    ]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const svg = await save("SVG");
  assert.match(svg.bytes.toString(), /Magnetic Resonance Imaging/);
  assert.match(svg.bytes.toString(), /Source: NHS England/);
  assert.match(svg.bytes.toString(), /Made \d+ \w{3} 20\d\d/);
  const png = await save("PNG");
  assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
  assert.ok(png.bytes.readUInt32BE(16) > 1000 && png.bytes.length > 20_000);
  const csv = await save(/^CSV/);
  assert.equal(csv.bytes.toString().trim().split("\r\n").length, 37);
  assert.match(csv.bytes.toString(), /^Month,Value,/);
  const xlsx = await save(/^Excel/);
  assert.equal(xlsx.bytes.subarray(0, 2).toString(), "PK");
  assert.match(xlsx.name, /^spc-rxn-.*\.xlsx$/);
  await page.ends();
});

test("a note is refused without words, then stored, shown, and removed with a reason", async () => {
  const page = await home.open(`${where}&point=2024-07-31`);
  await page.getByText("A note, step change or rebase").click();
  await page.getByRole("button", { name: "Add to the chart" }).click();
  assert.equal(await page.locator("#additions .nhsuk-error-message").count(), 2);
  await page.getByLabel("What happened, and why").fill("Third scanner opened");
  await page.locator("#additions details").first().getByLabel("Your name").fill("A. Analyst");
  await page.getByRole("button", { name: "Add to the chart" }).click();
  const row = page.locator("tr", { hasText: "Third scanner opened" });
  await row.waitFor();
  assert.match(await row.innerText(), /31 Jul 2024\s+Note/);
  await looksWell(page, "plan-note");
  await row.getByRole("button", { name: /^Remove/ }).click();
  await row.getByLabel("Why it is removed").fill("entered twice");
  await row.getByRole("button", { name: "Remove it" }).click();
  await row.waitFor({ state: "detached" });
  await page.ends();
});

test("a rebase is tried in the address, and stored only when asked", async () => {
  const page = await home.open(`${where}&point=2025-06-30`);
  await page.getByRole("button", { name: /^Rebase at Jun 2025/ }).click();
  await page.waitForURL(/rebase=2025-06-30/);
  await settled(page);
  assert.match(await page.locator(".rebase").innerText(), /Trying rebases at Jun 2025; not stored/);
  await page.getByText("Back to the stored ones").click();
  await settled(page);
  assert.doesNotMatch(page.url(), /rebase/);
  await page.ends();
});

test("a plan's month is set with its reason and drawn", async () => {
  const page = await home.open("/plan?org=RXL&test=CT&measure=pct6&source=R");
  await page.getByText("A target or a plan").click();
  const form = page.locator("#additions details").nth(1);
  await form.getByLabel("Month end").fill("2026-04-30");
  await form.getByLabel("Value (%)").fill("9.5");
  await form.getByLabel("Why").fill("Board paper of March");
  await form.getByLabel("Your name").fill("B. Manager");
  await form.getByRole("button", { name: "Set it" }).click();
  await form.getByText("Stored.").waitFor();
  await page.getByRole("button", { name: "Show every month" }).click();
  await page.locator("tr", { hasText: "Board paper of March" }).waitFor();
  await page.ends();
});

test("the other trusts stand beside it, and lead to their own", async () => {
  const page = await home.open(where);
  assert.equal(await page.locator(".small-spc svg[viewBox]").count() >= 3, true);
  await page.locator(".small-spc a", { hasText: "Blackpool" }).click();
  await page.waitForURL(/org=RXL/);
  await page.ends();
});

test("weekly measures look well", async () => {
  const page = await home.open("/plan?org=LSC&test=*&measure=dna_rate&source=P&grain=S");
  await looksWell(page, "plan-weeks");
  await page.ends();
});

test("a measure without figures says so in words", async () => {
  const page = await home.open("/plan?org=RXR&test=BARIUM_ENEMA&measure=pct6&source=R");
  assert.match(await page.locator("main").innerText(), /has no figures/);
  await page.ends();
});
