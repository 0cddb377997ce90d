// SPDX-License-Identifier: MIT
// Which files came, when, and how good they were.
import { ask, change, here, link } from "../../address.ts";
import type { Submission, Submissions as Answer, Timeliness } from "../../api.ts";
import { useApi } from "../../live.ts";
import { Select } from "../../parts/form.tsx";
import { PageTitle } from "../../parts/layout.tsx";
import { Show, Source } from "../../parts/state.tsx";
import { SaveSheet } from "../../parts/sheet.tsx";
import { type Column, DataTable, Files } from "../../parts/table.tsx";
import { orgChoices, orgShort, useReference } from "../../reference.ts";
import { count, stamp } from "../../words.ts";
import { KIND_CHOICES, STATE_CHOICES, kindWords, periodWords, submissionState } from "./kinds.ts";
import { Matrix, TimelyKey, matrixColumns } from "./matrix.tsx";
import { Upload } from "./upload.tsx";

function OnTime() {
  const weeks = ask("weeks", "26");
  const answer = useApi<Timeliness>(link("/api/timeliness", { weeks }));
  const choices = ["13", "26", "52"].map((value) => ({ value, words: `${value} weeks` }));
  return (
    <section aria-labelledby="on-time">
      <div class="head-row">
        <h2 id="on-time">On time?</h2>
        <Select label="Show" value={weeks} choices={choices} onChange={(value) => change({ weeks: value === "26" ? null : value }, "replace")} />
      </div>
      <TimelyKey />
      <Show answer={answer} what="The weeks" room={590}>
        {(data) => (
          <>
            <Matrix data={data} />
            <Source source="Files received by Ribble" madeAt={data.made_at} />
            <SaveSheet name="files-by-week" what="files by week" rows={data.rows} columns={matrixColumns(data)} />
          </>
        )}
      </Show>
    </section>
  );
}

const PAGE = 25;

function columns(short: (code: string) => string): Column<Submission>[] {
  return [
    { key: "received", head: "Received", names: true, keep: true, cell: (row) => <a href={`/submissions/${row.id}`}>{stamp(row.received_at)}</a> },
    { key: "kind", head: "Kind", cell: (row) => kindWords(row.kind) },
    { key: "sender", head: "From", cell: (row) => (row.sender ? short(row.sender) : "") },
    { key: "period", head: "Period", cell: periodWords },
    { key: "file", head: "File", long: true, cell: (row) => row.file_name },
    { key: "rows", head: "Rows", number: true, cell: (row) => count(row.rows) },
    { key: "bad", head: "Bad", number: true, cell: (row) => count(row.rows_bad) },
    {
      key: "open", head: "To correct", number: true,
      cell: (row) => (row.rows_open ? <a href={`/submissions/${row.id}`}>{count(row.rows_open)}</a> : count(row.rows_open)),
    },
    { key: "state", head: "State", cell: (row) => <span class={`state state--${row.state}`}>{submissionState(row.state)}</span> },
  ];
}

function Received() {
  const reference = useReference();
  const filters = { kind: ask("kind"), org: ask("org"), state: ask("state") };
  const answer = useApi<Answer>(link("/api/submissions", { ...filters, after: ask("after"), limit: PAGE }));
  const set = (changes: Record<string, string>) => change({ ...changes, after: null });
  return (
    <section class="section" aria-labelledby="received">
      <h2 id="received">Files received</h2>
      <div class="filters">
        <Select label="Kind" value={filters.kind} choices={[{ value: "", words: "All kinds" }, ...KIND_CHOICES]} onChange={(kind) => set({ kind })} />
        <Select label="From" value={filters.org} choices={[{ value: "", words: "Everybody" }, ...orgChoices(reference)]} onChange={(org) => set({ org })} />
        <Select label="State" value={filters.state} choices={[{ value: "", words: "Any state" }, ...STATE_CHOICES]} onChange={(state) => set({ state })} />
      </div>
      <Show answer={answer} what="The files">
        {(data) => (
          <>
            <DataTable caption="Files received, newest first" captionHidden rows={data.rows} rowKey={(row) => String(row.id)}
              columns={columns((code) => orgShort(reference, code))} empty="No file fits these choices." />
            <nav class="pager" aria-label="Pages of the list">
              {ask("after") && <a href={here({ after: null })}>First page</a>}
              {data.rows.length === PAGE && <a href={here({ after: String(data.rows.at(-1)!.id) })}>Next {PAGE}</a>}
            </nav>
            <Files url={link("/api/submissions", filters)} what="the files received" />
          </>
        )}
      </Show>
    </section>
  );
}

export function Submissions() {
  return (
    <>
      <PageTitle title="Submissions" />
      <OnTime />
      <Upload />
      <Received />
    </>
  );
}
