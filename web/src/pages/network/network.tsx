// SPDX-License-Identifier: MIT
// The first page: which trusts and tests are failing, which are really
// changing.  Summary in words, then the whole grid.
import { ask, change, link } from "../../address.ts";
import type { NetworkRow, Reference, Spc, Table } from "../../api.ts";
import { useApi } from "../../live.ts";
import { orgShort, orgsInOrder, trusts, useReference } from "../../reference.ts";
import { Check, Select, Switch } from "../../parts/form.tsx";
import { PageTitle } from "../../parts/layout.tsx";
import { Empty, Show, Source } from "../../parts/state.tsx";
import { Files } from "../../parts/table.tsx";
import { count, monthEnds, percent, period, sourceWords } from "../../words.ts";
import { type Findings, findings, lines } from "./findings.ts";
import { Grid, Key } from "./grid.tsx";
import { Longest, ThisWeek } from "./today.tsx";

interface View { source: string; grain: string; date: string }

function view(reference: Reference): View {
  const source = ask("source", "R");
  const grain = source === "W" ? "S" : source === "R" ? "M" : ask("grain", "M");
  return { source, grain, date: ask("period", reference.latest[source] ?? "") };
}

/** Dates that have figures, newest first, from a chart that has them all. */
function useDates(reference: Reference, { source, grain, date }: View): string[] {
  const first = trusts(reference)[0]?.code ?? "";
  const test = reference.tests[0]?.code ?? "";
  const answer = useApi<Spc>(link("/api/spc", { org: first, test, measure: "list", source, grain }));
  const known = answer.data?.points.map((point) => point.date).reverse() ?? [];
  if (known.length > 0) return known;
  return grain === "M" && date ? monthEnds(date, date) : [date].filter(Boolean);
}

function Choosers(props: { view: View; dates: string[] }) {
  const { source, grain, date } = props.view;
  const sources = ["R", "P", "W"].map((value) => ({ value, words: sourceWords(value) }));
  return (
    <div class="filters">
      <Select label="Figures from" value={source} choices={sources}
        onChange={(value) => change({ source: value, period: null, grain: null })} />
      {source === "P" && (
        <Switch legend="Period" value={grain} choices={[{ value: "M", words: "Month" }, { value: "S", words: "Week" }]}
          onChange={(value) => change({ grain: value, period: null })} />
      )}
      <Select label={grain === "M" ? "Month" : "Week ending"} value={date}
        choices={props.dates.map((value) => ({ value, words: period(value, grain) }))}
        onChange={(value) => change({ period: value })} />
      <Switch legend="Sort columns by" value={ask("by", "pct6")}
        choices={[{ value: "pct6", words: "Share 6+ weeks" }, { value: "list", words: "List size" }]}
        onChange={(value) => change({ by: value === "pct6" ? null : value }, "replace")} />
      <Check label="Keep kinds of test together" checked={ask("together", "yes") === "yes"}
        onChange={(on) => change({ together: on ? null : "no" }, "replace")} />
    </div>
  );
}

function Finding(props: { row: NetworkRow; view: View }) {
  const reference = useReference();
  const { row } = props;
  const to = link("/plan", { org: row.org, test: row.test_code, measure: "pct6", source: props.view.source, grain: props.view.grain });
  return (
    <li>
      <a href={to}>{orgShort(reference, row.org)}, {row.test_name}</a>{" "}
      <span class="glance__figures">{percent(row.pct6)}, {count(row.over6)} people</span>
    </li>
  );
}

const SHOWN = 4;

function counted(n: number, of: number, what: string, none: string): string {
  if (of === 0) return none;
  return n === 0 ? `None of ${of} charts does.` : `${n} of ${of} charts ${what}. Most people first:`;
}

function Glance(props: { id: string; title: string; rows: NetworkRow[]; of: number; what: string; none: string; view: View }) {
  const { rows } = props;
  const items = (from: number, to?: number) => rows.slice(from, to).map((row) => (
    <Finding key={row.org + row.test} row={row} view={props.view} />
  ));
  return (
    <section class="glance" aria-labelledby={props.id}>
      <h2 id={props.id} class="h3">{props.title} <span class="glance__count">{rows.length}</span></h2>
      <p>{counted(rows.length, props.of, props.what, props.none)}</p>
      <ul>{items(0, SHOWN)}</ul>
      {rows.length > SHOWN && (
        <details class="more"><summary>{rows.length - SHOWN} more</summary><ul>{items(SHOWN)}</ul></details>
      )}
    </section>
  );
}

function Glances(props: { found: Findings; view: View }) {
  const { found, view: at } = props;
  return (
    <>
      <Glance id="failing" title="Failing" rows={found.failing} of={found.targeted} what="will not meet the target as things stand" none="No target is set for this measure." view={at} />
      <Glance id="worse" title="Getting worse" rows={found.worse} of={found.judged} what="show a real change for the worse" none="There are too few points to say." view={at} />
      <Glance id="improving" title="Improving" rows={found.improving} of={found.judged} what="show a real change for the better" none="There are too few points to say." view={at} />
    </>
  );
}

function Figures(props: { data: Table<NetworkRow>; view: View; url: string }) {
  const reference = useReference();
  const { data, view: at } = props;
  const own = trusts(reference).map((org) => org.code);
  const present = new Set(data.rows.map((row) => row.org));
  const orgs = orgsInOrder(reference).filter((org) => present.has(org.code));
  const target = data.rows.find((row) => row.target !== null)?.target;
  if (data.rows.length === 0) {
    return <Empty>There are no figures from this source for {period(at.date, at.grain)}. Choose another month or source.</Empty>;
  }
  const caption = `Share waiting six weeks or more and list size, by test and organisation, ${period(at.date, at.grain)}`;
  return (
    <>
      <div class="glances">
        <Glances found={findings(data.rows, own)} view={at} />
        <div class="glances__stack"><ThisWeek /><Longest /></div>
      </div>
      <h2 class="section">Waiting six weeks or more, {period(at.date, at.grain)}
        {target !== null && target !== undefined && <span class="h2__more"> target: at most {percent(target)}</span>}
      </h2>
      <Key />
      <Grid lines={lines(data.rows)} orgs={orgs} source={at.source} grain={at.grain} caption={caption}
        by={ask("by", "pct6") === "list" ? "list" : "pct6"} grouped={ask("together", "yes") === "yes"} />
      <Source source={data.source} asOf={period(at.date, at.grain)} madeAt={data.made_at} licence={at.source === "R"} />
      <Files url={props.url} what="this grid" />
    </>
  );
}

export function Network() {
  const reference = useReference();
  const at = view(reference);
  const url = link("/api/network", { source: at.source, period: at.date, grain: at.grain });
  const answer = useApi<Table<NetworkRow>>(url);
  const dates = useDates(reference, at);
  return (
    <>
      <PageTitle title="Network" />
      <Choosers view={at} dates={dates} />
      <Show answer={answer} what="The network's figures" tall>
        {(data) => <Figures data={data} view={at} url={url} />}
      </Show>
    </>
  );
}
