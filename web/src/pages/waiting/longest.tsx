// SPDX-License-Identifier: MIT
// The ten who have waited longest, with what is arranged for them.
import type { Pathways } from "../../api.ts";
import { useApi } from "../../live.ts";
import { Show } from "../../parts/state.tsx";
import { DataTable } from "../../parts/table.tsx";
import { useReference } from "../../reference.ts";
import { pathwaysLink, pathwaysUrl } from "../pathways/links.ts";
import { pathwayColumns } from "../pathways/columns.tsx";
import type { Scope } from "./waiting.tsx";

export function LongestWaits({ at }: { at: Scope }) {
  const reference = useReference();
  const filters = { ...at, list: "waiting", sort: "longest" };
  const answer = useApi<Pathways>(pathwaysUrl({ ...filters, limit: 10 }));
  return (
    <section class="section" aria-labelledby="longest-waits">
      <h2 id="longest-waits">Longest waits</h2>
      <Show answer={answer} what="The longest waits">
        {(data) => (
          <>
            <DataTable caption="The ten longest waits" captionHidden rows={data.rows} rowKey={(row) => String(row.id)}
              columns={pathwayColumns(reference, at.org !== "*")} empty="Nobody is waiting." />
            <p class="files"><a href={pathwaysLink(filters)}>All who wait, longest first</a></p>
          </>
        )}
      </Show>
    </section>
  );
}
