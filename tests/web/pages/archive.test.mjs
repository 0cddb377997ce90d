// SPDX-License-Identifier: MIT
// Archive: how much there is, and what waits for a person: a conflict that is
// resolved, a deletion that waits for a second person.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell } from "../harness.mjs";
import { picture, stow, tell } from "../images.mjs";

const home = house(test);

test("the archive in one look", async () => {
  const page = await home.open("/archive");
  const words = await page.locator("main").innerText();
  assert.match(words, /Studies\s+24/);
  assert.match(words, /Nothing waits for a person/);
  assert.match(words, /GB free of/);
  await page.getByRole("link", { name: /^\d+$/ }).nth(1).click();
  await page.waitForURL(/\/studies\?unmatched=1/);
  await page.ends();
});

test("two images of one identity: both shown, one chosen, all kept", async () => {
  const study = "2.25.8001";
  const page = await home.open("/archive", { allow: /400/ });
  await stow(home.url, [picture({ study, shade: 10 })]);
  await stow(home.url, [picture({ study, shade: 240 })], "RXR");
  await page.getByText("1 conflict", { exact: true }).waitFor();
  const item = page.locator("section[aria-labelledby=conflicts] .aside");
  await item.waitFor();
  await page.waitForFunction(() => {
    const both = [...document.querySelectorAll(".side img")];
    return both.length === 2 && both.every((one) => one.complete && one.naturalWidth > 0);
  });
  assert.match(await item.innerText(), /East Lancashire/);
  await looksWell(page, "archive-conflict");
  await page.setViewportSize({ width: 1280, height: 900 });
  await item.getByText("Resolve it").first().click();
  await item.locator("button[type=submit]").click();
  await item.getByText("Say why").waitFor();
  await item.getByLabel("The one that came second").check({ force: true });
  await item.getByLabel("Why").fill("The first was cut short");
  await item.getByLabel("Your name").fill("A. Keeper");
  await item.locator("button[type=submit]").click();
  await page.getByText("There is none.").waitFor();
  const frame = `${home.url}/dicom-web/studies/${study}/series/${study}.1/instances/${study}.1.1/frames/1`;
  const shown = await fetch(frame, { headers: { accept: 'multipart/related; type="application/octet-stream"' } });
  assert.equal(shown.status, 200);
  assert.ok(Buffer.from(await shown.arrayBuffer()).includes(Buffer.alloc(256, 240)), "the second is shown");
  await page.ends();
});

test("a deletion waits for a second person", async () => {
  const study = "2.25.8002";
  await stow(home.url, [picture({ study })]);
  await tell(home.url, `/api/studies/${study}/delete`, { by: "A. Keeper", reason: "Sent by mistake" });
  const page = await home.open("/archive");
  await page.getByText("1 deletion to confirm").waitFor();
  await looksWell(page, "archive-deletion");
  await page.setViewportSize({ width: 1280, height: 900 });
  const item = page.locator("section[aria-labelledby=deletions] .aside");
  assert.match(await item.innerText(), /A\. Keeper proposed on .*: Sent by mistake/);
  await item.getByText("Keep it: withdraw the deletion").click();
  const form = item.locator("details[open] form");
  await form.getByLabel("Why").fill("It was right after all");
  await form.getByLabel("Your name").fill("B. Second");
  await form.locator("button[type=submit]").click();
  await page.getByText("None is proposed.").waitFor();
  await page.ends();
});
