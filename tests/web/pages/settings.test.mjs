// SPDX-License-Identifier: MIT
// Settings and about: the clock's rules with who and why; live pages keep the
// place of whoever is typing.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell } from "../harness.mjs";

const home = house(test);

test("licence, version and targets are told", async () => {
  const page = await home.open("/settings?plans=1");
  const text = await page.locator("main").innerText();
  assert.match(text, /Open Government Licence/);
  assert.match(text, /Version\s+\d+\.\d+/);
  assert.match(text, /Everywhere/);
  await looksWell(page, "settings-plans");
  await page.ends();
});

test("a rule is changed from a date on, and its history stays", async () => {
  const page = await home.open("/settings");
  const rows = page.locator("section[aria-labelledby=rules] tbody tr");
  const before = await rows.count();
  await page.getByText("Change a rule from a date on").click();
  const form = page.locator("section[aria-labelledby=rules] form");
  await form.getByRole("button", { name: "Set the rule" }).click();
  assert.equal(await form.locator(".nhsuk-error-message").count(), 3);
  await form.locator(".switch__one", { hasText: "No" }).click();
  await form.getByLabel("Holds from").fill("2026-11-01");
  await form.getByLabel("Why").fill("Network meeting of October");
  await form.getByLabel("Your name").fill("C. Chair");
  await form.getByRole("button", { name: "Set the rule" }).click();
  await page.locator("tr", { hasText: "Network meeting of October" }).waitFor({ timeout: 30_000 });
  assert.equal(await rows.count(), before + 1);
  await page.ends();
});

test("what others do shows by itself, and nobody loses their place", async () => {
  const page = await home.open("/settings");
  await page.getByText("Change a rule from a date on").click();
  const why = page.locator("section[aria-labelledby=rules] form").getByLabel("Why");
  await why.pressSequentially("half a sen");
  const answer = await fetch(`${home.url}/api/targets`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ org: "RXR", test: "CT", measure: "pct6", kind: "standard", from: "2026-11-01", value: 3, set_by: "A. Nother", reason: "Told live" }),
  });
  assert.equal(answer.status, 201);
  await page.locator("tr", { hasText: "Told live" }).waitFor({ timeout: 10_000 });
  await why.pressSequentially("tence");
  assert.equal(await why.inputValue(), "half a sentence");
  await page.ends();
});

test("the first Tab stop skips to the content", async () => {
  const page = await home.open("/settings");
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip to main content/);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.ends();
});
