// SPDX-License-Identifier: MIT
// A trust's DM01 return for a month or a week: the provider workbook's table,
// from pathways or as it was returned, by site or commissioner, and as files.
import { change, link } from "../../address.ts";
import type { Dm01, Reference, Spc } from "../../api.ts";
import { useApi } from "../../live.ts";
import { networkOrg, orgShort, trusts, useReference } from "../../reference.ts";
import { Select, Switch } from "../../parts/form.tsx";
import { PageTitle } from "../../parts/layout.tsx";
import { Empty, Show, Source } from "../../parts/state.tsx";
import { Files } from "../../parts/table.tsx";
import { day, period } from "../../words.ts";
import { type Asked, asked as read, returnUrl } from "./asked.ts";
import { Sheet } from "./sheet.tsx";

/** Periods that have figures, newest first, from a chart that has them all. */
function useDates({ org, source, grain, date }: Asked, reference: Reference): string[] | null {
  const test = reference.tests[0]?.code ?? "";
  const answer = useApi<Spc>(link("/api/spc", { org, test, measure: "list", source, grain }));
  if (answer.error) return date ? [date] : [];
  return answer.data?.points.map((point) => point.date).reverse() ?? null;
}

function Choosers({ asked, dates }: { asked: Asked; dates: string[] }) {
  const reference = useReference();
  const orgs = [...trusts(reference), networkOrg(reference)].map((org) => ({ value: org.code, words: `${org.short} (${org.code})` }));
  const sources = [{ value: "P", words: "Computed from pathways" }, { value: "R", words: "As returned (published)" }];
  const parts = [{ value: "none", words: "All together" }, { value: "site", words: "Site" }, { value: "commissioner", words: "Commissioner" }];
  return (
    <div class="filters">
      <Select label="Trust" value={asked.org} choices={orgs} onChange={(org) => change({ org })} />
      <Select label="Figures" value={asked.source} choices={sources}
        onChange={(source) => change({ source: source === "P" ? null : source, date: null, grain: null })} />
      {asked.source === "P" && (
        <Switch legend="Period" value={asked.grain} choices={[{ value: "M", words: "Month" }, { value: "S", words: "Week" }]}
          onChange={(grain) => change({ grain: grain === "M" ? null : grain, date: null })} />
      )}
      <Select label={asked.grain === "M" ? "Month" : "Week ending"} value={asked.date}
        choices={dates.map((value) => ({ value, words: period(value, asked.grain) }))} onChange={(date) => change({ date, grain: null })} />
      <Select label="By" value={asked.by} choices={parts} onChange={(by) => change({ by: by === "none" ? null : by })} />
    </div>
  );
}

function Body({ data, asked }: { data: Dm01; asked: Asked }) {
  const parts = data.rows.some((row) => row.site_code !== null || row.commissioner_code !== null);
  return (
    <>
      <h2 class="section">{data.title}</h2>
      {asked.by !== "none" && !parts && <Empty>These figures do not say the {asked.by}; each test is shown as a whole.</Empty>}
      <Sheet rows={data.rows} asked={asked} />
      <Files url={returnUrl(asked)} what="this return" />
      <Source source={data.source} asOf={day(asked.date)} madeAt={data.made_at} licence={asked.source === "R"}>
        {asked.source === "P" && <>{" "}Each number opens the list of pathways that it counts. <a href="/settings">The clock rules</a></>}
      </Source>
    </>
  );
}

export function Returns() {
  const reference = useReference();
  const chosen = read(reference);
  const dates = useDates(chosen, reference);
  const asked = { ...chosen, date: chosen.date || dates?.[0] || "" };
  const answer = useApi<Dm01>(asked.date ? returnUrl(asked) : null);
  const when = asked.date ? period(asked.date, asked.grain) : "";
  return (
    <>
      <PageTitle title="DM01 return" tab={`${orgShort(reference, asked.org)}${when ? `, ${when}` : ""}: DM01 return`} />
      <Choosers asked={asked} dates={dates ?? []} />
      {dates?.length === 0 && !asked.date
        ? <Empty>Nothing is stored of this trust from this source yet. Choose the other source, or see <a href="/submissions">which files have come</a>.</Empty>
        : <Show answer={answer} what="The return" tall>{(data) => <Body data={data} asked={asked} />}</Show>}
    </>
  );
}
