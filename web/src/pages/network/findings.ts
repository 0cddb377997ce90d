// SPDX-License-Identifier: MIT
// What stands out in the grid: worked out here from its rows, so that the
// words above the grid can never disagree with it.
import type { NetworkRow } from "../../api.ts";

export interface Findings {
  failing: NetworkRow[];
  worse: NetworkRow[];
  improving: NetworkRow[];
  /** How many trust-and-test pairs have icons at all. */
  judged: number;
  targeted: number;
}

const byPeople = (a: NetworkRow, b: NetworkRow) => (b.over6 ?? 0) - (a.over6 ?? 0);

export function findings(rows: NetworkRow[], trusts: string[]): Findings {
  const own = rows.filter((row) => trusts.includes(row.org) && row.test !== 0);
  return {
    failing: own.filter((row) => row.assurance === "fail").sort(byPeople),
    worse: own.filter((row) => row.variation === "concern").sort(byPeople),
    improving: own.filter((row) => row.variation === "improvement").sort(byPeople),
    judged: own.filter((row) => row.variation !== null).length,
    targeted: own.filter((row) => row.assurance !== null).length,
  };
}

export interface Sum {
  list: number;
  over6: number;
  pct6: number | null;
}

/** A group of tests added up; null when nothing was reported. */
export function sum(rows: (NetworkRow | undefined)[]): Sum | null {
  const known = rows.filter((row): row is NetworkRow => row !== undefined && row.list !== null);
  if (known.length === 0) return null;
  const list = known.reduce((all, row) => all + (row.list ?? 0), 0);
  const over6 = known.reduce((all, row) => all + (row.over6 ?? 0), 0);
  return { list, over6, pct6: list > 0 ? (100 * over6) / list : null };
}

export interface TestLine {
  test: number;
  code: string;
  name: string;
  group: string;
  cells: Map<string, NetworkRow>;
}

/** The grid's lines: one for each test, its cells by organisation. */
export function lines(rows: NetworkRow[]): TestLine[] {
  const found = new Map<number, TestLine>();
  for (const row of rows) {
    const line = found.get(row.test) ?? {
      test: row.test, code: row.test_code, name: row.test_name, group: row.test_group, cells: new Map(),
    };
    line.cells.set(row.org, row);
    found.set(row.test, line);
  }
  return [...found.values()].sort((a, b) => a.test - b.test);
}

const GROUPS: Record<string, string> = {
  IMAGING: "Imaging", PHYSIOLOGICAL: "Physiological measurement", ENDOSCOPY: "Endoscopy", OTHER: "Other imaging",
};

export function groupWords(group: string): string {
  return GROUPS[group.toUpperCase()] ?? group;
}
