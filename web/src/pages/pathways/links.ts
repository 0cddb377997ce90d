// SPDX-License-Identifier: MIT
// Where a number leads: the list of the pathways that it counts.
import { link, type Params } from "../../address.ts";

export const FILTERS = ["org", "test", "site", "commissioner", "band", "priority", "state", "date", "list"] as const;

/** Tests done, not those who wait. */
export function isActivity(list: string): boolean {
  return list.startsWith("activity");
}

/** What stands behind a point of a chart: none for what no list can show. */
const BEHIND: Record<string, Params> = {
  list: { list: "waiting" },
  over6: { list: "waiting", band: "6+" }, pct6: { list: "waiting", band: "6+" },
  over13: { list: "waiting", band: "13+" }, pct13: { list: "waiting", band: "13+" },
  activity: { list: "activity" }, activity_wl: { list: "activity_wl" },
  activity_planned: { list: "activity_planned" }, activity_unscheduled: { list: "activity_unscheduled" },
};

export function behindPoint(measure: string): Params | null {
  return BEHIND[measure] ?? null;
}

export function pathwaysLink(filters: Params): string {
  const kept: Params = {};
  for (const [name, value] of Object.entries(filters)) if (value !== "*") kept[name] = value;
  return link("/pathways", kept);
}

/** The address of the same list in the API. */
export function pathwaysUrl(filters: Params): string {
  return link("/api/pathways", filters);
}
