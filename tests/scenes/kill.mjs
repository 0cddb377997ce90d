#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// kill.mjs: the program is killed at a random moment of an import, two hundred
// times; each time every file that the store knows of is there whole, what was
// said to be taken is there, and nothing of any other is.  In the end the
// store is what it would have been had nobody killed anything.
//
//   kill.mjs RIBBLE
//
// KILLS: how often; SEED: another series of moments.  On
// PostgreSQL when RIBBLE_TEST_DATABASE names a server; the server goes on.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const program = path.resolve(process.argv[2]);
const places = process.env.RIBBLE_TEST_DATABASE;
const kills = Number(process.env.KILLS ?? 200);
// Each RIBBLE_... would be taken for a setting.
for (const name of Object.keys(process.env)) if (name.startsWith("RIBBLE_")) delete process.env[name];
const REQUESTS = 1500; // in a file, each with three events
const FILES = 12;
const folder = mkdtempSync(path.join(tmpdir(), "ribble-kill-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

let seed = Number(process.env.SEED ?? 1);
function chance() { // mulberry32: the same moments each time
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

let number = 0;
function tap(good, words, why = "") {
  console.log(`${good ? "ok" : "not ok"} ${++number} - ${words}`);
  if (!good) for (const line of String(why).split("\n")) console.log(`# ${line}`);
}

const two = (n) => String(n).padStart(2, "0");

/** A day's file of one trust; requests of other days come again in it. */
function fileOf(i) {
  const day = `2026-10-${two(i + 1)}`;
  const rows = ["event,event_at,provider,accession,patient,test,priority,patient_source,planned,appointment_at"];
  const tests = ["MRI", "CT", "NON_OBSTETRIC_ULTRASOUND", "DEXA_SCAN"];
  for (let r = 0; r < REQUESTS; r++) {
    const key = `${`K${i}-${r}`},P${r}`;
    const test = tests[r % tests.length];
    rows.push(`requested,${day} 09:${two(r % 60)},RXN,${key},${test},routine,GP,N,`);
    rows.push(`booked,${day} 10:${two(r % 60)},RXN,${key},${test},,,,2026-11-02 10:00`);
    rows.push(r % 3 ? `did-not-attend,2026-11-02 12:00,RXN,${key},${test},,,,2026-11-02 10:00`
      : `performed,2026-11-02 10:20,RXN,${key},${test},,,,`);
  }
  const name = path.join(folder, `RIS-RXN-${day}.csv`);
  writeFileSync(name, rows.join("\n") + "\n");
  return name;
}
const files = Array.from({ length: FILES }, (_, i) => fileOf(i));

let stores = 0;
function newStore() {
  const at = path.join(folder, `store${stores++}`);
  mkdirSync(at);
  let database = path.join(at, "ribble.db");
  if (places) {
    const name = `kill_${process.pid}_${stores}`;
    sqlOf(places, `create database ${name}`);
    database = places.replace(/\/postgres\?/, `/${name}?`);
  }
  return { database, files: path.join(at, "files"), taken: new Set() };
}

function sqlOf(database, text) {
  const [tool, ...args] = places ? ["psql", "-qAt", "-F|", database, "-c", text] : ["sqlite3", "-separator", "|", database, text];
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${tool}: ${stderr}`);
  return stdout.split("\n").filter(Boolean).map((line) => line.split("|"));
}

const wordsOf = (store, command, ...rest) => [
  command, ...rest, "--database", store.database, "--files", store.files, "--today", "2026-11-24"];

/** Runs an import; kills it after so many ms, if it is still there then. */
function importFile(store, file, after) {
  const child = spawn(program, wordsOf(store, "import", file), { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (bytes) => { said += bytes; });
  child.stderr.on("data", (bytes) => { said += bytes; });
  const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
  return new Promise((resolve) => child.on("close", (code, signal) => {
    clearTimeout(timer);
    resolve({ code, signal, said });
  }));
}

/** Where to look at a store as the kill left it.  Of SQLite that is a copy:
 * looking recovers it, which is the program's own to do.  PostgreSQL first ends
 * what it was told before the teller was killed. */
function leftBy(store) {
  if (!places) {
    const copy = path.join(folder, "look.db");
    for (const end of ["", "-wal", "-journal", "-shm"]) {
      rmSync(copy + end, { force: true });
      if (end !== "-shm" && existsSync(store.database + end)) cpSync(store.database + end, copy + end);
    }
    return { ...store, database: copy };
  }
  const others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
  for (let i = 0; i < 500 && sqlOf(store.database, others)[0][0] !== "0"; i++) spawnSync("sleep", ["0.02"]);
  return store;
}

/** What is wrong with a store, in words; nothing if it is whole. */
function lookAt(store) {
  const wrong = [];
  const submissions = sqlOf(store.database, "select id, sha256, rows_good, state from submission");
  const events = new Map(sqlOf(store.database, "select submission, count(*) from event group by submission"));
  for (const [id, sha256, good, state] of submissions) {
    if (state !== "1") wrong.push(`submission ${id} is in state ${state}`);
    if (Number(good) !== 3 * REQUESTS) wrong.push(`submission ${id} says ${good} rows`);
    if (Number(events.get(id)) !== 3 * REQUESTS) wrong.push(`submission ${id} has ${events.get(id)} events`);
    if (!readdirSync(store.files, { recursive: true }).some((name) => name.includes(sha256)))
      wrong.push(`the file of submission ${id} is not kept`);
    events.delete(id);
  }
  for (const [id, n] of events) wrong.push(`${n} events of ${id}, which is no submission`);
  const [[requests]] = sqlOf(store.database,
    "select coalesce(sum(requests), 0) from tally where source = 'P' and grain = 'M' and site = 0 and commissioner = 0 and org = 'RXN' and test <> 0");
  if (Number(requests) !== REQUESTS * submissions.length)
    wrong.push(`${requests} requests are counted for ${submissions.length} files`);
  return { n: submissions.length, wrong };
}

const counts = (store) => JSON.stringify(sqlOf(store.database,
  "select * from tally order by source, grain, org, test, site, commissioner, period"));

// How long an import takes when nobody minds.
const calm = newStore();
const begun = Date.now();
for (const file of files) {
  const { code, said } = await importFile(calm, file);
  if (code !== 0) { tap(false, "files can be imported", said); console.log("1..1"); process.exit(1); }
}
const usual = (Date.now() - begun) / files.length;

let store = newStore();
let last;
for (let round = 1; round <= kills; round++) {
  const before = store.taken.size;
  const file = files[before];
  const after = chance() * usual * 1.2;
  const { signal, code, said } = await importFile(store, file, after);
  let look;
  try { look = lookAt(leftBy(store)); } catch (error) {
    // Killed before the store was made: then it is not there at all, or empty.
    look = /no such (table|column|file)|unable to open|does not exist/.test(error.message) && before === 0 && !said.includes("taken")
      ? { n: 0, wrong: [] } : { n: -1, wrong: [error.message] };
  }
  const { n, wrong } = look;
  if (!wrong.length && n !== before && n !== before + 1) wrong.push(`${n} files, ${before} before`);
  if (!signal && code !== 0) wrong.push(`it ended with ${code} by itself: ${said}`);
  if (/\btaken\b/.test(said) && n !== before + 1) wrong.push("it said taken, and it is not there");
  tap(!wrong.length, `killed ${round}: after ${Math.round(after)} ms of ${Math.round(usual)}: ${n === before ? "nothing" : n < 0 ? "what" : "all"} of it`,
    wrong.join("\n"));
  if (n === before + 1) store.taken.add(file);
  if (store.taken.size === files.length) { last = store; store = newStore(); }
}

last ??= store;
for (const file of files) if (!last.taken.has(file)) await importFile(last, file);
const checked = spawnSync(program, wordsOf(last, "check"), { encoding: "utf8" });
tap(checked.status === 0, "ribble check finds nothing wrong", checked.stdout + checked.stderr);
tap(counts(last) === counts(calm), "the counts are those of a store that nobody killed");
console.log(`1..${number}`);
