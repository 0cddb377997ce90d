// SPDX-License-Identifier: MIT
// What the page of the DM01 return asks for; all of it is in the address.
import { ask, link, type Params } from "../../address.ts";
import type { Reference } from "../../api.ts";
import { trusts } from "../../reference.ts";
import { isMonthEnd } from "../../words.ts";

export interface Asked { org: string; source: string; grain: string; date: string; by: string }

const BY = ["none", "site", "commissioner"];

export function asked(reference: Reference): Asked {
  const source = ask("source") === "R" ? "R" : "P";
  const date = ask("date");
  const given = date ? (isMonthEnd(date) ? "M" : "S") : ask("grain", "M");
  const by = BY.includes(ask("by")) ? ask("by") : "none";
  return { org: ask("org", trusts(reference)[0]?.code ?? ""), source, grain: source === "R" ? "M" : given, date, by };
}

/** The same ask to the API, as JSON or, with a form behind it, as a file. */
export function returnUrl({ org, source, date, by }: Asked): string {
  const params: Params = { provider: org, date, source, by };
  return link("/api/dm01", params);
}
