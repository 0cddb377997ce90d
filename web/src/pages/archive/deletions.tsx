// SPDX-License-Identifier: MIT
// Deletions that were proposed: they wait for a second person, or for their
// days of grace.
import type { Table } from "../../api.ts";
import { studyLink } from "../../dicom.ts";
import type { Deletion } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Show } from "../../parts/state.tsx";
import { Files } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { bytes, plural } from "../../words.ts";
import { DeletionState, DeletionSteps } from "../studies/decisions.tsx";

function Item({ item }: { item: Deletion }) {
  const reference = useReference();
  return (
    <li class="aside">
      <h3><a href={studyLink(item.study)}>A study of {orgShort(reference, item.org)}</a>, {plural(item.instances, "image")}, {bytes(item.size)}</h3>
      <DeletionState deletion={item} />
      <DeletionSteps deletion={item} />
    </li>
  );
}

export function Deletions() {
  const answer = useApi<Table<Deletion>>("/api/deletions");
  return (
    <section class="section" aria-labelledby="deletions">
      <h2 id="deletions" tabIndex={-1}>Deletions under way</h2>
      <Show answer={answer} what="The deletions">
        {(data) => (data.rows.length === 0
          ? <p class="empty">None is proposed.</p>
          : <><ul class="asides">{data.rows.map((item) => <Item key={item.id} item={item} />)}</ul><Files url="/api/deletions" what="the deletions" /></>)}
      </Show>
    </section>
  );
}
