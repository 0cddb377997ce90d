// SPDX-License-Identifier: MIT
// run.mjs: runs test programs that speak TAP and counts every case in them.
//
//   node tests/run.mjs --label WORDS --out FOLDER [--jobs N] [--mentions WORD]
//        [--only ROOM[/FILE]] BUILD_FOLDER          all tests meson knows of
//   node tests/run.mjs --targets [--only ROOM[/FILE]] BUILD_FOLDER
//   node tests/run.mjs --label WORDS --out FOLDER [--timeout S]
//        -- COMMAND [ARGUMENT]...                   one program
//
// With --mentions, only programs in which that word stands: a variable that
// they read, a function that they call.  With --targets, what meson must build
// for these tests is printed instead.
// A program that crashes, hangs, says nothing, ends before its plan, or ends
// badly without naming a case has failed once more than it says.  One line
// for each goes to FOLDER/counts: label, name, passed, failed, skipped; what
// it said goes to FOLDER/log.  The exit status is 0 even when cases failed:
// whoever adds up the counts decides.
import { spawn, execFileSync } from "node:child_process";
import { appendFileSync, createWriteStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";

function readOptions(words) {
  const options = { jobs: "1", timeout: "600" };
  while (words.length && words[0].startsWith("--")) {
    const word = words.shift();
    if (word === "--targets") {
      options.targets = true;
      continue;
    }
    if (word === "--") return { ...options, command: words };
    options[word.slice(2)] = words.shift();
  }
  return { ...options, build: words[0] };
}

function mesonTests({ build, mentions, only }) {
  const json = execFileSync("meson", ["introspect", "--tests", build], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(json)
    .map((test) => {
      const suites = test.suite.map((s) => s.replace(/^[^:]*:/, ""));
      return { ...test, build, suites, title: `${suites[0] ?? "other"}/${test.name}` };
    })
    .filter(({ cmd }) => !mentions || (existsSync(cmd[0]) && readFileSync(cmd[0]).includes(mentions)))
    .filter(({ title }) => !only || title === only || title.startsWith(`${only}/`));
}

// What one program said: cmocka prints plain TAP; node nests it and adds up.
export function count(text) {
  const sum = (pattern) =>
    [...text.matchAll(pattern)].reduce((all, [, n]) => all + Number(n), 0);
  if (/^# pass \d+$/m.test(text))
    return {
      passed: sum(/^# pass (\d+)$/gm),
      failed: sum(/^# (?:fail|cancelled) (\d+)$/gm),
      skipped: sum(/^# (?:skipped|todo) (\d+)$/gm),
      planned: sum(/^# tests (\d+)$/gm),
    };
  const answer = { passed: 0, failed: 0, skipped: 0, planned: sum(/^1\.\.(\d+)/gm) };
  for (const [line, no] of text.matchAll(/^(not )?ok\b.*$/gm)) {
    if (/# *(skip|todo)/i.test(line)) answer.skipped++;
    else if (no) answer.failed++;
    else answer.passed++;
  }
  return answer;
}

function judge(text, end) {
  const { planned, ...answer } = count(text);
  const seen = answer.passed + answer.failed + answer.skipped;
  const bad = end.signal || end.code !== 0;
  let why = "";
  if (end.timedOut) why = `did not end in ${end.timeout} s`;
  else if (end.signal) why = `ended by ${end.signal}`;
  else if (seen === 0) why = "said nothing";
  else if (seen < planned) why = `ended after ${seen} of ${planned} cases`;
  else if (bad && answer.failed === 0) why = `ended with status ${end.code}`;
  if (why) answer.failed += Math.max(1, planned - seen);
  return { ...answer, why };
}

function run(test, folder) {
  const log = path.join(folder, "log", `${test.title.replaceAll("/", "-")}.txt`);
  const timeout = Number(test.timeout) || 600;
  mkdirSync(path.dirname(log), { recursive: true });
  return new Promise((resolve) => {
    const [program, ...args] = test.cmd;
    const child = spawn(program, args, {
      cwd: test.workdir ?? test.build,
      detached: true, // so that all of it can be ended
      env: { ...process.env, CMOCKA_MESSAGE_OUTPUT: "TAP", ...test.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const all = createWriteStream(log);
    let text = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      try { process.kill(-child.pid, "SIGKILL"); } catch { /* it has ended */ }
    }, timeout * 1000);
    child.stdout.on("data", (bytes) => { text += bytes; all.write(bytes); });
    child.stderr.on("data", (bytes) => all.write(bytes));
    child.on("error", (error) => {
      clearTimeout(timer);
      all.end(() => resolve({ ...judge("", { code: 127 }), why: error.message, log }));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      all.end(() => resolve({ ...judge(text, { code, signal, timedOut, timeout }), log }));
    });
  });
}

function show(options, test, answer) {
  const { passed, failed, skipped, why, log } = answer;
  const parts = [`${passed} passed`];
  if (failed) parts.push(`${failed} failed`);
  if (skipped) parts.push(`${skipped} skipped`);
  if (why) parts.push(why);
  console.log(`${failed ? "FAILED" : "    ok"}  ${test.title.padEnd(32)} ${parts.join(", ")}`);
  appendFileSync(
    path.join(options.out, "counts"),
    [options.label, test.title, passed, failed, skipped].join("\t") + "\n",
  );
  if (!failed) return;
  const lines = readFileSync(log, "utf8").split("\n");
  const told = lines.filter((line) => /^\s*not ok/.test(line)).slice(0, 30);
  for (const line of [...told, "...", ...lines.slice(-25)]) console.log(`        | ${line}`);
  console.log(`        | all of it: ${log}`);
}

/** Names for ninja of all that these tests need. */
function targetsOf(tests, build) {
  const made = JSON.parse(
    execFileSync("meson", ["introspect", "--targets", build], { maxBuffer: 1 << 26 }));
  const files = new Map(made.map(({ id, filename }) => [id, filename[0]]));
  const wanted = new Set(tests.flatMap(({ depends }) => depends.map((id) => files.get(id))));
  return [...wanted].map((file) => path.relative(build, file));
}

const options = readOptions(process.argv.slice(2));
const tests = options.command
  ? [{ title: options.label, cmd: options.command, timeout: options.timeout }]
  : mesonTests(options);
if (options.targets) {
  for (const target of targetsOf(tests, path.resolve(options.build))) console.log(target);
  process.exit(0);
}
mkdirSync(options.out, { recursive: true });
const folder = path.join(options.out, options.label.replaceAll(/[^A-Za-z0-9]+/g, "-"));
async function worker() {
  for (let test = tests.shift(); test; test = tests.shift())
    show(options, test, await run(test, folder));
}
await Promise.all(Array.from({ length: Number(options.jobs) }, worker));
