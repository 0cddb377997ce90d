#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Our DICOM JSON of every sample against dcm2json's, value by value, and its
// names against pydicom's, which knows the sets that dcm2json leaves as they
// are.  Speaks TAP.
//     json_against_dcmtk.mjs JSON_BATCH FOLDER
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";

const [batch, folder] = process.argv.slice(2);
const skipped = /\.(py|pyc|json|txt|md|gz|h|dump)$|README|DICOMDIR-/i;
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
	.filter((f) => f.isFile() && !skipped.test(f.name))
	.map((f) => `${f.path ?? f.parentPath}/${f.name}`).sort();
const run = (...command) => execFileSync(command[0], command.slice(1),
	{ maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] }).toString();

// A number and the text of one are the same; what is padding is not told; a
// name of carets alone is none.
const value = (v) => v === null || v === "" || /^\^*$/.test(v.Alphabetic) ? null :
	typeof v === "object" ? element(v) :
	typeof v === "string" && v.trim() !== "" && isFinite(v) ? Number(v) :
	typeof v === "string" ? v.trim() : v;
function element(e) {
	const out = {};
	for (const [key, v] of Object.entries(e)) {
		if (key === "BulkDataURI" || (key === "InlineBinary" && v === "")) continue;
		if (key === "00080005") continue; // theirs is not always that of their texts
		const told = Array.isArray(v) ? v.map(value) : value(v);
		if (Array.isArray(told) && told.every((x) => x === null)) continue;
		out[key] = told;
	}
	return out;
}
function differences(a, b, path, found) {
	if (b?.vr === "UN" && a && a.vr !== "UN") return found; // the dictionary is asked by ours alone
	if (typeof a === "number" && typeof b === "number" &&
		Math.fround(a) === Math.fround(b)) return found;
	if (/[\x1b\ufffd]/.test(b)) return found; // left as it was
	if (a === null || b === null || typeof a !== "object" || typeof b !== "object") {
		if (a !== b) found.push(`${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`.slice(0, 300));
		return found;
	}
	for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
		differences(a[key], b[key], `${path}/${key}`, found);
	return found;
}

const ours = new Map(run(batch, "json", ...files).split("\n").filter(Boolean)
	.map((line) => line.split("\t")));
let n = 0;
const tap = [];
for (const [file, text] of ours) {
	let theirs;
	try {
		theirs = JSON.parse(run("dcm2json", "-ee", "-fc", file));
	} catch {
		continue; // it refuses some of those that are broken on purpose
	}
	const found = differences(element(JSON.parse(text)), element(theirs), "", []);
	n++;
	tap.push(`${found.length ? "not ok" : "ok"} ${n} - ${file.slice(folder.length + 1)}`,
		...found.slice(0, 5).map((line) => `# ${line}`));
}
n++;
tap.push(`${n > 100 ? "ok" : "not ok"} ${n} - ${n - 1} files were compared`);

// Texts that are not ASCII, wherever they stand, in order.
const names = `
import sys, json, pydicom, warnings
warnings.simplefilter("ignore")
def texts(ds, out):
    for e in ds:
        if e.VR == "SQ":
            for item in e.value: texts(item, out)
        elif e.VR in ("PN", "LO", "SH", "LT", "ST", "UT", "UC"):
            for v in (e.value if e.VM > 1 else [e.value]):
                v = str(v)
                if not v.isascii(): out.append(v.strip().rstrip("="))
    return out
for path in sys.argv[1:]:
    ds = pydicom.dcmread(path, force=True)
    ds.decode()
    print(json.dumps(texts(ds, [])))`;
const beyondAscii = (e, out) => {
	for (const { vr, Value = [] } of Object.values(e))
		for (const v of Value) {
			const text = v && vr === "PN" ?
				[v.Alphabetic ?? "", v.Ideographic ?? "", v.Phonetic ?? ""].join("=") : v;
			if (vr === "SQ") beyondAscii(v, out);
			else if (typeof text === "string" && /[^\0-\x7f]/.test(text))
				out.push(text.replace(/=+$/, ""));
		}
	return out;
};
const charsets = files.filter((f) => f.includes("/charset_files/"));
const theirs = run("/usr/bin/python3", "-c", names, ...charsets).trim().split("\n");
charsets.forEach((file, i) => {
	const mine = JSON.stringify(beyondAscii(JSON.parse(ours.get(file)), []));
	const good = mine === JSON.stringify(JSON.parse(theirs[i]));
	n++;
	tap.push(`${good ? "ok" : "not ok"} ${n} - names of ${file.slice(folder.length + 1)}`);
	if (!good) tap.push(`# ${mine} and ${theirs[i]}`);
});
console.log(`1..${n}\n${tap.join("\n")}`);
process.exit(tap.some((line) => line.startsWith("not ok")) ? 1 : 0);
