// SPDX-License-Identifier: MIT
// The ledger of an old archive: each study, how much of it is here, and why
// not all of it is.
import { ask, change, here, link } from "../../address.ts";
import { post, type Table } from "../../api.ts";
import type { OldArchive, OldStudy } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { useWhoWhy } from "../../parts/decide.tsx";
import { Outcome, Select, Submit, useSending } from "../../parts/form.tsx";
import { Show } from "../../parts/state.tsx";
import { type Column, DataTable, Files } from "../../parts/table.tsx";
import { count } from "../../words.ts";
import { dateWords, oldStateWords } from "./words.ts";

const PAGE = 50;
const STATES = ["found", "fetching", "done", "differs", "failed"];

function columns(): Column<OldStudy>[] {
  return [
    { key: "date", head: "Date", names: true, cell: (row) => dateWords(row.date) || "No date" },
    { key: "patient", head: "Patient", cell: (row) => <span class="code">{row.patient_id}</span> },
    { key: "accession", head: "Accession", cell: (row) => <span class="code">{row.accession}</span> },
    { key: "modalities", head: "Modalities", cell: (row) => row.modalities.replaceAll("\\", ", ") },
    { key: "state", head: "State", keep: true, cell: (row) => <span class={`state state--${row.state === "failed" || row.state === "differs" ? "refused" : row.state}`}>{oldStateWords(row.state)}</span> },
    { key: "here", head: "Here", keep: true, number: true, cell: (row) => `${count(row.here)} of ${count(row.there)}` },
    { key: "trouble", head: "Trouble", long: true, cell: (row) => row.trouble },
    {
      key: "want", head: "Fetch", noFile: true,
      cell: (row) => row.state !== "fetching" && <a href={here({ want: row.id })}>{row.state === "found" ? "Fetch first" : "Fetch again"}<span class="nhsuk-u-visually-hidden"> the study of {dateWords(row.date)} of patient {row.patient_id}</span></a>,
    },
  ];
}

function Want({ study }: { study: OldStudy }) {
  const { check, fields } = useWhoWhy(false);
  const sending = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const said = check();
    if (said) void sending.send(() => post(`/api/old-studies/${study.id}/want`, { by: said.by }), "It is fetched before all others.");
  };
  return (
    <div class="panel no-print">
      <h3>Fetch the study of {dateWords(study.date)} of patient {study.patient_id}</h3>
      <p>It comes before all others, whatever the rate.</p>
      <form class="form" onSubmit={submit} noValidate>
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>Fetch it</Submit><a href={here({ want: null })}>Close</a></div>
        <Outcome sending={sending} />
      </form>
    </div>
  );
}

export function Ledger({ old }: { old: OldArchive }) {
  const state = ask("state");
  const url = `/api/old-archives/${old.id}/studies`;
  const answer = useApi<Table<OldStudy>>(link(url, { state, after: ask("after"), limit: PAGE }));
  return (
    <section class="section" aria-labelledby="ledger">
      <h2 id="ledger">Studies of {old.name}</h2>
      <div class="filters">
        <Select label="State" value={state} choices={[{ value: "", words: "All" }, ...STATES.map((value) => ({ value, words: oldStateWords(value) }))]}
          onChange={(value) => change({ state: value, after: null, want: null })} />
      </div>
      <Show answer={answer} what="The studies" room={120}>
        {(data) => {
          const wanted = data.rows.find((row) => row.id === ask("want"));
          return (
            <>
              {wanted && <Want key={wanted.id} study={wanted} />}
              <DataTable caption={`Studies of ${old.name}`} captionHidden rows={data.rows} rowKey={(row) => row.id} columns={columns()} empty="No study is in this state." />
              <nav class="pager" aria-label="Pages of the list">
                {ask("after") && <a href={here({ after: null })}>First page</a>}
                {data.rows.length === PAGE && <a href={here({ after: data.rows.at(-1)?.id })}>Next {PAGE}</a>}
              </nav>
              {data.rows.length > 0 && <Files url={link(url, { state })} what="the studies" />}
            </>
          );
        }}
      </Show>
    </section>
  );
}
