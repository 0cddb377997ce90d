#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// kill_images.mjs: the program is killed at a random moment while four
// senders store images, two of them into one study; each time every instance
// whose sender was told "success" is there, whole, and found.  In the end the
// archive verifies, and is rebuilt from its packs alone to the same.
//
//   kill_images.mjs RIBBLE
//
// KILLS: how often (40; 300 for a long look); SEED: another series of moments.
// On PostgreSQL when RIBBLE_TEST_DATABASE names a server.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const program = path.resolve(process.argv[2]);
const places = process.env.RIBBLE_TEST_DATABASE;
const kills = Number(process.env.KILLS ?? 40);
for (const name of Object.keys(process.env)) if (name.startsWith("RIBBLE_")) delete process.env[name];
const EACH = 25; // instances of one sender in one round
const PIXELS = 40_000; // bytes of each
const folder = mkdtempSync(path.join(tmpdir(), "ribble-kill-images-"));
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

// A small CT, explicit little endian, written by hand so that its bytes are known.
function element(group, number, vr, value) {
  const pad = value.length % 2 ? Buffer.from(vr === "UI" ? "\0" : " ") : Buffer.alloc(0);
  const body = Buffer.concat([Buffer.isBuffer(value) ? value : Buffer.from(value), pad]);
  const long = ["OB", "OW"].includes(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4);
  if (long) head.writeUInt32LE(body.length, 8);
  else head.writeUInt16LE(body.length, 6);
  return Buffer.concat([head, body]);
}
const short = (n) => { const b = Buffer.alloc(2); b.writeUInt16LE(n); return b; };
const CT = "1.2.840.10008.5.1.4.1.1.2";

function instance(study, series, uid, n) {
  const meta = Buffer.concat([
    element(2, 1, "OB", Buffer.from([0, 1])), element(2, 2, "UI", CT), element(2, 3, "UI", uid),
    element(2, 0x10, "UI", "1.2.840.10008.1.2.1"), element(2, 0x12, "UI", "1.2.3.4")]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const pixels = Buffer.alloc(PIXELS);
  for (let i = 0; i < PIXELS; i += 4) pixels.writeUInt32LE((Math.imul(i + n, 2654435761) ^ n) >>> 0, i);
  const data = Buffer.concat([
    element(8, 0x16, "UI", CT), element(8, 0x18, "UI", uid), element(8, 0x20, "DA", "20261124"),
    element(8, 0x60, "CS", "CT"), element(0x10, 0x10, "PN", "ZZZKILL^ANN"), element(0x10, 0x20, "LO", `K${n % 7}`),
    element(0x20, 0xd, "UI", study), element(0x20, 0xe, "UI", series), element(0x20, 0x13, "IS", String(n)),
    element(0x28, 2, "US", short(1)), element(0x28, 4, "CS", "MONOCHROME2"),
    element(0x28, 0x10, "US", short(200)), element(0x28, 0x11, "US", short(100)),
    element(0x28, 0x100, "US", short(16)), element(0x28, 0x101, "US", short(16)), element(0x28, 0x102, "US", short(15)),
    element(0x28, 0x103, "US", short(0)), element(0x7fe0, 0x10, "OW", pixels)]);
  return { file: Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), element(2, 0, "UL", length), meta, data]), data };
}

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const known = new Map(); // path of a file sent: { study, series, uid, hash, size }
let made = 0;

/** Files of one sender for one round; sender 1 stores into sender 0's study. */
function prepare(round, sender) {
  const at = path.join(folder, `send-${round}-${sender}`);
  const study = `1.2.826.0.1.3680043.10.1.${round}.${sender === 1 ? 0 : sender}`;
  const series = `${study}.${sender + 1}`;
  mkdirSync(at);
  for (let i = 0; i < EACH; i++) {
    const uid = `${series}.${i + 1}`;
    const { file, data } = instance(study, series, uid, ++made);
    const name = path.join(at, `${String(i).padStart(3, "0")}.dcm`);
    writeFileSync(name, file);
    known.set(name, { study, series, uid, hash: hash(data), size: data.length });
  }
  return at;
}

let database = path.join(folder, "ribble.db");
if (places) {
  const name = `kill_images_${process.pid}`;
  const { status, stderr } = spawnSync("psql", ["-q", places, "-c", `create database ${name}`], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  database = places.replace(/\/postgres\?/, `/${name}?`);
}
const settings = (db = database) => ["--database", db, "--files", path.join(folder, "files"),
  "--archive", path.join(folder, "archive")];
const run = (...words) => spawnSync(program, words, { encoding: "utf8" });

async function serve() {
  const child = spawn(program, ["serve", "--web_port", "0", "--dicom_port", "0", ...settings()], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const ended = new Promise((resolve) => child.on("close", resolve));
  await new Promise((resolve, reject) => {
    const hear = (bytes) => { said += bytes; if (/answers on http\S+/.test(said)) resolve(); };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    ended.then(() => reject(new Error(`serve ended:\n${said}`)));
  });
  return {
    child, ended, said: () => said,
    port: /DICOM on port (\d+)/.exec(said)[1], url: /answers on (http\S+)/.exec(said)[1],
  };
}

/** The names of the files that the archive took, in the sender's own words. */
function send(port, at) {
  const child = spawn("storescu", ["-v", "+sd", "-aet", "KILLER", "-aec", "RIBBLE", "127.0.0.1", port, at],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, TCP_NODELAY: "1" } });
  let said = "";
  child.stdout.on("data", (bytes) => { said += bytes; });
  child.stderr.on("data", (bytes) => { said += bytes; });
  return new Promise((resolve) => child.on("close", () => {
    const taken = [];
    let file = "";
    for (const line of said.split("\n")) {
      file = /Sending file: (.*)$/.exec(line)?.[1] ?? file;
      if (/Received Store Response \(Success\)/.test(line)) taken.push(file);
    }
    resolve({ taken, said });
  }));
}

async function lookAt(url, files) {
  const wrong = [];
  for (const file of files) {
    const { study, series, uid, hash: wanted, size } = known.get(file);
    const answer = await fetch(`${url}/dicom-web/studies/${study}/series/${series}/instances/${uid}`,
      { headers: { accept: "application/dicom; transfer-syntax=*" } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status !== 200) wrong.push(`${uid}: HTTP ${answer.status}`);
    else if (hash(bytes.subarray(bytes.length - size)) !== wanted) wrong.push(`${uid}: other bytes`);
  }
  return wrong;
}

const acknowledged = [];
let server = await serve();
const peer = run("peer", "set", "KILLER", "--org", "RXN", "--rights", "echo store", "--by", "test", "--reason", "test", ...settings());
if (peer.status !== 0) throw new Error(peer.stderr);
await new Promise((resolve) => setTimeout(resolve, 1500)); // it is known within a second

// How long a round takes when nobody minds.
const calm = [0, 1, 2, 3].map((sender) => prepare(0, sender));
const begun = Date.now();
for (const { taken, said } of await Promise.all(calm.map((at) => send(server.port, at)))) {
  if (taken.length !== EACH) tap(false, "all is taken when nobody kills", said);
  acknowledged.push(...taken);
}
const usual = Date.now() - begun;

let killedAtWork = 0;
const wrong = [];
for (let round = 1; round <= kills; round++) {
  const ats = [0, 1, 2, 3].map((sender) => prepare(round, sender));
  const sending = ats.map((at) => send(server.port, at));
  await new Promise((resolve) => setTimeout(resolve, usual * 1.1 * chance()));
  server.child.kill("SIGKILL");
  const told = await Promise.all(sending);
  await server.ended;
  const taken = told.flatMap((one) => one.taken);
  if (taken.length > 0 && taken.length < 4 * EACH) killedAtWork++;
  acknowledged.push(...taken);
  server = await serve();
  wrong.push(...(await lookAt(server.url, taken)).map((words) => `round ${round}: ${words}`));
  for (const at of ats) rmSync(at, { recursive: true });
}
tap(wrong.length === 0, `every acknowledged instance is there and whole after each of ${kills} kills`, wrong.slice(0, 20).join("\n"));
tap(killedAtWork > kills / 4, `${killedAtWork} kills came while images were coming`);
const all = await lookAt(server.url, acknowledged);
tap(all.length === 0, `all ${acknowledged.length} are there in the end`, all.slice(0, 20).join("\n"));
server.child.kill("SIGTERM");
tap((await server.ended) === 0, "it stops well", server.said().slice(-2000));

const verified = run("archive", "verify", ...settings());
tap(verified.status === 0, "what is stored verifies", verified.stdout + verified.stderr);

// The index is lost, and made again from the packs.
const lost = places ? null : path.join(folder, "other.db");
if (lost) {
  const rebuilt = run("archive", "rebuild", ...settings(lost));
  tap(rebuilt.status === 0, "the index is rebuilt from packs alone", rebuilt.stdout + rebuilt.stderr);
  database = lost;
  server = await serve();
  const after = await lookAt(server.url, acknowledged);
  tap(after.length === 0, "and all of them are found by it", after.slice(0, 20).join("\n"));
  server.child.kill("SIGTERM");
  await server.ended;
}
console.log(`1..${number}`);
if (places) spawnSync("psql", ["-q", places, "-c", `drop database if exists kill_images_${process.pid} with (force)`]);
