// SPDX-License-Identifier: MIT
// What happened to a study, from the journal.
import type { Table } from "../../api.ts";
import type { StudyEvent } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Show } from "../../parts/state.tsx";
import { DataTable } from "../../parts/table.tsx";
import { stamp } from "../../words.ts";

const KINDS: Record<string, string> = {
  "study.began": "Its first image came", "study.sealed": "Complete: nothing came for a while", "study.hold": "Legal hold set or released",
  "study.damaged": "A stored image did not read back as it was kept", "study.mended": "Reads back as it was kept again",
  "study.deletion.proposed": "Deletion proposed", "study.deletion.confirmed": "Deletion confirmed",
  "study.deletion.withdrawn": "Deletion withdrawn", "study.deletion.done": "Deleted",
  "study.matched": "Matched to its request", "study.rebuilt": "Indexed anew from its pack",
};

export function History({ uid }: { uid: string }) {
  const answer = useApi<Table<StudyEvent>>(`/api/studies/${encodeURIComponent(uid)}/history`);
  return (
    <section class="section" aria-labelledby="history">
      <h2 id="history">History</h2>
      <Show answer={answer} what="The history">
        {(data) => (
          <DataTable caption="What happened to this study" captionHidden rows={data.rows.map((row, n) => ({ ...row, n }))} rowKey={(row) => String(row.n)}
            save="study-history" empty="Nothing is told of it."
            columns={[
              { key: "at", head: "When", names: true, keep: true, cell: (row) => stamp(row.at), value: (row) => row.at },
              { key: "what", head: "What", cell: (row) => KINDS[row.kind] ?? row.kind },
              { key: "who", head: "By", cell: (row) => row.who },
              { key: "why", head: "Why", long: true, cell: (row) => row.why },
            ]} />
        )}
      </Show>
    </section>
  );
}
