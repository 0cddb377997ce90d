// SPDX-License-Identifier: MIT
// harness.mjs: a real `ribble serve` with a small demonstration network, and
// a real Chromium that looks at it.
//
//   import test from "node:test";
//   import { house } from "./harness.mjs";
//   const home = house(test);             // started before, ended after
//   test("the page says it", async () => {
//     const page = await home.open("/waiting?org=RXN&test=MRI");
//     ...
//     await page.ends();                  // refuses console errors
//   });
//
// RIBBLE names the program (default build/ribble).  DEMO names a folder
// with a demonstration network that is copied for each house, so that it is
// made once for all; without it, each house makes its own.  PAGES and VIEWER
// name folders that are served in place of what is in the program.
// Screenshots go to ARTEFACTS/screens (default build/artefacts/screens).
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const program = process.env.RIBBLE ?? path.join(root, "build/ribble");
const artefacts = process.env.ARTEFACTS ?? path.join(root, "build/artefacts");
export const screens = path.join(artefacts, "screens");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The day on which the tests' demonstration network ends. */
export const TODAY = "2026-11-24";
const WIDTHS = [1280, 360];

/** Without RIBBLE_..., each of which the program would take for a setting. */
const plainEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("RIBBLE_")));

const places = (folder) => [
  "--database", path.join(folder, "ribble.db"), "--files", path.join(folder, "files"),
  "--archive", path.join(folder, "archive"), "--today", TODAY,
];
const folders = [["--web-folder", process.env.PAGES], ["--viewer-folder", process.env.VIEWER]]
  .flatMap(([name, folder]) => (folder ? [name, folder] : []));

/** Fills a folder with the demonstration network, small. */
export function makeDemo(folder) {
  mkdirSync(folder, { recursive: true });
  const made = spawnSync(program, ["demo", "--scale", "2", ...places(folder)], { encoding: "utf8", env: plainEnv });
  assert.equal(made.status, 0, `ribble demo: ${made.error ?? made.stderr}`);
}

/** Starts `ribble serve` on a free port; resolves when it names its address. */
export async function serve({ demo = true, folder, args = [], env = {} } = {}) {
  const own = folder === undefined;
  folder ??= mkdtempSync(path.join(tmpdir(), "ribble-web-"));
  if (own && demo) {
    const ready = process.env.DEMO;
    if (ready && existsSync(ready)) cpSync(ready, folder, { recursive: true });
    else makeDemo(folder);
  }
  const child = spawn(program, ["serve", "--web-port", "0", "--dicom-port", "0", ...places(folder), ...folders, ...args], {
    env: { ...plainEnv, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  const url = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`serve named no address in 60 s:\n${said}`)), 60_000);
    const hear = (bytes) => {
      said += bytes;
      const found = /https?:\/\/[\w.[\]:]*:\d+/.exec(said);
      if (found) { clearTimeout(late); resolve(found[0]); }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    ended.then((end) => { clearTimeout(late); reject(new Error(`serve ended with ${end}:\n${said}`)); });
  });
  const dicomPort = Number(/DICOM on port (\d+)/.exec(said)?.[1] ?? 0);
  return {
    url, folder, child, dicomPort,
    said: () => said,
    /** Asks it to stop, as an operator would, and expects that it ends well. */
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
      const end = await ended;
      clearTimeout(late);
      if (own) rmSync(folder, { recursive: true, force: true });
      if (signal === "SIGTERM") assert.equal(end, 0, `serve ended with ${end}:\n${said.slice(-4000)}`);
    },
  };
}

/** With gl, WebGL by software: the image viewer draws with it. */
export function openBrowser({ gl = false } = {}) {
  const where = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? where.find(existsSync),
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ...(gl ? ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] : ["--disable-gpu"]), "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}

/** Resolves when the page has its heading and nothing on it is under way. */
export async function settled(page) {
  await page.waitForSelector("main h1", { timeout: 30_000 });
  await page.waitForFunction(
    () => !document.querySelector('main .waiting, main [aria-busy="true"]'), null, { timeout: 30_000 });
}

/** What axe finds, one line each; none is the aim. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target} ${failureSummary}`));
}

/** Pictures at both widths, axe at both, and no sideways scrolling. */
export async function looksWell(page, name) {
  mkdirSync(screens, { recursive: true });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width > 600 ? 900 : 740 });
    await settled(page);
    await page.screenshot({ path: path.join(screens, `${name}-${width}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `at ${width} px the page is ${wide} px wide`);
    assert.deepEqual(await axe(page), [], `axe at ${width} px`);
  }
}

/** A house for all tests of a file: { url, open(path), server }. */
export function house(test, options = {}) {
  const home = {};
  test.before(async () => {
    home.server = await serve(options);
    home.url = home.server.url;
    home.browser = await openBrowser(options);
  });
  test.after(async () => {
    await home.browser?.close();
    await home.server?.stop();
  });
  home.open = async (where, { width = WIDTHS[0], allow = /^$/, ready = settled } = {}) => {
    const context = await home.browser.newContext({
      viewport: { width, height: 900 }, reducedMotion: "reduce", locale: "en-GB", timezoneId: "Europe/London",
    });
    const page = await context.newPage();
    const wrong = [];
    const note = (text) => { if (!allow.test(text)) wrong.push(text); };
    page.on("console", (message) => { if (message.type() === "error") note(`console: ${message.text()}`); });
    page.on("pageerror", (error) => note(`error: ${error.stack ?? error.message}`));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      if (why !== "net::ERR_ABORTED") note(`request: ${request.url()}: ${why}`);
    });
    await page.goto(home.url + where);
    await ready(page);
    /** Closes the page; anything that went wrong on it fails the test. */
    page.ends = async () => {
      await context.close();
      assert.deepEqual(wrong, []);
    };
    return page;
  };
  return home;
}
