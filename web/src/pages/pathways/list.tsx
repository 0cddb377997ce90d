// SPDX-License-Identifier: MIT
// The pathways behind a number, page by page.
import { ask, change, here, link } from "../../address.ts";
import type { Pathways, Reference } from "../../api.ts";
import { useApi } from "../../live.ts";
import { commissionerName, orgShort, siteName, testName, useReference } from "../../reference.ts";
import { Switch } from "../../parts/form.tsx";
import { Back, PageTitle } from "../../parts/layout.tsx";
import { Show, Source } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { bandWords, capital, count, day, isMonthEnd, month } from "../../words.ts";
import { pathwayColumns, stateWords } from "./columns.tsx";
import { FILTERS, isActivity, pathwaysUrl } from "./links.ts";

const LISTS: Record<string, string> = {
  waiting: "Waiting", planned: "Planned, not yet due", activity: "Tests done", activity_wl: "Waiting list tests done",
  activity_planned: "Planned tests done", activity_unscheduled: "Unscheduled tests done",
};

function bandFilter(value: string): string {
  return value.endsWith("+") ? `${Number.parseInt(value, 10)} weeks or more` : bandWords(Number(value));
}

/** A day for those who wait; for tests done, the month or week that it ends. */
function dateFilter(value: string): string {
  if (!isActivity(ask("list"))) return `On ${day(value)}`;
  const grain = ask("grain") || (isMonthEnd(value) ? "M" : "S");
  return grain === "M" ? `In ${month(value)}` : `In the week to ${day(value)}`;
}

function words(reference: Reference, name: (typeof FILTERS)[number], value: string): string {
  switch (name) {
    case "org": return orgShort(reference, value);
    case "test": return testName(reference, value);
    case "band": return bandFilter(value);
    case "state": return stateWords(value);
    case "date": return dateFilter(value);
    case "site": return value === "none" ? "Site not known" : siteName(reference, value);
    case "commissioner": return commissionerName(reference, value);
    case "list": return LISTS[value] ?? value;
    default: return capital(value);
  }
}

function Chosen() {
  const reference = useReference();
  const set = FILTERS.filter((name) => ask(name) !== "");
  if (set.length === 0) return null;
  return (
    <ul class="chosen" aria-label="Narrowed to">
      {set.map((name) => (
        <li key={name}>
          {words(reference, name, ask(name))}
          <a href={here({ [name]: null, after: null, ...(name === "list" || name === "date" ? { grain: null } : {}) })} aria-label={`Widen: leave out ${words(reference, name, ask(name))}`}>×</a>
        </li>
      ))}
    </ul>
  );
}

export function PathwayList() {
  const reference = useReference();
  const filters: Record<string, string> = Object.fromEntries(FILTERS.map((name) => [name, ask(name)]));
  const done = isActivity(ask("list"));
  const sort = done ? "newest" : ask("sort", "longest");
  if (done) filters.grain = ask("grain");
  const url = pathwaysUrl({ ...filters, sort, after: ask("after"), limit: 50 });
  const answer = useApi<Pathways>(url);
  return (
    <>
      {done
        ? <Back to="/returns" params={{ org: ask("org", reference.network.code), date: ask("date") }}>DM01 return</Back>
        : <Back to="/waiting" params={{ org: ask("org"), test: ask("test"), site: ask("site"), date: ask("date") }}>Waiting list</Back>}
      <PageTitle title="Pathways" />
      <Chosen />
      {!done && <div class="filters">
        <Switch legend="Order" value={sort} choices={[{ value: "longest", words: "Longest wait first" }, { value: "newest", words: "Newest first" }]}
          onChange={(value) => change({ sort: value === "longest" ? null : value, after: null })} />
      </div>}
      <Show answer={answer} what="The pathways" tall>
        {(data) => (
          <>
            {typeof data.total === "number" && <p class="found">{count(data.total)} in all{done ? ", newest first" : ""}</p>}
            {ask("after") !== "" && <p>A later page of the list.</p>}
            <DataTable caption="Pathways" captionHidden rows={data.rows} rowKey={(row) => String(row.id)} columns={pathwayColumns(reference, ask("org") !== "", done)}
              empty="No pathway fits. Widen the list by taking away one of the conditions above." />
            <nav class="pager" aria-label="Pages of the list">
              {ask("after") && <a href={here({ after: null })}>First page</a>}
              {data.next && <a href={here({ after: data.next })}>Next 50</a>}
            </nav>
            <Source source={data.source} asOf={day(data.as_of)} madeAt={data.made_at} />
            <Files url={link("/api/pathways", { ...filters, sort })} what="this list" />
          </>
        )}
      </Show>
    </>
  );
}
