// SPDX-License-Identifier: MIT
// What the background reading found wrong with what is stored.
import type { Table } from "../../api.ts";
import { studyLink } from "../../dicom.ts";
import type { Trouble } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Show } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { capital, stamp } from "../../words.ts";

export function Troubles() {
  const reference = useReference();
  const answer = useApi<Table<Trouble>>("/api/troubles");
  return (
    <section class="section" aria-labelledby="troubles">
      <h2 id="troubles" tabIndex={-1}>Stored images that did not read back well</h2>
      <Show answer={answer} what="What was read again">
        {(data) => (
          <>
            <DataTable caption="Stored images that did not read back well" captionHidden rows={data.rows} rowKey={(row) => row.id}
              empty="Everything that was read again was as it was kept."
              columns={[
                { key: "at", head: "Found", names: true, keep: true, cell: (row) => stamp(row.found_at) },
                { key: "trust", head: "Trust", cell: (row) => orgShort(reference, row.org) },
                { key: "study", head: "Study", cell: (row) => <a href={studyLink(row.study)}>See the study<span class="nhsuk-u-visually-hidden">: {row.what}</span></a> },
                { key: "what", head: "What is wrong", long: true, cell: (row) => capital(row.what) },
              ]} />
            {data.rows.length > 0 && <Files url="/api/troubles" what="these" />}
          </>
        )}
      </Show>
    </section>
  );
}
