// SPDX-License-Identifier: MIT
// What the improvement plan's address asks for, and the API's address for it.
import { address, ask, link, type Params } from "../../address.ts";
import type { Measure, Reference } from "../../api.ts";
import { findMeasure, trusts } from "../../reference.ts";

export interface Question {
  org: string;
  test: string;
  measure: Measure | undefined;
  source: string;
  grain: string;
  params: Params;
}

const OPTIONS = ["screening", "shift", "trend", "fix_after"];

function grainOf(measure: Measure | undefined, source: string, wanted: string): string {
  const can = measure?.grains ?? ["M"];
  const fits = source === "R" ? ["M"] : source === "W" ? ["S"] : can;
  const grains = fits.filter((grain) => can.includes(grain));
  return grains.includes(wanted) ? wanted : (grains[0] ?? "M");
}

export function question(reference: Reference): Question {
  const measure = findMeasure(reference, ask("measure", "pct6")) ?? reference.measures[0];
  const sources = measure?.sources ?? ["R"];
  const source = sources.includes(ask("source", "R")) ? ask("source", "R") : (sources[0] ?? "R");
  const grain = grainOf(measure, source, ask("grain", "M"));
  const org = ask("org", trusts(reference)[0]?.code ?? "");
  const test = ask("test", reference.tests[0]?.code ?? "");
  const params: Params = { org, test, measure: measure?.name, source, grain };
  for (const name of OPTIONS) params[name] = address.value.query.get(name);
  const rebases = address.value.query.getAll("rebase");
  if (rebases.length) params.rebase = rebases;
  return { org, test, measure, source, grain, params };
}

export function spcUrl(params: Params): string {
  return link("/api/spc", params);
}
