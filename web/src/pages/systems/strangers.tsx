// SPDX-License-Identifier: MIT
// Systems that called and were refused because nobody knows them: admitted in
// one click, from the address they called from, to test and to send.
import { useState } from "preact/hooks";
import { post, type Reference, type Table } from "../../api.ts";
import type { Stranger } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Input, Outcome, Select, useAuthor, useSending, type Sending } from "../../parts/form.tsx";
import { Show } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { trusts, useReference } from "../../reference.ts";
import { count, stamp } from "../../words.ts";

interface Deciding { by: string; refuse: (text: string) => void; sending: Sending }

/** Many AE titles begin with their trust's code; it is proposed then. */
function guess(reference: Reference, aet: string): string {
  return trusts(reference).find((org) => aet.toUpperCase().includes(org.code))?.code ?? "";
}

function Admit({ item, deciding }: { item: Stranger; deciding: Deciding }) {
  const reference = useReference();
  const [org, setOrg] = useState(() => guess(reference, item.calling));
  const { by, refuse, sending } = deciding;
  const named = (work: () => void) => (by.trim() ? (refuse(""), work()) : refuse("Enter your name"));
  const admit = () => named(() => void sending.send(() => post(`/api/strangers/${item.id}/admit`, { org, by: by.trim() }), `${item.calling} is admitted. Its next call is answered.`));
  const dismiss = () => named(() => void sending.send(() => post(`/api/strangers/${item.id}/dismiss`, { by: by.trim() }), `${item.calling} is dismissed, until it calls again.`));
  const choices = [{ value: "", words: "Choose its trust" }, ...trusts(reference).map((one) => ({ value: one.code, words: one.short }))];
  return (
    <div class="admit">
      <Select label={`Trust of ${item.calling}`} value={org} choices={choices} onChange={setOrg} />
      <button type="button" class="nhsuk-button nhsuk-button--small" aria-disabled={!org || sending.busy} onClick={() => org && admit()}>
        Admit<span class="nhsuk-u-visually-hidden"> {item.calling}</span>
      </button>
      <button type="button" class="plain-button" onClick={dismiss}>Dismiss<span class="nhsuk-u-visually-hidden"> {item.calling}</span></button>
    </div>
  );
}

function Callers({ rows }: { rows: Stranger[] }) {
  const [by, setBy] = useAuthor();
  const [wrong, setWrong] = useState("");
  const sending = useSending();
  const deciding = { by, refuse: setWrong, sending };
  return (
    <>
      {rows.length > 0 && <Input label="Your name" hint="Kept with whom you admit" value={by} onInput={setBy} auto="name" error={wrong || undefined} />}
      <Outcome sending={sending} />
      <DataTable caption="Callers that nobody knows" captionHidden rows={rows} rowKey={(row) => row.id} empty="Nobody called that is not known."
        columns={[
          { key: "calling", head: "AE title", names: true, keep: true, cell: (row) => <strong class="code">{row.calling}</strong> },
          { key: "admit", head: "Decide", noFile: true, cell: (row) => <Admit item={row} deciding={deciding} /> },
          { key: "address", head: "Called from", keep: true, cell: (row) => <span class="code">{row.address}</span> },
          { key: "called", head: "Asked for", keep: true, cell: (row) => <span class="code">{row.called}</span> },
          { key: "why", head: "Refused because", long: true, cell: (row) => row.reason },
          { key: "last", head: "Last call", keep: true, cell: (row) => stamp(row.last_at) },
          { key: "times", head: "Calls", number: true, cell: (row) => count(row.times) },
        ]} />
    </>
  );
}

export function Strangers() {
  const answer = useApi<Table<Stranger>>("/api/strangers");
  return (
    <section class="section" aria-labelledby="strangers">
      <h2 id="strangers">Callers that nobody knows</h2>
      <Show answer={answer} what="The callers">
        {(data) => (
          <>
            <p class="lead">
              {data.rows.length > 0 ? "They were refused. Admitting makes a system of the caller: it may test the connection and send images, from the address it called from; change the rest afterwards." : ""}
            </p>
            <Callers rows={data.rows} />
            {data.rows.length > 0 && <Files url="/api/strangers" what="the callers" />}
          </>
        )}
      </Show>
    </section>
  );
}
