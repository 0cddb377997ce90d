// SPDX-License-Identifier: MIT
// Holding a study, and deleting it in two steps by two people.
import type { Table } from "../../api.ts";
import type { Deletion, Study } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Decide } from "../../parts/decide.tsx";
import { day, stamp } from "../../words.ts";

/** What stands open for this study. */
export function DeletionState({ deletion }: { deletion: Deletion }) {
  return (
    <div class="problem">
      <p><strong>{deletion.proposed_by} proposed on {stamp(deletion.proposed_at)} that this study is deleted:</strong> {deletion.why}</p>
      {deletion.state === "confirmed"
        ? <p>{deletion.confirmed_by} confirmed it on {stamp(deletion.confirmed_at)}. It is no longer found by searches, and goes for good on {day(deletion.due_at)}.</p>
        : <p>It waits for a second person. Nothing is deleted until then.</p>}
    </div>
  );
}

export function DeletionSteps({ deletion }: { deletion: Deletion }) {
  const at = `/api/studies/${encodeURIComponent(deletion.study)}`;
  return (
    <>
      {deletion.state === "proposed" && (
        <Decide key="confirm" title="Confirm the deletion" url={`${at}/confirm`} button="Confirm: delete it" done="Confirmed." noReason>
          <p>Only somebody other than {deletion.proposed_by} can confirm. It then leaves every search at once, and the disk when its days of grace are over.</p>
        </Decide>
      )}
      <Decide key="withdraw" title="Keep it: withdraw the deletion" url={`${at}/withdraw`} button="Withdraw the deletion" done="Withdrawn. The study stays." />
    </>
  );
}

export function Decisions({ data }: { data: Study }) {
  const at = `/api/studies/${encodeURIComponent(data.uid)}`;
  const deletions = useApi<Table<Deletion>>(data.deleting ? "/api/deletions" : null);
  const open = deletions.data?.rows.find((row) => row.study === data.uid);
  return (
    <section class="section" aria-labelledby="decisions">
      <h2 id="decisions">Keep or delete</h2>
      {data.held && <p><span class="tag tag--held">Legal hold</span> It cannot be deleted while the hold stands.</p>}
      {data.deleting && open && <><DeletionState deletion={open} /><DeletionSteps deletion={open} /></>}
      {data.held
        ? <Decide key="release" title="Release the legal hold" url={`${at}/release`} button="Release it" done="Released." />
        : (
          <Decide key="hold" title="Put it under legal hold" url={`${at}/hold`} button="Hold it" done="Held.">
            <p>A study on hold cannot be deleted by anybody, nor by age.{data.deleting ? " The deletion under way is withdrawn." : ""}</p>
          </Decide>
        )}
      {!data.held && !data.deleting && (
        <Decide key="delete" title="Propose that it is deleted" url={`${at}/delete`} button="Propose it" done="Proposed. A second person must confirm.">
          <p>You propose; a second person confirms; then it waits for its days of grace. Each of the three can be undone by withdrawing.</p>
        </Decide>
      )}
    </section>
  );
}
