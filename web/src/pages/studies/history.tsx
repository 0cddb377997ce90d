// SPDX-License-Identifier: MIT
// What happened to a study, from the journal.
import type { Table } from "../../api.ts";
import type { Study, StudyEvent } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Show } from "../../parts/state.tsx";
import { DataTable } from "../../parts/table.tsx";
import { stamp } from "../../words.ts";

const KINDS: Record<string, string> = {
  "study.began": "Its first image came", "study.grew": "The newest image came", "study.sealed": "The last image came",
  "study.damaged": "A stored image did not read back as it was kept", "study.mended": "Reads back as it was kept again",
  "study.deletion.proposed": "Deletion proposed", "study.deletion.confirmed": "Deletion confirmed",
  "study.deletion.withdrawn": "Deletion withdrawn", "study.deletion.done": "Deleted",
};

/** The journal says when a hold was changed; it is set and released in turn. */
function told(row: StudyEvent, before: StudyEvent[]): string {
  if (row.kind !== "study.hold") return KINDS[row.kind] ?? row.kind;
  return before.filter((one) => one.kind === "study.hold").length % 2 === 0 ? "Put under legal hold" : "Legal hold released";
}

/** What the study itself says, and what was decided about it, in order of time. */
function story(study: Study, decided: StudyEvent[]): StudyEvent[] {
  const own = { who: "", why: "" };
  const came = [{ at: study.began_at, kind: "study.began", ...own }, { at: study.changed_at, kind: study.sealed ? "study.sealed" : "study.grew", ...own }];
  return [...came, ...decided].sort((a, b) => a.at.localeCompare(b.at));
}

export function History({ study }: { study: Study }) {
  const answer = useApi<Table<StudyEvent>>(`/api/studies/${encodeURIComponent(study.uid)}/history`);
  return (
    <section class="section" aria-labelledby="history">
      <h2 id="history">History</h2>
      <Show answer={answer} what="The history">
        {(data) => (
          <DataTable caption="What happened to this study" captionHidden rows={story(study, data.rows).map((row, n, all) => ({ ...row, n, words: told(row, all.slice(0, n)) }))} rowKey={(row) => String(row.n)}
            save="study-history"
            columns={[
              { key: "at", head: "When", names: true, keep: true, cell: (row) => stamp(row.at), value: (row) => row.at },
              { key: "what", head: "What", cell: (row) => row.words },
              { key: "who", head: "By", cell: (row) => row.who },
              { key: "why", head: "Why", long: true, cell: (row) => row.why },
            ]} />
        )}
      </Show>
    </section>
  );
}
