// SPDX-License-Identifier: MIT
// One file: what it was, what it said of itself, what was wrong with it.
import type { SubmissionDetail } from "../../api.ts";
import { useApi } from "../../live.ts";
import { Back, PageTitle } from "../../parts/layout.tsx";
import { Show } from "../../parts/state.tsx";
import { DataTable } from "../../parts/table.tsx";
import { bytes, capital, count, stamp } from "../../words.ts";
import { howWords, kindWords, periodWords, submissionState } from "./kinds.ts";
import { Quarantine } from "./quarantine.tsx";

function Facts({ data }: { data: SubmissionDetail }) {
  const facts: [string, preact.ComponentChildren][] = [
    ["State", <span class={`state state--${data.state}`}>{submissionState(data.state)}</span>],
    ["From", data.sender_name || data.sender || "not said"],
    ["Kind", kindWords(data.kind)],
    ["Period", periodWords(data)],
    ["Received", `${stamp(data.received_at)}, ${howWords(data.received_how)}`],
    ["Rows", `${count(data.rows)}: ${count(data.rows_good)} good, ${count(data.rows_bad)} bad, ${count(data.rows_open)} to correct`],
    ["File", <a href={`/api/submissions/${data.id}/file`} download={data.file_name}>{data.file_name}, {bytes(data.size)}</a>],
    ["SHA-256", <span class="code">{data.sha256}</span>],
  ];
  return <dl class="facts facts--wide">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Notices({ data }: { data: SubmissionDetail }) {
  return (
    <>
      {data.reason && <p class="problem"><strong>{submissionState(data.state)}:</strong> {data.reason}</p>}
      {data.replaced_by !== null && data.replaced_by !== undefined && (
        <p class="warning">A newer file took its place: <a href={`/submissions/${data.replaced_by}`}>submission {data.replaced_by}</a>.</p>
      )}
      {data.notices && data.notices.length > 0 && <ul class="notices">{data.notices.map((notice) => <li key={notice}>{notice}</li>)}</ul>}
    </>
  );
}

function Quality({ data }: { data: SubmissionDetail }) {
  if (data.quality.length === 0) return null;
  return (
    <section class="section" aria-labelledby="quality">
      <h2 id="quality">Data quality</h2>
      <DataTable caption="Rows by what is wrong with them" captionHidden rows={data.quality} rowKey={(row) => row.bucket} save="data-quality"
        columns={[
          { key: "words", head: "Rows with", names: true, cell: (row) => capital(row.words) },
          { key: "rows", head: "Rows", number: true, cell: (row) => count(row.rows), value: (row) => row.rows },
          { key: "share", head: "Of the file", number: true, cell: (row) => (data.rows ? `${((100 * row.rows) / data.rows).toFixed(2)}%` : "") },
        ]} />
    </section>
  );
}

export function SubmissionPage({ id }: { id: string }) {
  const answer = useApi<SubmissionDetail>(`/api/submissions/${encodeURIComponent(id)}`);
  const { data } = answer;
  return (
    <>
      <Back to="/submissions">Submissions</Back>
      <PageTitle title={data ? `${kindWords(data.kind)} file of ${data.sender_name || data.sender || "no named sender"}` : "Submission"} />
      <Show answer={answer} what="The submission" tall>
        {(found) => (
          <>
            <Notices data={found} />
            <Facts data={found} />
            <Quality data={found} />
            <Quarantine id={String(found.id)} />
          </>
        )}
      </Show>
    </>
  );
}
