// SPDX-License-Identifier: MIT
// This month against plan, before the month is over: an estimate, and how
// far such estimates were off.
import { ask, change, link } from "../../address.ts";
import type { Reference, Table, TrackingRow } from "../../api.ts";
import { useApi } from "../../live.ts";
import { Select } from "../../parts/form.tsx";
import { PageTitle } from "../../parts/layout.tsx";
import { Show, Source } from "../../parts/state.tsx";
import { type Column, DataTable, Files } from "../../parts/table.tsx";
import { findMeasure, orgShort, testCode, testName, trusts, networkOrg, useReference } from "../../reference.ts";
import { amount, count, decimal, day } from "../../words.ts";
import { Graphic, GraphicKey } from "./graphic.tsx";

const VERDICT: Record<string, { words: string; rank: number; mark: string }> = {
  "off-plan": { words: "Off plan", rank: 3, mark: "M2 2h14v14h-14z" },
  "at-risk": { words: "At risk", rank: 2, mark: "M9 1l8.5 15h-17z" },
  "no-plan": { words: "No plan", rank: 1, mark: "M3 8h12v2h-12z" },
  "no-data": { words: "Cannot say", rank: -1, mark: "M3 8h3v2h-3zM8 8h3v2h-3zM13 8h3v2h-3z" },
  "on-plan": { words: "On plan", rank: 0, mark: "M9 1a8 8 0 1 0 .01 0z" },
};

function Verdict({ verdict }: { verdict: string }) {
  const found = VERDICT[verdict];
  if (!found) return <>{verdict}</>;
  return (
    <span class={`mark mark--${verdict}`}>
      <svg class="icon" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" focusable="false"><path d={found.mark} fill="currentColor" /></svg>
      {found.words}
    </span>
  );
}

/** How far the month's end will be from the plan, in words. */
function gap(row: TrackingRow, unit: string): string {
  if (row.projected === null) return "";
  if (row.trajectory === null) return row.target === null ? "" : "the target stands in";
  const apart = row.projected - row.trajectory;
  const size = unit === "%" ? `${decimal(Math.abs(apart))} points` : amount(Math.abs(Math.round(apart)), unit);
  return Math.abs(apart) < 0.05 ? "on the plan" : `${size} ${apart > 0 ? "above" : "below"} plan`;
}

function columns(reference: Reference, unit: string, high: number): Column<TrackingRow>[] {
  const value = (n: number | null) => amount(n, unit);
  const code = (row: TrackingRow) => testCode(reference, row.test);
  return [
    {
      key: "name", head: "Trust and test", names: true, by: (row) => orgShort(reference, row.org) + testName(reference, row.test),
      cell: (row) => <a href={link("/plan", { org: row.org, test: code(row), measure: ask("measure", "pct6"), source: "P" })}>{orgShort(reference, row.org)}, {testName(reference, row.test)}</a>,
    },
    { key: "verdict", head: "This month", keep: true, by: (row) => VERDICT[row.verdict]?.rank ?? 0, cell: (row) => <Verdict verdict={row.verdict} /> },
    { key: "picture", head: `From 0 to ${value(high)}`, cell: (row) => <Graphic row={row} high={high} /> },
    { key: "today", head: "Today", number: true, by: (row) => row.today_value, cell: (row) => value(row.today_value) },
    {
      key: "projected", head: "Month end", number: true, by: (row) => row.projected,
      cell: (row) => <><strong>{value(row.projected)}</strong><br /><span class="quiet small">{row.low !== null ? `${value(row.low)} to ${value(row.high)}` : ""}</span></>,
    },
    {
      key: "plan", head: "Plan", number: true, by: (row) => row.trajectory,
      cell: (row) => <>{value(row.trajectory)}<br /><span class="quiet small">{gap(row, unit)}</span></>,
    },
    { key: "target", head: "Target", number: true, by: (row) => row.target, cell: (row) => value(row.target) },
    {
      key: "error", head: "Usual error", number: true, by: (row) => row.backtest_error,
      cell: (row) => <>{row.backtest_error === null ? "not tried" : `±${unit === "%" ? `${decimal(row.backtest_error)} points` : value(row.backtest_error)}`}<br /><span class="quiet small">{row.backtests ? `held ${count(row.covered)} of ${count(row.backtests)}` : ""}</span></>,
    },
  ];
}

function summary(rows: TrackingRow[]): string {
  const of = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  const parts = [`${of("off-plan")} off plan`, `${of("at-risk")} at risk`, `${of("on-plan")} on plan`];
  if (of("no-plan")) parts.push(`${of("no-plan")} without a plan`);
  if (of("no-data")) parts.push(`${of("no-data")} of which nothing can be said`);
  return `${parts.join(", ")}.`;
}

function Body({ data, unit, url }: { data: Table<TrackingRow>; unit: string; url: string }) {
  const reference = useReference();
  const org = ask("org");
  const rows = data.rows.filter((row) => !org || row.org === org);
  const all = data.rows.flatMap((row) => [row.high, row.today_value, row.trajectory, row.last_month, row.target]);
  const high = Math.max(1, ...all.filter((value): value is number => typeof value === "number"));
  const first = data.rows[0];
  return (
    <>
      <p class="sentence">{first ? `Month ending ${day(first.month_end)}, as seen on ${day(first.today)}: ${summary(rows)}` : ""}</p>
      <GraphicKey />
      <DataTable caption="This month against plan" captionHidden rows={rows} rowKey={(row) => row.org + row.test} sort="sort" first="-verdict"
        columns={columns(reference, unit, high)} empty="Nothing can be tracked yet: patient-level data of this month are not in." />
      <p class="source">
        Usual error: how far the estimate made on the same day of past months was from the month's end, on average. Held: in how many of those months the interval, made to hold 19 times in 20, held the true figure. Where no plan is set, the verdict is against the target.
      </p>
      <Source source={data.source} asOf={day(first?.today)} madeAt={data.made_at} />
      <Files url={url} what="early tracking" />
    </>
  );
}

const TRACKED = ["pct6", "list", "over6", "over13"];

export function Tracking() {
  const reference = useReference();
  const measure = ask("measure", "pct6");
  const url = link("/api/tracking", { measure });
  const answer = useApi<Table<TrackingRow>>(url);
  const measures = TRACKED.map((name) => ({ value: name, words: findMeasure(reference, name)?.title ?? name }));
  return (
    <>
      <PageTitle title="Early tracking" />
      <div class="filters">
        <Select label="Measure" value={measure} choices={measures} onChange={(name) => change({ measure: name === "pct6" ? null : name })} />
        <Select label="Trust" value={ask("org")} choices={[{ value: "", words: "All trusts" }, ...[...trusts(reference), networkOrg(reference)].map((org) => ({ value: org.code, words: org.short }))]}
          onChange={(org) => change({ org })} />
      </div>
      <Show answer={answer} what="This month" tall>
        {(data) => <Body data={data} unit={findMeasure(reference, measure)?.unit ?? "%"} url={url} />}
      </Show>
    </>
  );
}
