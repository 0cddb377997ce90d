// SPDX-License-Identifier: MIT
// The 15 tests in the provider workbook's order: who waits, by completed
// weeks, and what was done.  Every number that is told from pathways opens
// the list of those behind it.
import type { ComponentChildren } from "preact";
import type { Dm01Row } from "../../api.ts";
import { Scroll } from "../../parts/table.tsx";
import { useReference } from "../../reference.ts";
import { band, bandWords, count, percent } from "../../words.ts";
import { pathwaysLink } from "../pathways/links.ts";
import type { Asked } from "./asked.ts";

export const BANDS = Array.from({ length: 14 }, (_, n) => n);

/** wk_00_01 ... wk_12_13, wk_13_plus */
function bandKey(n: number): keyof Dm01Row {
  return (n === 13 ? "wk_13_plus" : `wk_${band(n).replace("-", "_")}`) as keyof Dm01Row;
}

/** One row of numbers: a test as a whole, one part of it, or all tests. */
interface Line {
  list: number; over6: number; over13: number; bands: number[]; planned: number; unscheduled: number; wl: number;
}

function lineOf(rows: Dm01Row[]): Line {
  const sum = (key: keyof Dm01Row) => rows.reduce((all, row) => all + Number(row[key] ?? 0), 0);
  return {
    list: sum("total_wl"), over6: sum("waiting_6plus"), over13: sum("waiting_13plus"),
    bands: BANDS.map((n) => sum(bandKey(n))),
    planned: sum("planned_activity"), unscheduled: sum("unscheduled_activity"), wl: sum("waiting_list_activity"),
  };
}

/** Whom a row counts, as the list of pathways is asked for them. */
interface Scope { org?: string; test?: string; site?: string | undefined; commissioner?: string | undefined; date: string }

function Figure(props: { n: number; of: Scope | null; more: Record<string, string | number>; class?: string }) {
  const { n, of } = props;
  return (
    <td class={`number ${props.class ?? ""}`}>
      {of && n > 0 ? <a href={pathwaysLink({ ...of, ...props.more })}>{count(n)}</a> : count(n)}
    </td>
  );
}

function Numbers({ line, of }: { line: Line; of: Scope | null }) {
  return (
    <>
      <Figure n={line.list} of={of} more={{ list: "waiting" }} />
      <Figure n={line.over6} of={of} more={{ list: "waiting", band: "6+" }} />
      <Figure n={line.over13} of={of} more={{ list: "waiting", band: "13+" }} />
      <td class="number">{percent(line.list ? (100 * line.over6) / line.list : null)}</td>
      {line.bands.map((n, at) => (
        <Figure key={at} n={n} of={of} more={{ list: "waiting", band: at === 13 ? "13+" : at }} class={at === 0 || at === 6 ? "return__edge" : ""} />
      ))}
      <Figure n={line.planned} of={of} more={{ list: "activity_planned" }} class="return__edge" />
      <Figure n={line.unscheduled} of={of} more={{ list: "activity_unscheduled" }} />
      <Figure n={line.wl} of={of} more={{ list: "activity_wl" }} />
    </>
  );
}

function Row(props: { name: ComponentChildren; class?: string; line: Line; of: Scope | null }) {
  return (
    <tr class={props.class}>
      <th scope="row">{props.name}</th>
      <Numbers line={props.line} of={props.of} />
    </tr>
  );
}

function Heads() {
  return (
    <thead>
      <tr>
        <th rowSpan={2} scope="col">Test</th>
        <th colSpan={4} scope="colgroup" class="return__group">Waiting list</th>
        <th colSpan={14} scope="colgroup" class="return__group return__edge">Of these, completed weeks waited</th>
        <th colSpan={3} scope="colgroup" class="return__group return__edge">Tests done</th>
      </tr>
      <tr>
        <th scope="col" class="number">Total</th>
        <th scope="col" class="number">6+ weeks</th>
        <th scope="col" class="number">13+ weeks</th>
        <th scope="col" class="number">6+ share</th>
        {BANDS.map((n) => (
          <th key={n} scope="col" class={`number ${n === 0 || n === 6 ? "return__edge" : ""}`} title={bandWords(n)}>{band(n)}</th>
        ))}
        <th scope="col" class="number return__edge">Planned</th>
        <th scope="col" class="number">Unscheduled</th>
        <th scope="col" class="number">Waiting list</th>
      </tr>
    </thead>
  );
}

/** The code of a row's site or commissioner; null is the whole test. */
function partOf(row: Dm01Row): string | null {
  return row.site_code ?? row.commissioner_code;
}

function partName(row: Dm01Row): string {
  const code = partOf(row) ?? "";
  const name = row.site_name ?? row.commissioner_name;
  if (code === "none") return row.site_code ? "Site not known" : "Commissioner not known";
  return name ? `${name} (${code})` : code;
}

export function Sheet({ rows, asked }: { rows: Dm01Row[]; asked: Asked }) {
  const reference = useReference();
  const linked = asked.source === "P";
  const org = asked.org === reference.network.code ? {} : { org: asked.org };
  const of = (row: Dm01Row): Scope => ({
    ...org, test: row.test_code, date: asked.date, site: row.site_code ?? undefined, commissioner: row.commissioner_code ?? undefined,
  });
  const all = lineOf(rows.filter((row) => partOf(row) === null));
  return (
    <Scroll label="The return" class="return">
      <table class="data return__table" aria-label="The return by test">
        <Heads />
        <tbody>
          {rows.map((row) => {
            const part = partOf(row);
            return (
              <Row key={`${row.test_id} ${part ?? ""}`} class={part !== null ? "return__part" : asked.by === "none" ? "" : "return__whole"}
                name={part !== null ? partName(row) : row.test_name} line={lineOf([row])} of={linked ? of(row) : null} />
            );
          })}
        </tbody>
        <tfoot>
          <Row class="return__whole" name="All 15 tests" line={all} of={linked ? { ...org, date: asked.date } : null} />
        </tfoot>
      </table>
    </Scroll>
  );
}
