// SPDX-License-Identifier: MIT
// The archive in one look: how much, how much room, what comes in, and what
// waits for a person.
import type { Reference, Table } from "../../api.ts";
import { modalityWords } from "../../dicom.ts";
import type { Archive as State, Retention } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { PageTitle } from "../../parts/layout.tsx";
import { Show } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { bytes, count, plural, stamp } from "../../words.ts";
import { Conflicts } from "./conflicts.tsx";
import { Deletions } from "./deletions.tsx";
import { Troubles } from "./troubles.tsx";

function Numbers({ data }: { data: State }) {
  const numbers: [string, preact.ComponentChildren][] = [
    ["Studies", <a href="/studies">{count(data.studies)}</a>],
    ["Images and documents", count(data.instances)],
    ["Stored", bytes(data.size)],
    ["Studies still arriving", count(data.unsealed)],
    ["Match no request", data.unmatched ? <a href="/studies?unmatched=1">{count(data.unmatched)}</a> : "0"],
  ];
  return <dl class="numbers">{numbers.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Disk({ data }: { data: State }) {
  if (data.disk_free === null || data.disk_size === null) return <p>The disk of the archive could not be asked.</p>;
  const used = Math.min(100, Math.round((100 * (data.disk_size - data.disk_free)) / data.disk_size));
  const full = data.disk_free <= data.reserve;
  return (
    <div class={full ? "problem" : undefined}>
      <p>
        <label for="disk">Disk: <strong>{bytes(data.disk_free)} free</strong> of {bytes(data.disk_size)}.</label>{" "}
        {full
          ? <strong>No image is taken any more: less is free than the {bytes(data.reserve)} kept in reserve. Senders keep their images and try again.</strong>
          : <>No image is taken when less than {bytes(data.reserve)} is free.</>}
      </p>
      <progress id="disk" class="disk" max={100} value={used}>{used}%</progress>
    </div>
  );
}

function Waits({ data }: { data: State }) {
  const waits: [number, string, string][] = [
    [data.conflicts, plural(data.conflicts, "conflict"), "#conflicts"],
    [data.proposed, `${plural(data.proposed, "deletion")} to confirm`, "#deletions"],
    [data.troubles, `${plural(data.troubles, "stored image")} that did not read back well`, "#troubles"],
  ];
  const open = waits.filter(([n]) => n > 0);
  if (open.length === 0) return <p class="sentence">Nothing waits for a person.</p>;
  return (
    <div class="sentence">
      Waiting for a person: <ul class="inline">{open.map(([, words, to]) => <li key={to}><a href={to}>{words}</a></li>)}</ul>
    </div>
  );
}

function Reading({ data }: { data: State }) {
  return (
    <p>
      {data.verify_mib_s === 0
        ? <>Stored images are read again and checked only when somebody asks: <span class="code">archive_verify_mib</span> is 0.</>
        : <>Stored images are read again and checked all the time, at {count(data.verify_mib_s)} MiB a second. {data.verified_to ? `This round has come to the studies of ${stamp(data.verified_to)}.` : "The round begins with the oldest."}</>}
      {" "}Since the program started: {plural(data.kept, "image")} kept, {count(data.same)} that were there already, {count(data.refused)} refused.
    </p>
  );
}

function policyWords(row: Retention, reference: Reference): string {
  const whose = row.org ? orgShort(reference, row.org) : "every trust";
  return `${row.modality ? modalityWords(row.modality) : "Everything"} of ${whose}`;
}

function Policies() {
  const reference = useReference();
  const answer = useApi<Table<Retention>>("/api/retention");
  return (
    <section class="section" aria-labelledby="retention">
      <h2 id="retention">How long studies are kept</h2>
      <p class="lead">The first line that fits a study decides. Age alone deletes nothing: what is older is proposed, a person confirms it, and the days of grace pass.</p>
      <Show answer={answer} what="The policies">
        {(data) => (
          <>
            <DataTable caption="How long studies are kept" captionHidden rows={data.rows} rowKey={(row) => row.id}
              empty="No policy is set: every study is kept for ever. A confirmed deletion waits 30 days."
              columns={[
                { key: "name", head: "Policy", names: true, cell: (row) => row.name },
                { key: "of", head: "Holds for", cell: (row) => policyWords(row, reference) },
                { key: "years", head: "Kept", cell: (row) => (row.years ? `${plural(row.years, "year")} after the study` : "for ever") },
                { key: "grace", head: "Days of grace", number: true, cell: (row) => count(row.grace_days) },
                { key: "active", head: "In force", cell: (row) => (row.active ? "yes" : "no") },
              ]} />
            {data.rows.length > 0 && <Files url="/api/retention" what="the policies" />}
          </>
        )}
      </Show>
    </section>
  );
}

export function Archive() {
  const answer = useApi<State>("/api/archive");
  return (
    <>
      <PageTitle title="Archive" />
      <Show answer={answer} what="The archive" room={330}>
        {(data) => (
          <>
            <Numbers data={data} />
            <Waits data={data} />
            <Disk data={data} />
            <Reading data={data} />
          </>
        )}
      </Show>
      <Conflicts />
      <Deletions />
      <Troubles />
      <Policies />
    </>
  );
}
