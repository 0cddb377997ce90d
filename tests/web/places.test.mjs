// SPDX-License-Identifier: MIT
// Every place of the navigation: opens, says what it is, reads well by axe at
// both widths, does not scroll sideways, complains of nothing on the console.
// Its pictures are kept.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell } from "./harness.mjs";

const home = house(test);
const places = {
  network: "/",
  plan: "/plan",
  waiting: "/waiting",
  returns: "/returns",
  tracking: "/tracking",
  submissions: "/submissions",
  settings: "/settings",
  studies: "/studies",
  archive: "/archive",
  systems: "/systems",
  post: "/post",
  migration: "/migration",
};

for (const [name, where] of Object.entries(places))
  test(`${name} looks well`, async () => {
    const page = await home.open(where);
    assert.match(await page.title(), /Ribble/);
    assert.equal(await page.locator("h1").count(), 1);
    await looksWell(page, name);
    await page.ends();
  });

test("every page says that the patients are synthetic", async () => {
  for (const where of Object.values(places)) {
    const page = await home.open(where);
    assert.match(await page.locator("body").innerText(), /SYNTHETIC/);
    await page.ends();
  }
});

test("the navigation leads to every place and says where one is", async () => {
  const page = await home.open("/");
  for (const where of Object.values(places)) {
    const link = page.locator(`nav.places a[href="${where}"]`);
    if (await link.count() === 0) await page.locator("nav.sections a:not([aria-current])").click();
    await link.click();
    await page.waitForURL((url) => url.pathname === where);
    await page.waitForSelector(`nav.places a[href="${where}"][aria-current="page"]`);
    assert.equal(await page.locator('nav.sections a[aria-current="true"]').count(), 1);
  }
  await page.ends();
});

test("an address that leads nowhere says so", async () => {
  const page = await home.open("/no-such-place");
  assert.match(await page.locator("h1").innerText(), /not found/i);
  await page.ends();
});

test("print is black on white without the navigation", async () => {
  const page = await home.open("/");
  await page.emulateMedia({ media: "print" });
  for (const nav of await page.locator("nav").all()) assert.equal(await nav.isVisible(), false);
  await page.ends();
});
