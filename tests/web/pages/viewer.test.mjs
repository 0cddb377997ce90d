// SPDX-License-Identifier: MIT
// The image viewer on our own DICOMweb, in a real browser: images are drawn,
// scrolled, cut across, played; reports and documents open.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { house, screens } from "../harness.mjs";
import { newest } from "../images.mjs";

const home = house(test, { gl: true });
const DRAWN = "canvas.cornerstone-canvas";

/** Opens a study and waits until something of it is drawn. */
async function view(modality) {
  const study = await newest(home.url, modality);
  const page = await home.open(`/viewer/viewer?StudyInstanceUIDs=${study}`, { ready: drawn });
  await page.getByRole("button", { name: "Confirm and hide" }).click();
  return page;
}

/** Every canvas shows more than one colour, in more than a few places. */
async function drawn(page, most = 1) {
  await page.waitForFunction(([selector, n]) => {
    const all = [...document.querySelectorAll(selector)];
    return all.length >= n && all.every((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let bright = 0;
      for (let at = 0; at < data.length; at += 4) bright += Math.max(data[at], data[at + 1], data[at + 2]) > 40;
      return bright > data.length / 4 / 100;
    });
  }, [DRAWN, most], { timeout: 120_000, polling: 500 });
}

/** A number that changes when the picture does. */
function shown(page) {
  return page.evaluate((selector) => {
    const canvas = document.querySelector(selector);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum = (sum * 31 + data[at] + 7 * data[at + 1]) | 0;
    return sum;
  }, DRAWN);
}

async function changes(page, before) {
  await page.waitForFunction(([selector, was]) => {
    const canvas = document.querySelector(selector);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum = (sum * 31 + data[at] + 7 * data[at + 1]) | 0;
    return sum !== was;
  }, [DRAWN, before], { timeout: 60_000, polling: 250 });
}

async function keep(page, name) {
  mkdirSync(screens, { recursive: true });
  await page.screenshot({ path: path.join(screens, `viewer-${name}.png`) });
}

test("a CT of 60 slices is drawn, scrolled, and cut in three planes", async () => {
  const page = await view("CT");
  await page.getByText(/\(1\/60\)/).waitFor();
  const first = await shown(page);
  await page.locator(DRAWN).hover();
  for (let n = 0; n < 10; n++) {
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(50);
  }
  await page.getByText(/\((1[01]|[2-9])\/60\)/).waitFor();
  await changes(page, first);
  await keep(page, "ct");
  await page.locator('[data-cy="Layout"]').click();
  await page.getByText("MPR", { exact: true }).click();
  await drawn(page, 3);
  assert.equal(await page.locator(DRAWN).count(), 3);
  await keep(page, "mpr");
  await page.ends();
});

test("a coloured clip is drawn in colour and plays", async () => {
  const page = await view("US");
  const coloured = await page.evaluate((selector) => {
    const canvas = document.querySelector(selector);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let at = 0; at < data.length; at += 4) n += Math.abs(data[at] - data[at + 2]) > 60;
    return n;
  }, DRAWN);
  assert.ok(coloured > 500, `${coloured} coloured pixels`);
  await keep(page, "us");
  const before = await shown(page);
  await page.getByText("FPS").locator("xpath=ancestor::div[contains(@class, 'pointer-events-auto')][1]").getByRole("button").first().click();
  await changes(page, before);
  const then = await shown(page);
  await changes(page, then);
  await page.ends();
});

test("a report and a document open beside the films", async () => {
  const page = await view("DX");
  await keep(page, "dx");
  const others = page.locator('[data-cy="study-browser-thumbnail-no-image"]');
  await others.filter({ hasText: "SR" }).dblclick();
  await page.getByText("SYNTHETIC: this report is about nobody.").waitFor();
  await keep(page, "sr");
  await others.filter({ hasText: "DOC" }).dblclick();
  const document = page.locator("object[type='application/pdf']");
  await document.waitFor({ state: "attached" });
  const bytes = await page.evaluate(async (url) => (await (await fetch(url)).text()).slice(0, 5), await document.getAttribute("data"));
  assert.equal(bytes, "%PDF-");
  await page.ends();
});

test("magnetic resonance and mammograms are drawn", async () => {
  for (const modality of ["MR", "MG"]) {
    const page = await view(modality);
    await keep(page, modality.toLowerCase());
    await page.ends();
  }
});

test("mammograms are hung as the study list opens them: four views", async () => {
  const list = await home.open("/studies?modality=MG");
  const href = await list.locator("tbody a[href*='/viewer/']").first().getAttribute("href");
  await list.ends();
  const page = await home.open(href, { ready: (hung) => drawn(hung, 4) });
  await keep(page, "mg-hung");
  await page.ends();
});

test("a study that is not there says so, and breaks nothing", async () => {
  const told = (page) => page.getByText("requested studies are not available").waitFor();
  const page = await home.open("/viewer/viewer?StudyInstanceUIDs=2.25.404", { ready: told });
  await page.ends();
});
