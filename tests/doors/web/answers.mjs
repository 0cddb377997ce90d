// SPDX-License-Identifier: MIT
// answers.mjs: is every answer of the API as /api describes it?  Speaks TAP.
//
//     node answers.mjs URL        of a house with something in it
//
// Knows as much of JSON Schema as the description uses, and refuses what it
// does not know.
const url = process.argv[2];
let n = 0;
const say = (good, name, why = "") => {
  console.log(`${good ? "ok" : "not ok"} ${++n} - ${name}`);
  if (!good) console.log(`# ${why}`);
};
const get = async (path) => {
  const answer = await fetch(url + path);
  return { status: answer.status, json: await answer.json() };
};
const api = (await get("/api")).json;
const known = new Set(["type", "properties", "required", "items", "enum", "$ref", "allOf", "anyOf",
  "format", "pattern", "description"]);
const find = (ref) => ref.slice(2).split("/").reduce((at, key) => at?.[key], api);
const typeOf = (v) => v === null ? "null" : Array.isArray(v) ? "array"
  : typeof v === "number" ? (Number.isInteger(v) ? "integer" : "number") : typeof v;
const formats = {
  date: /^\d{4}-\d\d-\d\d$/, "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
};
// Members that no schema of the object names are trouble as well.
function* trouble(v, schema, path, open = false) {
  for (const key of Object.keys(schema)) if (!known.has(key)) yield `${path}: the word ${key}`;
  if (schema.$ref) return yield* trouble(v, find(schema.$ref), path, open);
  if (schema.anyOf) {
    if (!schema.anyOf.some((s) => [...trouble(v, s, path)].length === 0)) yield `${path}: none fits`;
    return;
  }
  if (schema.allOf) {
    for (const s of schema.allOf) yield* trouble(v, s, path, true);
    return;
  }
  const types = [schema.type ?? []].flat();
  const type = typeOf(v);
  if (types.length && !types.includes(type) && !(type === "integer" && types.includes("number")))
    return yield `${path}: is ${type}, not ${types}`;
  if (schema.enum && !schema.enum.includes(v)) yield `${path}: ${v} is none of ${schema.enum}`;
  if (typeof v === "string" && schema.pattern && !new RegExp(schema.pattern).test(v))
    yield `${path}: ${v} is not ${schema.pattern}`;
  if (typeof v === "string" && formats[schema.format] && !formats[schema.format].test(v))
    yield `${path}: ${v} is no ${schema.format}`;
  if (type === "array")
    for (const [i, each] of v.entries()) yield* trouble(each, schema.items ?? {}, `${path}[${i}]`);
  if (type !== "object") return;
  for (const key of schema.required ?? []) if (!(key in v)) yield `${path}: no ${key}`;
  for (const [key, each] of Object.entries(v)) {
    const of = schema.properties?.[key];
    if (of) yield* trouble(each, of, `${path}.${key}`);
    else if (schema.properties && !open) yield `${path}: ${key} is not described`;
  }
}
async function check(path, template = path.split("?")[0]) {
  const { status, json } = await get(path);
  const schema = api.paths[template].get.responses["200"].content["application/json"].schema;
  const wrong = status === 200 ? [...trouble(json, schema, "a")] : [JSON.stringify(json)];
  say(status === 200 && wrong.length === 0, path, wrong.slice(0, 5).join("; "));
  return json;
}

say(/^3\.1\./.test(api.openapi) && api.info.title && api.info.version, "the description says what it is");
for (const path of ["/api/reference", "/api/status", "/api/settings", "/api/network", "/api/spc",
  "/api/spc/all", "/api/targets", "/api/waiting", "/api/pathways", "/api/submissions",
  "/api/timeliness", "/api/tracking", "/api/rules", "/healthz", "/readyz"]) await check(path);
for (const more of ["/api/network?source=P", "/api/network?source=W", "/api/waiting?org=RXN&test=MRI",
  "/api/spc?org=RXN&test=MRI&source=P&measure=turnaround", "/api/spc?org=RTX&source=W&measure=days_late",
  "/api/spc?org=RXN&test=MRI&rebase=2025-04-30", "/api/pathways?list=planned",
  "/api/dm01?month=2026-03&provider=RXN&source=R", "/api/dm01?month=2026-10&provider=RXN&by=commissioner",
  "/api/dm01?date=2026-11-15&provider=LSC&by=site", "/api/pathways?list=activity&date=2026-10-31",
  "/api/pathways?list=activity_planned&date=2026-11-15&org=RXN&test=MRI"])
  await check(more);
const pathways = await check("/api/pathways?org=RXN&sort=newest&limit=3");
say(pathways.rows.length === 3, "there are pathways");
for (const row of pathways.rows) await check(`/api/pathways/${row.id}`, "/api/pathways/{id}");
const { rows } = await check("/api/submissions?limit=1000");
const bad = rows.find((row) => row.rows_bad > 0);
say(bad, "there is a file with bad rows");
for (const row of [rows[0], bad]) {
  await check(`/api/submissions/${row.id}`, "/api/submissions/{id}");
  const table = await check(`/api/submissions/${row.id}/quarantine`, "/api/submissions/{id}/quarantine");
  if (row === bad) say(table.rows.length > 0, "and here they are");
}
console.log(`1..${n}`);
