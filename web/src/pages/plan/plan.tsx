// SPDX-License-Identifier: MIT
// One measure of one test at one trust: is it really changing, will it meet
// its target, and what was done about it.
import { ask, change, link } from "../../address.ts";
import type { Spc, SpcPoint } from "../../api.ts";
import { useApi } from "../../live.ts";
import { orgChoices, orgShort, testChoices, testCode, testName, trusts, useReference } from "../../reference.ts";
import { Figure } from "../../parts/charts/figure.tsx";
import { SpcDrawing, placeOf, xScale } from "../../parts/charts/spc.tsx";
import { Select, Switch } from "../../parts/form.tsx";
import { AssuranceIcon, VariationIcon, assuranceWords, variationWords } from "../../parts/icons.tsx";
import { PageTitle } from "../../parts/layout.tsx";
import { Empty, Show, Source } from "../../parts/state.tsx";
import { SaveSheet } from "../../parts/sheet.tsx";
import { type Column, DataTable } from "../../parts/table.tsx";
import { amount, capital, count, day, decimal, percent, period, sourceWords, specialWords, stamp, typeWords } from "../../words.ts";
import { behindPoint, isActivity, pathwaysLink } from "../pathways/links.ts";
import { Additions } from "./forms.tsx";
import { History } from "./history.tsx";
import { Neighbours } from "./neighbours.tsx";
import { Options } from "./options.tsx";
import { type Question, question, spcUrl } from "./question.ts";

const CHART_HEIGHT = 430;

function Choosers({ asked }: { asked: Question }) {
  const reference = useReference();
  const { measure } = asked;
  const measures = reference.measures.map((one) => ({ value: one.name, words: one.title }));
  const sources = (measure?.sources ?? ["R"]).map((value) => ({ value, words: sourceWords(value) }));
  // What was tried on one chart says nothing about another.
  const fresh = { rebase: null, point: null };
  return (
    <div class="filters">
      <Select label="Organisation" value={asked.org} choices={orgChoices(reference)} onChange={(org) => change({ org, ...fresh })} />
      <Select label="Test" value={asked.test} choices={testChoices(reference)}
        onChange={(test) => change({ test, ...fresh })} />
      <Select label="Measure" value={measure?.name ?? ""} choices={measures}
        onChange={(name) => change({ measure: name, ...fresh })} />
      <Select label="Figures from" value={asked.source} choices={sources} onChange={(source) => change({ source, grain: null, ...fresh })} />
      {asked.source === "P" && (
        <Switch legend="Points" value={asked.grain} choices={[{ value: "M", words: "Months" }, { value: "S", words: "Weeks" }]}
          onChange={(grain) => change({ grain, ...fresh })} />
      )}
    </div>
  );
}

function readPoint(data: Spc, point: SpcPoint): string {
  const parts = point.numerator !== null && point.denominator !== null && point.denominator !== undefined
    ? ` (${count(point.numerator)} of ${count(point.denominator)})` : "";
  const limits = point.lower === null || point.upper === null ? "no limits"
    : `mean ${amount(point.mean, data.unit)}, limits ${amount(point.lower, data.unit)} to ${amount(point.upper, data.unit)}`;
  const type = point.point_type === "common_cause" ? "common cause" : typeWords(point.point_type);
  return `${period(point.date, data.grain)}: ${amount(point.value, data.unit)}${parts}. ${capital(specialWords(point.special_cause))}: ${type}; ${limits}.`;
}

function columns(data: Spc): Column<SpcPoint>[] {
  const value = (n: number | null) => amount(n, data.unit);
  return [
    { key: "date", head: data.grain === "M" ? "Month" : "Week ending", names: true, keep: true, cell: (point) => period(point.date, data.grain), value: (point) => point.date },
    { key: "value", head: "Value", number: true, cell: (point) => value(point.value), value: (point) => point.value },
    ...(data.unit === "%" ? [
      { key: "n", head: "Counted", number: true, cell: (point: SpcPoint) => count(point.numerator), value: (point: SpcPoint) => point.numerator },
      { key: "of", head: "Of", number: true, cell: (point: SpcPoint) => count(point.denominator), value: (point: SpcPoint) => point.denominator },
    ] : []),
    { key: "mean", head: "Mean", number: true, cell: (point) => value(point.mean), value: (point) => point.mean },
    { key: "lower", head: "Lower limit", number: true, cell: (point) => value(point.lower), value: (point) => point.lower },
    { key: "upper", head: "Upper limit", number: true, cell: (point) => value(point.upper), value: (point) => point.upper },
    { key: "why", head: "Pattern", long: true, cell: (point) => specialWords(point.special_cause) },
    { key: "type", head: "Kind", cell: (point) => typeWords(point.point_type) },
  ];
}

export function optionWords(data: Spc): string {
  const { screening, shift_run, trend_run, fix_after } = data.options;
  return [
    `Limits: XmR, ${fix_after ? `from the first ${fix_after} points` : "from all points"}, ${screening ? "freak ranges screened out" : "no screening"}`,
    `runs: ${shift_run} for a shift, ${trend_run} for a trend`,
    data.improve === "neutral" ? "neither direction is better" : `${data.improve === "decrease" ? "lower" : "higher"} is better`,
  ].join("; ");
}

function pictureWords(data: Spc) {
  return {
    title: data.title,
    notes: [data.sentence, `${optionWords(data)}.`, `Source: ${data.source_note}. Made ${stamp(data.made_at)} by Ribble.`],
    name: `spc-${data.org}-${data.test}-${data.measure}-${data.source}-${data.points.at(-1)?.date ?? ""}`.toLowerCase(),
  };
}

function Verdict({ data }: { data: Spc }) {
  const last = data.groups.at(-1);
  const point = data.points.at(-1);
  if (!last || !point) return null;
  return (
    <div class="verdict">
      <div class="verdict__figure">
        <span class="verdict__value">{amount(point.value, data.unit)}</span>
        <span class="quiet">{period(point.date, data.grain)}{data.target !== null && `, target ${data.unit === "%" ? percent(data.target) : decimal(data.target)}`}</span>
      </div>
      <ul class="verdict__icons">
        <li><VariationIcon variation={last.variation} side={last.side} size={44} hidden /> {capital(variationWords(last.variation, last.side))}</li>
        {last.assurance && <li><AssuranceIcon assurance={last.assurance} size={44} hidden /> {capital(assuranceWords(last.assurance))}</li>}
      </ul>
      <div class="verdict__words">
        <p class="sentence">{data.sentence}</p>
        {data.warning && <p class="warning"><strong>Take care:</strong> {data.warning}</p>}
      </div>
    </div>
  );
}

function selectedPoint(data: Spc): number | null {
  const at = data.points.findIndex((point) => point.date === ask("point"));
  return at < 0 ? null : at;
}

function Chart({ data }: { data: Spc }) {
  const select = (n: number | null) => change({ point: n === null ? null : data.points[n]?.date }, "replace");
  return (
    <Figure title={data.title} description={data.sentence} height={CHART_HEIGHT}
      xs={(width) => data.points.map((point) => xScale(data, placeOf(width, CHART_HEIGHT))(point.date))}
      selected={selectedPoint(data)} onSelect={select} read={(n) => (data.points[n] ? readPoint(data, data.points[n]!) : "")}
      onChoose={() => document.getElementById("additions")?.querySelector("summary")?.focus()}
      draw={(width) => <SpcDrawing data={data} width={width} height={CHART_HEIGHT} selected={selectedPoint(data)} />}
      tableOpen={ask("table") === "1"} onTable={(open) => change({ table: open }, "replace")}
      table={<DataTable caption={data.title} captionHidden columns={columns(data)} rows={data.points} rowKey={(point) => point.date} />}
      words={() => pictureWords(data)}
      links={<SaveSheet name={pictureWords(data).name} what="this chart" columns={columns(data)} rows={data.points} />} />
  );
}

/** A point from pathways is people: here is the list of them. */
function Behind({ data }: { data: Spc }) {
  const reference = useReference();
  const list = behindPoint(data.measure);
  const known = data.org === reference.network.code || trusts(reference).some((org) => org.code === data.org);
  if (data.source !== "P" || !list || !known) return null;
  const at = data.points[selectedPoint(data) ?? -1];
  if (!at) return <p class="behind quiet">Choose a point of the chart to list who is behind it.</p>;
  const done = isActivity(String(list.list));
  const to = pathwaysLink({
    ...list, org: data.org === reference.network.code ? null : data.org, test: testCode(reference, data.test), date: at.date,
    grain: done ? data.grain : null,
  });
  return <p class="behind"><a href={to}>Who is behind this point, {period(at.date, data.grain)}</a></p>;
}

function Body({ data, asked }: { data: Spc; asked: Question }) {
  if (data.points.length === 0) {
    return <Empty>{data.org_name} has no figures of this measure for this test from this source. Choose another test, measure or source.</Empty>;
  }
  return (
    <>
      <Verdict data={data} />
      <Chart data={data} />
      <Behind data={data} />
      <Options data={data} />
      <Source source={data.source_note} asOf={day(data.points.at(-1)?.date)} madeAt={data.made_at} licence={data.source === "R"} />
      <Neighbours asked={asked} main={data} />
      <History data={data} />
      <Additions data={data} selected={ask("point")} />
    </>
  );
}

export function Plan() {
  const reference = useReference();
  const asked = question(reference);
  const url = spcUrl(asked.params);
  const answer = useApi<Spc>(url);
  const waiting = link("/waiting", { org: asked.org, test: asked.test });
  return (
    <>
      <PageTitle title="Improvement plan" tab={`${testName(reference, asked.test)}, ${orgShort(reference, asked.org)}: improvement plan`} />
      <Choosers asked={asked} />
      <Show answer={answer} what="The chart" tall>{(data) => <Body data={data} asked={asked} />}</Show>
      <p class="section"><a href={waiting}>Who is waiting for this test here</a></p>
    </>
  );
}
