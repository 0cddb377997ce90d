// SPDX-License-Identifier: MIT
// Systems: a caller that nobody knows shows by itself, is admitted in one
// click and then answered; a system is changed, and its story told.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { house, looksWell } from "../harness.mjs";

const home = house(test);

/** A C-ECHO by DCMTK: was it answered? */
function echo(aet) {
  const made = spawnSync("echoscu", ["-aet", aet, "-aec", "RIBBLE", "127.0.0.1", String(home.server.dicomPort)], { encoding: "utf8" });
  assert.equal(made.error, undefined, String(made.error));
  return made.status === 0;
}

test("a caller that nobody knows is admitted, and answered from then on", async () => {
  const page = await home.open("/systems");
  await page.getByText("Nobody called that is not known.").waitFor();
  assert.equal(echo("RXN_CT9"), false);
  const row = page.locator("section[aria-labelledby=strangers] tbody tr", { hasText: "RXN_CT9" });
  await row.waitFor();
  assert.equal(await row.getByLabel("Trust of RXN_CT9").inputValue(), "RXN");
  await looksWell(page, "systems-stranger");
  await page.setViewportSize({ width: 1280, height: 900 });
  await row.getByRole("button", { name: "Admit RXN_CT9" }).click();
  await page.getByText("Enter your name").waitFor();
  await page.getByLabel("Your name").fill("A. Keeper");
  await row.getByRole("button", { name: "Admit RXN_CT9" }).click();
  await page.locator("section[aria-labelledby=peers] tbody tr", { hasText: "RXN_CT9" }).waitFor();
  await page.getByText("Nobody called that is not known.").waitFor();
  assert.equal(echo("RXN_CT9"), true);
  await page.ends();
});

test("a stranger can be dismissed", async () => {
  assert.equal(echo("NOBODY"), false);
  const page = await home.open("/systems");
  const row = page.locator("section[aria-labelledby=strangers] tbody tr", { hasText: "NOBODY" });
  await page.getByLabel("Your name").fill("A. Keeper");
  await row.getByRole("button", { name: "Dismiss NOBODY" }).click();
  await page.getByText("Nobody called that is not known.").waitFor();
  await page.ends();
});

test("a system is added, changed, retired, and its story is told", async () => {
  const page = await home.open("/systems?peer=new", { allow: /400/ });
  const form = page.locator(".panel form");
  await form.locator("button[type=submit]").click();
  await form.getByText("Enter its AE title").waitFor();
  await form.getByLabel("AE title", { exact: true }).fill("RXR_PACS");
  await form.getByLabel("Speaks for").selectOption("RXR");
  await form.getByLabel("What it is").fill("Old archive, Royal Blackburn");
  for (const right of ["Search", "Fetch images"]) await form.getByLabel(right).check();
  await form.getByLabel("Calls from").fill("10.20.0.0/33");
  await form.getByLabel("We call it at host").fill("127.0.0.1");
  await form.getByLabel("Port").fill("11113");
  await form.getByLabel("Why").fill("New contract");
  await form.getByLabel("Your name").fill("A. Keeper");
  await form.locator("button[type=submit]").click();
  await form.locator(".outcome__bad").waitFor();
  await form.getByLabel("Calls from").fill("10.20.0.0/16");
  await form.locator("button[type=submit]").click();
  await page.waitForURL((url) => url.searchParams.get("peer") === null);
  const row = page.locator("section[aria-labelledby=peers] tbody tr", { hasText: "RXR_PACS" });
  await row.waitFor();
  assert.match(await row.innerText(), /test the connection, send images, search, fetch images/);
  assert.match(await row.innerText(), /127\.0\.0\.1:11113/);
  await row.getByRole("link", { name: "Change RXR_PACS" }).click();
  await page.waitForURL(/peer=\d+/);
  await form.getByLabel("In use").uncheck();
  await form.getByLabel("Why").fill("Replaced");
  await form.locator("button[type=submit]").click();
  await page.getByText("Stored. It holds from the next call on.").waitFor();
  await row.getByText("Retired").waitFor();
  await page.locator(".panel table").getByText("Replaced").waitFor();
  assert.match(await page.locator(".panel table").innerText(), /active: true → false/);
  await looksWell(page, "systems-change");
  await page.ends();
});

test("systems look well", async () => {
  const page = await home.open("/systems");
  assert.match(await page.locator("main").innerText(), /Our AE title\s+RIBBLE/);
  await looksWell(page, "systems-known");
  await page.ends();
});
