// SPDX-License-Identifier: MIT
// What the pages say when the server is slow, silent, wrong or still loading,
// and that nothing jumps while they fill.
import assert from "node:assert/strict";
import test from "node:test";
import { house, settled } from "../harness.mjs";

const home = house(test);

/** Answers one address of the API otherwise than the server does. */
async function instead(page, path, answer) {
  await page.route((url) => url.pathname === path, answer);
}

test("a slow answer is told in words, then shown", async () => {
  const page = await home.open("/settings");
  await instead(page, "/api/tracking", async (route) => {
    await new Promise((done) => setTimeout(done, 2500));
    await route.continue();
  });
  await page.locator('nav a[href="/tracking"]').click();
  await page.getByText("taking longer than it should").waitFor();
  await page.waitForSelector("main table.data", { timeout: 10_000 });
  await page.ends();
});

test("an error says what happened and what to do, and can be tried again", async () => {
  const page = await home.open("/settings", { allow: /503/ });
  let wrong = true;
  await instead(page, "/api/tracking", (route) => (wrong
    ? route.fulfill({ status: 503, json: { error: { kind: "busy", text: "The store is being restored.", hint: "Try again in a minute." } } })
    : route.continue()));
  await page.locator('nav a[href="/tracking"]').click();
  await page.getByText("The store is being restored.").waitFor();
  assert.match(await page.locator(".problem").innerText(), /Try again in a minute/);
  wrong = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.waitForSelector("main table.data");
  await page.ends();
});

test("a silent server is told, and what was shown stays", async () => {
  const page = await home.open("/tracking", { allow: /Failed to load resource|ERR_FAILED/ });
  const rows = await page.locator("main tbody tr").count();
  await page.route((url) => url.pathname.startsWith("/api/"), (route) => route.abort());
  await page.getByLabel("Measure").selectOption("list");
  await page.getByText("has not answered since").waitFor({ timeout: 10_000 });
  await page.unroute((url) => url.pathname.startsWith("/api/"));
  assert.ok(rows > 0);
  await page.context().close();
});

test("loading is told with its progress", async () => {
  const page = await home.open("/settings");
  await instead(page, "/api/status", async (route) => {
    const answer = await route.fetch();
    const status = await answer.json();
    await route.fulfill({ json: { ...status, loading: { what: "events of Blackpool", done: 30, total: 120 } } });
  });
  await page.reload();
  await page.locator(".loading-bar", { hasText: "events of Blackpool" }).waitFor();
  assert.equal(await page.locator("#loading").getAttribute("value"), "25");
  await page.ends();
});

for (const where of ["/", "/plan?org=RXN&test=MRI", "/waiting", "/returns", "/tracking", "/submissions", "/settings"])
  test(`nothing jumps while ${where} fills`, async () => {
    const context = await home.browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.jumps = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.jumps += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(home.url + where);
    await settled(page);
    await page.waitForTimeout(300);
    const jumps = await page.evaluate(() => globalThis.jumps);
    assert.ok(jumps < 0.1, `layout shift ${jumps}`);
    await context.close();
  });
