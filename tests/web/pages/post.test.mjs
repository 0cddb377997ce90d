// SPDX-License-Identifier: MIT
// Sending: a rule made on the page writes a letter when a study comes; its
// trouble shows, it is tried again, it is given up.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell } from "../harness.mjs";
import { picture, stow, tell } from "../images.mjs";

const home = house(test);

test("nothing to send, no rule, no destination: in words", async () => {
  const page = await home.open("/post");
  const words = await page.locator("main").innerText();
  assert.match(words, /Everything that was to be sent has arrived/);
  assert.match(words, /No rule: nothing leaves by itself/);
  await page.ends();
});

test("a rule, its letter, the trouble, again, and given up", async () => {
  await tell(home.url, "/api/peers", {
    aet: "DOWN", org: "RXN", name: "A workstation that is off", host: "127.0.0.1", port: 1, by: "A. Keeper", reason: "Test",
  });
  const page = await home.open("/post?rule=new");
  const form = page.locator(".panel form");
  await form.locator("button[type=submit]").click();
  await form.getByText("Give it a name").waitFor();
  await form.getByLabel("Name", { exact: true }).fill("Wrists to the clinic");
  await form.getByLabel("To", { exact: true }).selectOption("DOWN");
  await form.getByLabel("Words of its description").fill("wrist");
  await form.getByLabel("Sat").uncheck();
  await form.getByLabel("Sun").uncheck();
  await form.getByLabel("From").fill("25:00");
  await form.getByLabel(/Also as soon as a study begins/).check();
  await form.getByLabel("Why").fill("Clinic asked");
  await form.getByLabel("Your name").fill("A. Keeper");
  await form.locator("button[type=submit]").click();
  await form.getByText("Enter a time such as 18:00").waitFor();
  await form.getByLabel("From").fill("");
  await form.locator("button[type=submit]").click();
  await page.waitForURL((url) => url.searchParams.get("rule") === null);
  const rule = page.locator("section[aria-labelledby=rules] tbody tr");
  await rule.waitFor();
  assert.match(await rule.innerText(), /Studies of every trust described as “wrist”/);
  assert.match(await rule.innerText(), /Monday to Friday/);

  await stow(home.url, [picture({ study: "2.25.9001", description: "Wrist, left" })]);
  const letter = page.locator("section[aria-labelledby=letters] tbody tr", { hasText: "DOWN" });
  await letter.waitFor();
  await page.waitForFunction(() => /\S/.test(document.querySelector("section[aria-labelledby=letters] tbody td:nth-child(7)")?.textContent ?? ""));
  await looksWell(page, "post-letter");
  await page.setViewportSize({ width: 1280, height: 900 });
  await letter.getByRole("link", { name: /^Decide/ }).click();
  const panel = page.locator("section[aria-labelledby=letters] .panel");
  await panel.getByRole("button", { name: "Try again now" }).click();
  await panel.getByText("It is tried again now.").waitFor();
  await panel.getByText("Give it up").click();
  await panel.locator("details[open]").getByLabel("Why").fill("The clinic moved");
  await panel.locator("details[open] button[type=submit]").click();
  await page.getByText("Everything that was to be sent has arrived.").waitFor();
  await page.getByLabel("State").selectOption("withdrawn");
  await page.waitForURL(/state=withdrawn/);
  await letter.waitFor();
  await page.ends();
});

test("a rule is changed on the page", async () => {
  const page = await home.open("/post");
  await page.getByRole("link", { name: /^Change the rule/ }).click();
  await page.waitForURL(/rule=\d+/);
  const form = page.locator(".panel form");
  assert.equal(await form.getByLabel("Name", { exact: true }).inputValue(), "Wrists to the clinic");
  await looksWell(page, "post-rule");
  await page.setViewportSize({ width: 1280, height: 900 });
  await form.getByLabel("In force").uncheck();
  await form.getByLabel("Why").fill("Clinic closed");
  await form.getByLabel("Your name").fill("A. Keeper");
  await form.locator("button[type=submit]").click();
  await page.locator("section[aria-labelledby=rules] tbody .tag", { hasText: "Off" }).waitFor();
  await page.ends();
});

test("an archive on the web is added", async () => {
  const page = await home.open("/post");
  await page.getByText("Add or change a destination").click();
  const form = page.locator("section[aria-labelledby=destinations] form");
  await form.getByLabel("Name", { exact: true }).fill("REGION");
  await form.getByLabel("Address of its DICOMweb").fill("pacs.example");
  await form.getByLabel("Your name").fill("A. Keeper");
  await form.locator("button[type=submit]").click();
  await form.getByText("Enter an address that begins with").waitFor();
  await form.getByLabel("Address of its DICOMweb").fill("https://pacs.example/dicom-web");
  await form.locator("button[type=submit]").click();
  await page.locator("section[aria-labelledby=destinations] tbody tr", { hasText: "REGION" }).waitFor();
  await page.ends();
});
