// SPDX-License-Identifier: MIT
// Adding or changing a system; every change stays on record.
import { useEffect, useRef, useState } from "preact/hooks";
import { change, here } from "../../address.ts";
import { post, put, type Table } from "../../api.ts";
import type { Peer, PeerChange } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Fold, useWhoWhy } from "../../parts/decide.tsx";
import { Check, Input, Outcome, Select, Submit, useSending } from "../../parts/form.tsx";
import { Show } from "../../parts/state.tsx";
import { DataTable } from "../../parts/table.tsx";
import { trusts, useReference } from "../../reference.ts";
import { stamp } from "../../words.ts";
import { changedWords } from "./changed.ts";
import { RIGHTS } from "./rights.ts";

type Draft = Omit<Peer, "id">;
type Set = (changes: Partial<Draft>) => void;
const NEW: Draft = {
  aet: "", org: "", name: "", addresses: "", host: "", port: 0, tls: false, certificate: "", rights: "echo store",
  associations: 0, rate_mib_s: 0, charset: "", notify: "", active: true,
};
const CHARSETS = [
  { value: "", words: "What fits" }, { value: "ISO_IR 192", words: "UTF-8 (ISO_IR 192)" }, { value: "ISO_IR 100", words: "Latin 1 (ISO_IR 100)" },
  { value: "ISO_IR 6", words: "ASCII (ISO_IR 6)" },
];

function numbered(text: string): number {
  return Number(text.replaceAll(/\D/g, "")) || 0;
}

function Who({ draft, set, wrong }: { draft: Draft; set: Set; wrong: Record<string, string> }) {
  const reference = useReference();
  const choices = [{ value: "", words: "Choose a trust" }, ...trusts(reference).map((org) => ({ value: org.code, words: `${org.short} (${org.code})` }))];
  return (
    <div class="form__row">
      <Input label="AE title" value={draft.aet} width="20" onInput={(aet) => set({ aet })} error={wrong.aet} />
      <Select label="Speaks for" value={draft.org} choices={choices} onChange={(org) => set({ org })} error={wrong.org} />
      <Input label="What it is" hint="For people: CT 1, Royal Preston" value={draft.name} onInput={(name) => set({ name })} />
    </div>
  );
}

function May({ draft, set }: { draft: Draft; set: Set }) {
  const has = draft.rights.split(/[\s,]+/).filter(Boolean);
  const turn = (code: string, on: boolean) => set({ rights: RIGHTS.map(([one]) => one).filter((one) => (one === code ? on : has.includes(one))).join(" ") });
  return (
    <fieldset class="checks">
      <legend>It may</legend>
      {RIGHTS.map(([code, words]) => <Check key={code} label={words} checked={has.includes(code)} onChange={(on) => turn(code, on)} />)}
    </fieldset>
  );
}

function Where({ draft, set }: { draft: Draft; set: Set }) {
  return (
    <>
      <Input label="Calls from" hint="Addresses or networks, parted by blanks, such as 10.20.0.0/16. Empty: from anywhere." value={draft.addresses} onInput={(addresses) => set({ addresses })} />
      <div class="form__row">
        <Input label="We call it at host" hint="Empty: never" value={draft.host} onInput={(host) => set({ host })} />
        <Input label="Port" width="5" inputMode="numeric" value={draft.port ? String(draft.port) : ""} onInput={(port) => set({ port: numbered(port) })} />
      </div>
      <Check label="Over TLS, both when we call and when it calls" checked={draft.tls} onChange={(tls) => set({ tls })} />
    </>
  );
}

function Rest({ draft, set }: { draft: Draft; set: Set }) {
  return (
    <Fold title="Limits, certificate, notices" open={Boolean(draft.associations || draft.rate_mib_s || draft.certificate || draft.notify || draft.charset)}>
      <div class="form">
        <div class="form__row">
          <Input label="Associations at once" hint="Empty: no limit of its own" width="5" inputMode="numeric" value={draft.associations ? String(draft.associations) : ""} onInput={(n) => set({ associations: numbered(n) })} />
          <Input label="MiB a second at most" hint="Empty: no limit" width="5" inputMode="numeric" value={draft.rate_mib_s ? String(draft.rate_mib_s) : ""} onInput={(n) => set({ rate_mib_s: numbered(n) })} />
        </div>
        <Input label="Its certificate's SHA-256" hint="Then only this one is taken, over TLS" value={draft.certificate} onInput={(certificate) => set({ certificate })} />
        <Input label="Tell these AE titles of its studies" hint="Parted by a backslash" value={draft.notify} onInput={(notify) => set({ notify })} />
        <Select label="Our answers are written in" value={draft.charset} choices={CHARSETS} onChange={(charset) => set({ charset })} />
      </div>
    </Fold>
  );
}

function PeerHistory({ id }: { id: string }) {
  const answer = useApi<Table<PeerChange>>(`/api/peers/${id}/history`);
  return (
    <Show answer={answer} what="The history">
      {(data) => (
        <DataTable caption="Earlier changes" rows={data.rows.map((row, n) => ({ ...row, n }))} rowKey={(row) => String(row.n)} save="system-history"
          columns={[
            { key: "at", head: "When", names: true, keep: true, cell: (row) => stamp(row.at), value: (row) => row.at },
            { key: "who", head: "By", cell: (row) => row.who },
            { key: "what", head: "Changed", long: true, cell: (row) => changedWords(row.what) },
            { key: "why", head: "Why", long: true, cell: (row) => row.why },
          ]} />
      )}
    </Show>
  );
}

export function EditPeer({ peer }: { peer: Peer | null }) {
  const [draft, setDraft] = useState<Draft>(peer ?? NEW);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const { check, fields } = useWhoWhy();
  const sending = useSending();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const set: Set = (changes) => setDraft((was) => ({ ...was, ...changes }));
  const submit = (event: Event) => {
    event.preventDefault();
    const bad = { ...(draft.aet.trim() ? {} : { aet: "Enter its AE title" }), ...(draft.org ? {} : { org: "Choose the trust" }) };
    setWrong(bad);
    const said = check();
    if (!said || Object.keys(bad).length > 0) return;
    const { id: _, ...body } = { id: "", ...draft, ...said };
    const work = () => (peer ? put(`/api/peers/${peer.id}`, body) : post("/api/peers", body));
    void sending.send(work, "Stored. It holds from the next call on.").then((ok) => ok && !peer && change({ peer: null }, "replace"));
  };
  return (
    <div class="panel no-print">
      <h3 ref={head} tabIndex={-1}>{peer ? `Change ${peer.aet}` : "Add a system"}</h3>
      <form class="form" onSubmit={submit} noValidate>
        <Who draft={draft} set={set} wrong={wrong} />
        <May draft={draft} set={set} />
        <Where draft={draft} set={set} />
        <Rest draft={draft} set={set} />
        {peer && <Check label="In use; without this it is retired, and refused" checked={draft.active} onChange={(active) => set({ active })} />}
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>{peer ? "Store the change" : "Add it"}</Submit><a href={here({ peer: null })}>Close</a></div>
        <Outcome sending={sending} />
      </form>
      {peer && <PeerHistory id={peer.id} />}
    </div>
  );
}
