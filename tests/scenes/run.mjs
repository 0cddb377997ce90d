#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// run.mjs: plays scenes: conversations with the real program that somebody
// who has never programmed can read.
//
//   run.mjs RIBBLE [SCENE]...      (no SCENE: every *.scene beside this file)
//
// A scene has its own store; on PostgreSQL when RIBBLE_TEST_DATABASE names a
// server.  One step a line; what follows "expect" is a case each, parted by ";".
//
//   scene "WORDS"                      begins one; all before it is forgotten
//   on 2026-11-24                      the day it is
//   setting NAME VALUE                 for all that follows
//   file NAME                          the lines below that begin with "|" are
//   | event,event_at,...               its lines
//   same NAME as OTHER [s/A/B/]...     another's lines, changed
//   ribble WORD...                     a command; @NAME is that file's path
//   open | close | kill                the server, on a free port
//   drop NAME                          into the watched folder
//   get PATH | upload NAME | post PATH JSON
//   wait PATH                          asks until what is expected comes, 20 s
//
//   expect exit 0; says "WORDS"; silent on "WORDS"; status 201;
//          rows.0.state = "taken"; rows.length = 2; title ~ "PATTERN"
//
// {NAME} in a line stands for what "let NAME = rows.0.id" after an expect took
// from the last answer.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const program = path.resolve(process.argv[2]);
const places = process.env.RIBBLE_TEST_DATABASE;
// Each RIBBLE_... would be taken for a setting.
for (const name of Object.keys(process.env)) if (name.startsWith("RIBBLE_")) delete process.env[name];
let number = 0;
let house; // of the scene that is being played

function tap(good, words, why) {
  console.log(`${good ? "ok" : "not ok"} ${++number} - ${words}`);
  if (!good) for (const line of String(why).split("\n")) console.log(`# ${line}`);
}

function newHouse(words) {
  const folder = mkdtempSync(path.join(tmpdir(), "ribble-scene-"));
  const given = { database: path.join(folder, "ribble.db"), files: path.join(folder, "files"), watch: path.join(folder, "watched"),
    archive: path.join(folder, "archive"), dicom_port: "-1" };
  mkdirSync(given.watch);
  if (places) {
    const name = `scene_${process.pid}_${number}`;
    const made = spawnSync("psql", ["-q", places, "-c", `create database ${name}`], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`psql: ${made.stderr}`);
    given.database = places.replace(/\/postgres\?/, `/${name}?`);
  }
  return { words, folder, given, today: "2026-11-24", files: {}, names: {}, answer: {} };
}

function options() {
  const settings = Object.entries(house.given).flatMap(([name, value]) => [`--${name}`, value]);
  return [...settings, "--watch_seconds", "1", "--today", house.today];
}

async function endHouse() {
  if (!house) return;
  await ended("SIGTERM");
  rmSync(house.folder, { recursive: true, force: true });
  house = undefined;
}

const pathOf = (name) => path.join(house.folder, name);

// -- Steps ------------------------------------------------------------------

function ribble(words) {
  const args = words.map((word) => (word.startsWith("@") ? pathOf(word.slice(1)) : word));
  const { status, signal, stdout, stderr } = spawnSync(program, [...args, ...options()], { encoding: "utf8", timeout: 120_000 });
  let json;
  try { json = JSON.parse(stdout); } catch { /* it spoke to people */ }
  house.answer = { exit: status ?? signal, text: stdout + stderr, json };
}

function opened() {
  const child = spawn(program, ["serve", "--web_port", "0", ...options()], { stdio: ["ignore", "pipe", "pipe"] });
  house.server = { child, said: "" };
  house.server.end = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  const server = house.server;
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(), 60_000);
    const hear = (bytes) => {
      server.said += bytes;
      const url = /https?:\/\/[^\s/]+:\d+/.exec(server.said)?.[0];
      if (url) { server.url = url; clearTimeout(late); resolve(); }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    server.end.then(() => { clearTimeout(late); resolve(); });
  }).then(() => { house.answer = { exit: server.url ? 0 : 1, text: server.said }; });
}

async function ended(signal) {
  const server = house.server;
  if (!server) return;
  server.child.kill(signal);
  const late = setTimeout(() => server.child.kill("SIGKILL"), 40_000);
  house.answer = { exit: await server.end, text: server.said };
  clearTimeout(late);
  house.server = undefined;
}

async function ask(method, where, body) {
  if (!house.server?.url) { house.answer = { text: "the server is not open" }; return; }
  const headers = body && typeof body === "string" ? { "content-type": "application/json" } : {};
  const got = await fetch(house.server.url + where, { method, body, headers, signal: AbortSignal.timeout(60_000) });
  const text = await got.text();
  let json;
  try { json = JSON.parse(text); } catch { /* not JSON */ }
  house.answer = { status: got.status, text, json };
}

const steps = {
  on: ([day]) => { house.today = day; },
  setting: ([name, value]) => { house.given[name] = value; },
  ribble: (words) => ribble(words),
  open: () => opened(),
  close: () => ended("SIGTERM"),
  kill: () => ended("SIGKILL"),
  drop: ([name]) => cpSync(pathOf(name), path.join(house.given.watch, name)),
  get: ([where]) => ask("GET", where),
  wait: async ([where]) => { house.waits = where; await ask("GET", where); },
  post: ([where, ...rest]) => ask("POST", where, rest.join(" ")),
  upload: ([name]) =>
    ask("POST", `/api/submissions?name=${encodeURIComponent(name)}`, readFileSync(pathOf(name))),
};

// -- Expectations -----------------------------------------------------------

const at = (json, where) =>
  where.split(".").reduce((value, key) => (value === null || value === undefined ? value : value[key]), json);

function judge(words) {
  const { exit, status, text = "", json } = house.answer;
  const quoted = /^(says|silent on) "(.*)"$/.exec(words);
  if (quoted) return text.includes(quoted[2]) === (quoted[1] === "says");
  const simple = /^(exit|status) (\S+)$/.exec(words);
  if (simple) return String(simple[1] === "exit" ? exit : status) === simple[2];
  const compared = /^([\w.*]+) (=|~|>|<|is not) (.*)$/.exec(words);
  if (!compared) throw new Error(`cannot be expected: ${words}`);
  const value = at(json, compared[1]);
  const wanted = JSON.parse(compared[3]);
  switch (compared[2]) {
    case "=": return JSON.stringify(value) === JSON.stringify(wanted);
    case "is not": return JSON.stringify(value) !== JSON.stringify(wanted);
    case "~": return new RegExp(wanted).test(String(value));
    case ">": return value > wanted;
    default: return value < wanted;
  }
}

async function expect(all, step) {
  const list = all.split(/;\s*/).filter(Boolean);
  const until = Date.now() + 20_000;
  while (house.waits && !list.every(judge) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    await ask("GET", house.waits);
  }
  for (const words of list) {
    const { exit, status, text = "" } = house.answer;
    tap(judge(words), `${house.words}: ${step}: ${words}`,
      `exit ${exit}, status ${status}:\n${text.slice(0, 3000)}`);
  }
}

// -- Reading ----------------------------------------------------------------

const wordsOf = (line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);

async function play(line, state) {
  const [, before, expected] = /^(.*?)(?:\bexpect (.*))?$/.exec(line);
  const said = before.trim();
  if (said) {
    const [verb, ...rest] = wordsOf(said);
    state.step = said;
    house.waits = undefined;
    if (verb === "file") { state.file = rest[0]; writeFileSync(pathOf(rest[0]), ""); }
    else if (verb === "same") {
      const text = rest.slice(3).reduce((all, change) => {
        const [, from, to] = change.split("/");
        return all.replaceAll(from, to);
      }, readFileSync(pathOf(rest[2]), "utf8"));
      writeFileSync(pathOf(rest[0]), text);
    } else if (verb === "let") house.names[rest[0]] = at(house.answer.json, rest[2]);
    else if (steps[verb]) await steps[verb](rest);
    else throw new Error(`no such step: ${said}`);
  }
  if (expected) await expect(expected.trim(), state.step);
}

async function playFile(file) {
  const state = {};
  for (const raw of readFileSync(file, "utf8").split("\n")) {
    const line = raw.trim().replaceAll(/\{(\w+)\}/g, (all, name) => house?.names[name] ?? all);
    if (!line || line.startsWith("#")) continue;
    if (line.startsWith("|")) {
      writeFileSync(pathOf(state.file), `${line.slice(1).trim()}\n`, { flag: "a" });
      continue;
    }
    const begins = /^scene "(.*)"$/.exec(line);
    if (begins) { await endHouse(); house = newHouse(begins[1]); continue; }
    try { await play(line, state); } catch (error) {
      tap(false, `${house?.words}: ${line}`, error.stack);
    }
  }
  await endHouse();
}

const scenes = process.argv.slice(3);
if (!scenes.length)
  scenes.push(...readdirSync(here).filter((name) => name.endsWith(".scene")).sort().map((name) => path.join(here, name)));
if (!existsSync(program)) { tap(false, `there is no ${program}`); process.exit(1); }
for (const scene of scenes) await playFile(scene);
console.log(`1..${number}`);
