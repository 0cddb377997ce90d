// SPDX-License-Identifier: MIT
// Who waits, how long, where; every number opens the list behind it.
import { ask, change } from "../../address.ts";
import type { Reference, Waiting as Answer } from "../../api.ts";
import { link } from "../../address.ts";
import { useApi } from "../../live.ts";
import { orgChoices, orgShort, testChoices, testName, trusts, useReference } from "../../reference.ts";
import { Select } from "../../parts/form.tsx";
import { PageTitle } from "../../parts/layout.tsx";
import { Show, Source } from "../../parts/state.tsx";
import { count, day, percent, sundays } from "../../words.ts";
import { pathwaysLink } from "../pathways/links.ts";
import { BandsNow } from "./bands.tsx";
import { Breakdowns } from "./breakdowns.tsx";
import { LongestWaits } from "./longest.tsx";
import { OverTime } from "./overtime.tsx";

export interface Scope { org: string; test: string; site: string; date: string }

function scope(): Scope {
  return { org: ask("org", "*"), test: ask("test", "*"), site: ask("site"), date: ask("date") };
}

const WEEKS = 104;

function Choosers({ at, reference }: { at: Scope; reference: Reference }) {
  const own = new Set(trusts(reference).map((org) => org.code));
  const orgs = [{ value: "*", words: "All trusts" }, ...orgChoices(reference).filter((choice) => own.has(choice.value))];
  const sites = reference.sites.filter((site) => at.org === "*" || site.org === at.org)
    .map((site) => ({ value: site.code, words: site.name }));
  const dates = [{ value: "", words: `Today, ${day(reference.today)}` },
    ...sundays(reference.today, WEEKS).map((value) => ({ value, words: day(value) }))];
  return (
    <div class="filters">
      <Select label="Trust" value={at.org} choices={orgs} onChange={(org) => change({ org: org === "*" ? null : org, site: null })} />
      <Select label="Test" value={at.test} choices={testChoices(reference)}
        onChange={(test) => change({ test: test === "*" ? null : test })} />
      <Select label="Site of the scan" value={at.site} choices={[{ value: "", words: "All sites" }, ...sites]} onChange={(site) => change({ site })} />
      <Select label="On" value={at.date} choices={dates} onChange={(date) => change({ date })} />
    </div>
  );
}

function Numbers({ data, at }: { data: Answer; at: Scope }) {
  const to = (more: Record<string, string>) => pathwaysLink({ ...at, list: "waiting", ...more });
  return (
    <dl class="numbers">
      <div><dt>Waiting</dt><dd><a href={to({})}>{count(data.list)}</a></dd></div>
      <div>
        <dt>Six weeks or more</dt>
        <dd><a href={to({ band: "6+" })}>{count(data.over6)}</a> <span class="numbers__share">{data.list ? percent((100 * data.over6) / data.list) : ""}</span></dd>
      </div>
      <div>
        <dt>13 weeks or more</dt>
        <dd><a href={to({ band: "13+" })}>{count(data.over13)}</a> <span class="numbers__share">{data.list ? percent((100 * data.over13) / data.list) : ""}</span></dd>
      </div>
      <div><dt>Planned, not yet due</dt><dd><a href={to({ list: "planned" })}>{count(data.planned)}</a></dd></div>
    </dl>
  );
}

function Body({ data, at }: { data: Answer; at: Scope }) {
  return (
    <>
      <Numbers data={data} at={at} />
      <div class="pair">
        <BandsNow data={data} at={at} />
        <OverTime data={data} at={at} />
      </div>
      <Source source={data.source_note} asOf={day(data.as_of)} />
      <LongestWaits at={at} />
      <Breakdowns data={data} at={at} />
    </>
  );
}

export function Waiting() {
  const reference = useReference();
  const at = scope();
  const answer = useApi<Answer>(link("/api/waiting", { org: at.org, test: at.test, site: at.site, date: at.date }));
  const where = at.org === "*" ? "all trusts" : orgShort(reference, at.org);
  return (
    <>
      <PageTitle title="Waiting list" tab={`Waiting list: ${testName(reference, at.test)}, ${where}`} />
      <Choosers at={at} reference={reference} />
      <Show answer={answer} what="The waiting list" tall>{(data) => <Body data={data} at={at} />}</Show>
    </>
  );
}
