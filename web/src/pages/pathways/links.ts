// SPDX-License-Identifier: MIT
// Where a number leads: the list of the pathways that it counts.
import { link, type Params } from "../../address.ts";

export const FILTERS = ["org", "test", "site", "band", "priority", "state", "date", "list"] as const;

export function pathwaysLink(filters: Params): string {
  const kept: Params = {};
  for (const [name, value] of Object.entries(filters)) if (value !== "*") kept[name] = value;
  return link("/pathways", kept);
}

/** The address of the same list in the API. */
export function pathwaysUrl(filters: Params): string {
  return link("/api/pathways", filters);
}
