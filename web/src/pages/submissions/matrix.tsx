// SPDX-License-Identifier: MIT
// Who sent what, week by week: shape and words, never colour alone.
import type { Timeliness, TimelyCell } from "../../api.ts";
import { type Column, Scroll } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { capital, count, day, shortDay, stamp } from "../../words.ts";
import { kindWords } from "./kinds.ts";

const WORDS: Record<string, string> = {
  "on-time": "on time", late: "late", missing: "missing", due: "due, not yet in", refused: "refused",
};

export function TimelyIcon({ state }: { state: string }) {
  const frame = { class: "icon", width: 22, height: 22, viewBox: "0 0 22 22", "aria-hidden": true as const, focusable: "false" as const };
  switch (state) {
    case "on-time":
      return <svg {...frame}><circle cx="11" cy="11" r="9" fill="#007f3b" /><path d="M6.5 11.500l3 3l6 -6.5" fill="none" stroke="#fff" stroke-width="2.4" /></svg>;
    case "late":
      return <svg {...frame}><path d="M11 2l9.5 17h-19z" fill="#ffb81c" stroke="#5c4300" stroke-width="1.2" /><path d="M11 8v5.500M11 15.300v2" stroke="#212b32" stroke-width="2" /></svg>;
    case "missing":
      return <svg {...frame}><rect x="2.5" y="2.5" width="17" height="17" fill="#fff" stroke="#d5281b" stroke-width="2" /><path d="M7 7l8 8M15 7l-8 8" stroke="#d5281b" stroke-width="2.4" /></svg>;
    case "refused":
      return <svg {...frame}><path d="M7 1.500h8l5.5 5.500v8l-5.5 5.500h-8l-5.5 -5.500v-8z" fill="#8a1a10" /><path d="M6 11h10" stroke="#fff" stroke-width="3" /></svg>;
    case "due":
      return <svg {...frame}><circle cx="11" cy="11" r="8.5" fill="#fff" stroke="#4c6272" stroke-width="2" stroke-dasharray="3 2.5" /></svg>;
    default:
      return <svg {...frame}><path d="M8 11h6" stroke="#aeb7bd" stroke-width="2" /></svg>;
  }
}

function spoken(cell: TimelyCell): string {
  const parts = [capital(WORDS[cell.state] ?? cell.state)];
  if (cell.days_late) parts.push(`${cell.days_late} ${cell.days_late === 1 ? "day" : "days"} late`);
  if (cell.received_at) parts.push(`came ${stamp(cell.received_at)}`);
  if (cell.rows !== null && cell.rows !== undefined) parts.push(`${count(cell.rows)} rows${cell.rows_bad ? `, ${count(cell.rows_bad)} bad` : ""}`);
  if (cell.unusual && cell.usual_low !== null) parts.push(`unusual: ${count(cell.usual_low)} to ${count(cell.usual_high)} is usual`);
  return parts.join("; ");
}

function Cell({ cell }: { cell: TimelyCell | undefined }) {
  if (!cell || !(cell.state in WORDS)) return <td class="timely"><span class="nhsuk-u-visually-hidden">nothing expected</span></td>;
  const words = spoken(cell);
  const face = (
    <>
      <TimelyIcon state={cell.state} />
      {(cell.unusual || (cell.rows_bad ?? 0) > 0) && <span class="timely__mark" aria-hidden="true">{cell.unusual ? "±" : "•"}</span>}
      <span class="nhsuk-u-visually-hidden">{words}</span>
    </>
  );
  return (
    <td class="timely" title={words}>
      {cell.submission ? <a class="timely__link" href={`/submissions/${cell.submission}`}>{face}</a> : <span class="timely__link">{face}</span>}
    </td>
  );
}

export function TimelyKey() {
  return (
    <ul class="key" aria-label="What the shapes mean">
      {Object.entries(WORDS).map(([state, words]) => <li key={state}><TimelyIcon state={state} /> {words}</li>)}
      <li><span class="timely__mark timely__mark--key">•</span> some rows kept aside</li>
      <li><span class="timely__mark timely__mark--key">±</span> row count out of the usual range</li>
    </ul>
  );
}

export function matrixColumns(data: Timeliness): Column<Timeliness["rows"][number]>[] {
  return [
    { key: "kind", head: "Kind", cell: (row) => kindWords(row.kind) },
    { key: "org", head: "Trust", cell: (row) => row.org },
    ...data.weeks.map((week, n) => ({ key: week, head: week, cell: (row: Timeliness["rows"][number]) => row.cells[n]?.state ?? "" })),
  ];
}

export function Matrix({ data }: { data: Timeliness }) {
  const reference = useReference();
  const weeks = data.weeks.map((date, at) => ({ date, at })).sort((a, b) => b.date.localeCompare(a.date));
  const kinds = [...new Set(data.rows.map((row) => row.kind))];
  return (
    <Scroll label="Files by trust and week">
      <table class="data matrix">
        <caption class="nhsuk-u-visually-hidden">Files by kind, trust and week, newest week first</caption>
        <thead>
          <tr>
            <th scope="col">Week ended</th>
            {weeks.map(({ date: week }) => <th key={week} scope="col" class="matrix__week">{shortDay(week).split(" ").map((part) => <span key={part} class="matrix__part" aria-hidden="true">{part}</span>)}<span class="nhsuk-u-visually-hidden">{day(week)}</span></th>)}
          </tr>
        </thead>
        {kinds.map((kind) => (
          <tbody key={kind}>
            <tr class="group"><th scope="colgroup" colSpan={data.weeks.length + 1}><span>{kindWords(kind)}</span></th></tr>
            {data.rows.filter((row) => row.kind === kind).map((row) => {
              return (
                <tr key={row.org}>
                  <th scope="row">{orgShort(reference, row.org)}</th>
                  {weeks.map((week) => <Cell key={week.date} cell={row.cells[week.at]} />)}
                </tr>
              );
            })}
          </tbody>
        ))}
      </table>
    </Scroll>
  );
}
