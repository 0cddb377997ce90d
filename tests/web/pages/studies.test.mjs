// SPDX-License-Identifier: MIT
// Studies: found by what one knows of the patient, followed as they arrive,
// opened in the viewer; one study, its hold, its deletion by two people.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell, settled } from "../harness.mjs";
import { newest, picture, stow } from "../images.mjs";

const home = house(test);
const names = (page) => page.locator("table.data tbody th").allInnerTexts();

test("the newest study stands first, with its picture and its name as people write it", async () => {
  const page = await home.open("/studies");
  const days = await page.locator("table.data tbody td:nth-child(4)").allInnerTexts();
  assert.ok(days.length >= 20, `${days.length} studies`);
  const times = days.map((text) => Date.parse(text.split("\n")[0]));
  assert.deepEqual(times, [...times].sort((a, b) => b - a));
  assert.match((await names(page))[0], /^ZZZ[A-Z]+, [A-Z][a-z]+\n/);
  await page.waitForFunction(() => {
    const first = document.querySelector(".thumb img");
    return first?.complete && first.naturalWidth > 0;
  });
  await looksWell(page, "studies");
  await page.ends();
});

test("a row opens the images in a new tab; marked text does not", async () => {
  const page = await home.open("/studies");
  const link = page.locator("table.data tbody th a").first();
  assert.match(await link.getAttribute("href"), /^\/viewer\/viewer\?StudyInstanceUIDs=[\d.]+(&hangingProtocolId=@ohif\/hpMammo)?$/);
  assert.equal(await link.getAttribute("target"), "_blank");
  const opened = page.context().waitForEvent("page");
  await page.locator("table.data tbody tr").first().locator("td").nth(2).click();
  await (await opened).waitForURL(/\/viewer\/viewer\?StudyInstanceUIDs=[\d.]+(&hangingProtocolId=@ohif\/hpMammo)?$/, { waitUntil: "commit" });
  await page.ends();
});

test("name, number, accession, description: typed, asked, kept in the address", async () => {
  const study = "2.25.7001";
  await stow(home.url, [picture({ study, name: "ZZZOSWALD^ANN^MAY^MRS", patient: "9434765919", accession: "ACC7001", description: "Wrist, left" })]);
  const page = await home.open("/studies");
  await page.getByLabel("Patient's name").fill("zzzoswald");
  await page.getByLabel("Patient's name").press("Enter");
  await page.waitForURL(/name=zzzoswald/);
  await page.getByRole("link", { name: /^ZZZOSWALD, Ann May \(Mrs\)/ }).waitFor();
  assert.equal((await names(page)).length, 1);
  assert.match((await names(page))[0], /943 476 5919/);
  await page.getByRole("link", { name: "Clear the search" }).click();
  await page.waitForURL((url) => url.search === "");
  await page.waitForFunction(() => document.querySelector("input[name=name]").value === "");
  for (const [label, value, asked] of [["Patient's number", "943 476 5919", /patient=9434765919/], ["Accession number", "ACC7001", /accession=ACC7001/], ["Description", "wrist", /words=wrist/]]) {
    await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL(asked);
    await settled(page);
    await page.waitForFunction(() => document.querySelectorAll("table.data tbody tr").length === 1);
    await page.getByRole("link", { name: "Clear the search" }).click();
    await page.waitForURL((url) => url.search === "");
    await page.waitForFunction(() => [...document.querySelectorAll("form[role=search] input[type=text]")].every((one) => one.value === ""));
  }
  await page.ends();
});

test("modality, trust and days narrow the list", async () => {
  const page = await home.open("/studies");
  await page.getByLabel("Modality").selectOption("CT");
  await page.waitForURL(/modality=CT/);
  await settled(page);
  const chips = await page.locator("table.data tbody .chip").allInnerTexts();
  assert.deepEqual([...new Set(chips)], ["CT"]);
  await page.getByLabel("Trust").selectOption("RXL");
  await page.waitForURL(/org=RXL/);
  await settled(page);
  assert.equal((await names(page)).length, 1);
  await page.getByRole("link", { name: "Clear the search" }).click();
  await page.getByLabel("Today", { exact: true }).check({ force: true });
  await page.waitForURL(/when=today/);
  await settled(page);
  const days = await page.locator("table.data tbody td:nth-child(4)").allInnerTexts();
  for (const day of days) assert.match(day, /^24 Nov 2026/);
  await page.ends();
});

test("what matches no request is told apart, and can be listed alone", async () => {
  const page = await home.open("/studies?unmatched=1");
  const told = await page.locator("table.data tbody td:nth-last-child(2)").allInnerTexts();
  assert.ok(told.length > 0);
  assert.deepEqual([...new Set(told)], ["No request"]);
  await page.goto(`${home.url}/studies?modality=CT`);
  await settled(page);
  await page.getByRole("link", { name: /^Matched/ }).first().click();
  await page.waitForURL(/\/pathways\/\d+/);
  await page.ends();
});

test("a study shows as it arrives, without asking again", async () => {
  const page = await home.open("/studies?accession=LIVE7002");
  await page.getByText("No study fits.").waitFor();
  const study = "2.25.7002";
  await stow(home.url, [picture({ study, accession: "LIVE7002" })]);
  await page.getByRole("link", { name: /^ZZZTEST, Pat/ }).waitFor();
  assert.match(await page.locator("table.data tbody tr").innerText(), /Arriving/);
  await stow(home.url, [2, 3].map((number) => picture({ study, accession: "LIVE7002", number, instance: `${study}.1.${number}` })));
  await page.getByText("3 images").waitFor();
  await page.ends();
});

test("a long list goes on page by page", async () => {
  await stow(home.url, Array.from({ length: 60 }, (_, n) => picture({ study: `2.25.71${String(n).padStart(3, "0")}`, patient: `LONG${n}`, description: "Longlist" })));
  const page = await home.open("/studies?words=Longlist");
  assert.equal((await names(page)).length, 50);
  await page.getByRole("link", { name: "Older 50" }).click();
  await page.waitForURL(/offset=50/);
  await settled(page);
  await page.waitForFunction(() => document.querySelectorAll("table.data tbody tr").length === 10);
  await page.getByRole("link", { name: "Newer 50" }).click();
  await page.waitForFunction(() => document.querySelectorAll("table.data tbody tr").length === 50);
  const answer = await fetch(home.url + (await page.getByRole("link", { name: /^CSV/ }).getAttribute("href")));
  assert.equal((await answer.text()).trim().split("\n").length, 61);
  await page.ends();
});

test("what cannot be asked is said in words", async () => {
  const page = await home.open("/studies?from=2026-13-45", { allow: /400/ });
  assert.match(await page.locator(".problem").innerText(), /from/);
  await page.ends();
});

test("one study says whose it is, shows its series, and leads to its request", async () => {
  const study = await newest(home.url, "DX");
  const page = await home.open(`/studies/${study}`);
  assert.match(await page.locator("h1").innerText(), /ZZZ[A-Z]+, /);
  assert.equal(await page.locator("section[aria-labelledby=series] tbody tr").count(), 3);
  assert.match(await page.locator("main").innerText(), /No request/);
  await page.waitForFunction(() => [...document.querySelectorAll(".thumb img")].every((one) => one.complete && one.naturalWidth > 0));
  await looksWell(page, "study");
  await page.ends();
  const matched = await home.open(`/studies/${await newest(home.url, "CT")}`);
  await matched.getByRole("link", { name: "a request that Ribble knows" }).click();
  await matched.waitForURL(/\/pathways\/\d+/);
  await matched.ends();
});

async function decide(page, title, { by, reason }) {
  await page.getByText(title, { exact: true }).click();
  const form = page.locator("details[open]", { hasText: title }).locator("form");
  if (reason) await form.getByLabel("Why").fill(reason);
  await form.getByLabel("Your name").fill(by);
  await form.locator("button[type=submit]").click();
  return form;
}

test("a hold and a deletion: who and why, two people, and all of it told", async () => {
  const study = "2.25.7003";
  await stow(home.url, [picture({ study })]);
  const page = await home.open(`/studies/${study}`, { allow: /40[349]/ });
  await page.getByText("Put it under legal hold", { exact: true }).click();
  await page.locator("details[open] button[type=submit]").click();
  await page.getByText("Say why").waitFor();
  await page.getByText("Put it under legal hold", { exact: true }).click();
  await decide(page, "Put it under legal hold", { by: "A. Keeper", reason: "Inquest" });
  await page.getByText("It cannot be deleted while the hold stands.").waitFor();
  await decide(page, "Release the legal hold", { by: "A. Keeper", reason: "Inquest is over" });
  await page.getByText("Propose that it is deleted", { exact: true }).waitFor();
  await decide(page, "Propose that it is deleted", { by: "A. Keeper", reason: "Sent by mistake" });
  await page.getByText("It waits for a second person.").waitFor();
  const form = await decide(page, "Confirm the deletion", { by: "A. Keeper" });
  await form.getByText("who proposed it cannot confirm it").waitFor();
  await form.getByLabel("Your name").fill("B. Second");
  await form.locator("button[type=submit]").click();
  await page.getByText(/It is no longer found by searches/).waitFor();
  const story = await page.locator("section[aria-labelledby=history]").innerText();
  for (const word of ["Put under legal hold", "Legal hold released", "Inquest is over", "Deletion proposed", "Deletion confirmed", "B. Second"])
    assert.ok(story.includes(word), `${word} in ${story}`);
  const list = await home.open("/studies?name=ZZZTEST&patient=SYN-1");
  assert.ok(!(await list.content()).includes(study), "it is no longer found");
  await decide(page, "Keep it: withdraw the deletion", { by: "A. Keeper", reason: "It was right after all" });
  await page.getByText("Propose that it is deleted", { exact: true }).waitFor();
  await list.locator(`a[href="/studies/${study}"]`).waitFor();
  await list.ends();
  await page.ends();
});
