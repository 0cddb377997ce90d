// SPDX-License-Identifier: MIT
// The list's last two years, Sunday by Sunday.
import { ask, change } from "../../address.ts";
import type { Waiting } from "../../api.ts";
import { orgShort, testName, useReference } from "../../reference.ts";
import { Figure } from "../../parts/charts/figure.tsx";
import { Heat, Stacked, part, weekXs } from "../../parts/charts/overtime.tsx";
import { Switch } from "../../parts/form.tsx";
import { DataTable } from "../../parts/table.tsx";
import { count, day, percent } from "../../words.ts";
import type { Scope } from "./waiting.tsx";

const HEIGHT = 320;

export function OverTime({ data, at }: { data: Waiting; at: Scope }) {
  const reference = useReference();
  const weeks = data.over_time;
  const heat = ask("over") === "heat";
  const found = weeks.findIndex((week) => week.date === ask("week"));
  const selected = found < 0 ? null : found;
  if (weeks.length < 2) return <p class="empty">There are not yet two Sundays to compare.</p>;
  const Drawing = heat ? Heat : Stacked;
  const read = (n: number) => {
    const bands = weeks[n]?.bands ?? [];
    const all = part(bands, 0);
    return `${day(weeks[n]?.date)}: ${count(all)} waiting; ${count(part(bands, 6))} six weeks or more (${percent(all ? (100 * part(bands, 6)) / all : null)}); ${count(part(bands, 13))} 13 weeks or more.`;
  };
  return (
    <div>
      <Figure title="Week by week" height={HEIGHT} selected={selected} description={`From ${day(weeks[0]?.date)}. Latest: ${read(weeks.length - 1)}`}
        xs={(width) => weekXs(weeks, width)} onSelect={(n) => change({ week: n === null ? null : weeks[n]?.date }, "replace")} read={read}
        onChoose={(n) => change({ date: weeks[n]?.date })} hint="Move over the chart, or press the arrow keys on it, to read each Sunday; Enter shows that day."
        draw={(width) => <Drawing weeks={weeks} width={width} height={HEIGHT} selected={selected} />}
        tableOpen={ask("weeks") === "table"} onTable={(open) => change({ weeks: open ? "table" : null }, "replace")}
        table={(
          <DataTable caption="Week by week" captionHidden rows={[...weeks].reverse()} rowKey={(week) => week.date} save="week-by-week"
            columns={[
              { key: "date", head: "Sunday", names: true, keep: true, cell: (week) => day(week.date), value: (week) => week.date },
              { key: "all", head: "Waiting", number: true, cell: (week) => count(part(week.bands, 0)), value: (week) => part(week.bands, 0) },
              { key: "six", head: "6+ weeks", number: true, cell: (week) => count(part(week.bands, 6)), value: (week) => part(week.bands, 6) },
              { key: "thirteen", head: "13+ weeks", number: true, cell: (week) => count(part(week.bands, 13)), value: (week) => part(week.bands, 13) },
            ]} />
        )}
        words={() => ({
          title: `Waiting list week by week: ${testName(reference, at.test)}, ${at.org === "*" ? "all trusts" : orgShort(reference, at.org)}`,
          notes: [`Source: ${data.source_note}. Sundays from ${day(weeks[0]?.date)} to ${day(weeks.at(-1)?.date)}. Made by Ribble.`],
          name: `weeks-${at.org === "*" ? "all" : at.org}-${at.test === "*" ? "all" : at.test}`.toLowerCase(),
        })} />
      <Switch legend="Show" value={heat ? "heat" : "stack"} choices={[{ value: "stack", words: "Layers" }, { value: "heat", words: "Every band" }]}
        onChange={(value) => change({ over: value === "heat" ? "heat" : null }, "replace")} />
    </div>
  );
}
