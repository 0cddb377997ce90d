// SPDX-License-Identifier: MIT
// The migration page: an old archive is added, its studies come and are
// counted; one that does not answer says so; a study is fetched again.
import assert from "node:assert/strict";
import test from "node:test";
import { house, looksWell, serve, settled } from "../harness.mjs";
import { picture, stow, tell } from "../images.mjs";

const home = house(test);
const said = { by: "Ann", reason: "A test" };
let old;
test.before(async () => {
  old = await serve({ demo: false });
  for (let n = 1; n <= 3; n++)
    await stow(old.url, [1, 2].map((k) => picture({ study: `2.25.77${n}`, instance: `2.25.77${n}.1.${k}`, number: k, patient: `OLD-${n}`, date: `2026112${n}` })));
});
test.after(() => old?.stop());

async function until(page, text) {
  for (let n = 0; n < 60; n++) {
    await settled(page);
    if ((await page.locator("main").innerText()).includes(text)) return;
    await page.waitForTimeout(500);
    await page.reload();
  }
  assert.fail(`the page never said "${text}": ${await page.locator("main").innerText()}`);
}

test("an old archive is added on the page, and everything comes", async () => {
  await tell(home.url, "/api/web-destinations", { name: "old-pacs", url: `${old.url}/dicom-web`, by: "Ann" });
  const page = await home.open("/migration");
  await page.getByRole("link", { name: "Add an old archive" }).click();
  await page.getByRole("button", { name: "Add the archive" }).click();
  assert.match(await page.locator("main").innerText(), /Give it a name/);
  await page.getByLabel("Name", { exact: true }).fill("Old PACS");
  await page.getByLabel("Of", { exact: true }).selectOption("RXN");
  await page.getByLabel("DICOMweb").check();
  await page.getByLabel("Where").selectOption("old-pacs");
  await page.getByLabel("Oldest date").fill("20261115");
  await page.getByLabel("Why").fill("It is given up");
  await page.getByLabel("Your name").fill("Ann");
  await looksWell(page, "migration-add");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Add the archive" }).click();
  await until(page, "3 of 3");
  assert.match(await page.locator("main").innerText(), /Old PACS/);
  await looksWell(page, "migration");
  await page.ends();
});

test("the ledger shows each study, and one is fetched again", async () => {
  const page = await home.open("/migration");
  await page.getByRole("link", { name: "Old PACS", exact: true }).click();
  await until(page, "2 of 2");
  const ledger = page.locator("section[aria-labelledby=ledger]");
  assert.equal(await ledger.locator("tbody tr").count(), 3);
  await ledger.getByLabel("State").selectOption("failed");
  await until(page, "No study is in this state.");
  await ledger.getByLabel("State").selectOption("");
  await until(page, "2 of 2");
  await ledger.getByRole("link", { name: /^Fetch again/ }).first().click();
  await page.getByLabel("Your name").fill("Ann");
  await looksWell(page, "migration-ledger");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Fetch it" }).click();
  await page.getByText("It is fetched before all others.").waitFor();
  await page.ends();
});

test("one that does not answer says so", async () => {
  await tell(home.url, "/api/web-destinations", { name: "nowhere", url: "http://127.0.0.1:9/dicom-web", by: "Ann" });
  await tell(home.url, "/api/old-archives", { name: "Nowhere", org: "RXN", how: "web", dest: "nowhere", from_date: "20261101", ...said });
  const page = await home.open("/migration");
  await until(page, "connect to server");
  await looksWell(page, "migration-trouble");
  await page.ends();
});
