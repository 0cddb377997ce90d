// SPDX-License-Identifier: MIT
// Submissions: who sent what and when; a file sent from the browser, its bad
// row corrected and replayed, another left out with a reason.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell, settled } from "../harness.mjs";

const home = house(test);

const HEAD = "event,event_at,provider,accession,patient,test,priority,patient_source,planned,due_date,appointment_at,site_of_request,site_of_scan,site_of_report,provider_kind,commissioner";
const good = (n) => `requested,2026-11-20 09:${String(n).padStart(2, "0")},RXN,PAGE${String(n).padStart(4, "0")},PAT${n},MRI,routine,GP,N,,,,,,,`;
const WRONG_DAY = "requested,31/02/2026 09:00,RXN,PAGE9001,PAT9001,MRI,routine,GP,N,,,,,,,";
const WRONG_TEST = "requested,2026-11-20 09:00,RXN,PAGE9002,PAT9002,NOSUCH,routine,GP,N,,,,,,,";

function file(name, rows) {
  return { name, mimeType: "text/csv", buffer: Buffer.from(`${[HEAD, ...rows].join("\n")}\n`) };
}

test("weeks are shown by shape and words", async () => {
  const page = await home.open("/submissions");
  const cell = page.locator("table.matrix td[title]").first();
  assert.match(await cell.getAttribute("title"), /on time|late|missing|due|refused/i);
  assert.equal(await cell.locator("svg").count(), 1);
  await page.getByLabel("Show").selectOption("13");
  await page.waitForURL(/weeks=13/);
  await settled(page);
  assert.equal(await page.locator("table.matrix thead th").count(), 14);
  await page.ends();
});

test("the list is narrowed in the address", async () => {
  const page = await home.open("/submissions?kind=wlmds&org=RXN");
  const kinds = await page.locator("section[aria-labelledby=received] tbody td:nth-child(2)").allInnerTexts();
  assert.ok(kinds.length > 0);
  assert.deepEqual([...new Set(kinds)], ["WLMDS"]);
  assert.equal(await page.locator("section[aria-labelledby=received]").getByLabel("From").inputValue(), "RXN");
  await page.ends();
});

test("a file goes in, its bad rows are corrected or left out", async () => {
  const page = await home.open("/submissions", { allow: /400/ });
  const rows = Array.from({ length: 60 }, (_, n) => good(n));
  await page.getByLabel(/Choose files/).setInputFiles(file("RIS-RXN-2026-11-20.csv", [...rows, WRONG_DAY, WRONG_TEST]));
  const sent = page.locator(".sent");
  await sent.getByText("taken").waitFor();
  assert.match(await sent.innerText(), /RIS events, 62 rows, 2 kept aside/);
  await sent.getByRole("link").click();
  await page.waitForURL(/\/submissions\/\d+/);
  await settled(page);
  await looksWell(page, "submission");
  await page.setViewportSize({ width: 1280, height: 900 });

  const bad = page.locator(".aside", { hasText: "PAGE9001" });
  await bad.getByRole("button", { name: /Correct or leave out/ }).click();
  await page.waitForURL(/row=\d+/);
  await bad.getByLabel("Your name").fill("B. Clerk");
  await bad.getByRole("button", { name: "Correct and replay" }).click();
  await bad.locator(".outcome__bad").waitFor();
  await bad.getByLabel("The row, corrected").fill(WRONG_DAY.replace("31/02/2026", "21/11/2026"));
  await bad.getByRole("button", { name: "Correct and replay" }).click();
  await bad.getByText("Corrected and taken").first().waitFor();

  const other = page.locator(".aside", { hasText: "PAGE9002" });
  await other.getByRole("button", { name: /Correct or leave out/ }).click();
  await other.getByRole("button", { name: "Leave it out" }).first().click();
  await other.getByLabel("Why it may stay out").fill("Not an imaging test");
  await other.locator("form button[type=submit]").click();
  await other.getByText("Left out by B. Clerk").waitFor();
  assert.match(await page.locator("section[aria-labelledby=quarantine]").innerText(), /none left to correct/);
  await page.ends();
});

test("the same file again changes nothing, and says so", async () => {
  const page = await home.open("/submissions");
  const again = file("RIS-RXN-2026-11-19.csv", [good(1), good(2)]);
  for (const word of ["taken", "same file again"]) {
    await page.getByLabel(/Choose files/).setInputFiles(again);
    await page.locator(".sent li").last().getByText(word).waitFor();
  }
  await page.ends();
});

test("a file of no known kind is refused in words", async () => {
  const page = await home.open("/submissions", { allow: /4\d\d/ });
  await page.getByLabel(/Choose files/).setInputFiles({ name: "shopping.csv", mimeType: "text/csv", buffer: Buffer.from("milk,eggs\n1,2\n") });
  await page.locator(".sent .outcome__bad").waitFor();
  assert.match(await page.locator(".sent").innerText(), /shopping\.csv/);
  await page.ends();
});
