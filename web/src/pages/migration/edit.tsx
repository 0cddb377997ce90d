// SPDX-License-Identifier: MIT
// Adding or changing an old archive.
import { useEffect, useRef, useState } from "preact/hooks";
import { change, here } from "../../address.ts";
import { post, type Table } from "../../api.ts";
import type { OldArchive, Peer, WebDestination } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { useWhoWhy } from "../../parts/decide.tsx";
import { Check, Input, Outcome, Select, Submit, Switch, useSending } from "../../parts/form.tsx";
import { trusts, useReference } from "../../reference.ts";
import { clockMinute, clockText } from "../post/words.ts";

interface Draft {
  name: string; org: string; how: string; dest: string; from_date: string; day_kib_s: string; night_kib_s: string;
  day_from: string; day_to: string; again_days: string; active: boolean;
}
interface Part { draft: Draft; set: (changes: Partial<Draft>) => void; wrong: Record<string, string> }

const NEW: Draft = {
  name: "", org: "", how: "get", dest: "", from_date: "", day_kib_s: "4096", night_kib_s: "65536", day_from: "07:00", day_to: "20:00",
  again_days: "7", active: true,
};
const WAYS = [{ value: "get", words: "C-GET" }, { value: "move", words: "C-MOVE" }, { value: "web", words: "DICOMweb" }];

function draftOf(old: OldArchive): Draft {
  return {
    name: old.name, org: old.org, how: old.how, dest: old.dest, from_date: old.from_date, day_kib_s: String(old.day_kib_s),
    night_kib_s: String(old.night_kib_s), day_from: clockText(old.day_from), day_to: clockText(old.day_to), again_days: String(old.again_days),
    active: old.active,
  };
}

function wrongOf(draft: Draft): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (!draft.name.trim()) wrong.name = "Give it a name";
  if (!draft.org) wrong.org = "Choose the trust whose images they are";
  if (!draft.dest) wrong.dest = "Choose where it is";
  if (!/^\d{8}$/.test(draft.from_date)) wrong.from_date = "Enter a date as YYYYMMDD";
  for (const key of ["day_kib_s", "night_kib_s", "again_days"] as const) if (!/^\d{1,8}$/.test(draft[key])) wrong[key] = "Enter a number";
  for (const key of ["day_from", "day_to"] as const) if (clockMinute(draft[key]) === null) wrong[key] = "Enter a time such as 07:00";
  return wrong;
}

function Where({ draft, set, wrong }: Part) {
  const reference = useReference();
  const web = draft.how === "web";
  const peers = useApi<Table<Peer>>(web ? null : "/api/peers");
  const places = useApi<Table<WebDestination>>(web ? "/api/web-destinations" : null);
  const known = web
    ? (places.data?.rows ?? []).map((one) => ({ value: one.name, words: one.name }))
    : (peers.data?.rows ?? []).filter((one) => one.host && one.org === draft.org).map((one) => ({ value: one.aet, words: one.name ? `${one.aet}: ${one.name}` : one.aet }));
  return (
    <>
      <Select label="Of" value={draft.org} choices={[{ value: "", words: "Choose" }, ...trusts(reference).map((org) => ({ value: org.code, words: org.short }))]}
        onChange={(org) => set({ org, dest: "" })} error={wrong.org} />
      <Switch legend="How" value={draft.how} choices={WAYS} onChange={(how) => set({ how, dest: "" })} />
      <Select label="Where" hint={web ? "An archive on the web, from the page Sending" : "A system of this trust that has a host, from the page Systems"}
        value={draft.dest} choices={[{ value: "", words: "Choose" }, ...known]} onChange={(dest) => set({ dest })} error={wrong.dest} />
    </>
  );
}

function Rate({ draft, set, wrong }: Part) {
  const field = (key: "day_kib_s" | "night_kib_s" | "day_from" | "day_to" | "again_days" | "from_date", label: string, hint: string) => (
    <Input label={label} hint={hint} width="10" value={draft[key]} onInput={(text) => set({ [key]: text.trim() })} error={wrong[key]} />
  );
  return (
    <div class="form__row">
      {field("from_date", "Oldest date", "Such as 20050101")}
      {field("day_kib_s", "KiB a second by day", "0: only what is asked for")}
      {field("night_kib_s", "At other times", "The same")}
      {field("day_from", "The day begins", "Such as 07:00")}
      {field("day_to", "And ends", "Such as 20:00")}
      {field("again_days", "Days asked about again", "Each day, while it still receives")}
    </div>
  );
}

export function EditOld({ old }: { old: OldArchive | null }) {
  const [draft, setDraft] = useState<Draft>(() => (old ? draftOf(old) : NEW));
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const { check, fields } = useWhoWhy();
  const sending = useSending();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const set = (changes: Partial<Draft>) => setDraft((was) => ({ ...was, ...changes }));
  const submit = (event: Event) => {
    event.preventDefault();
    const bad = wrongOf(draft);
    setWrong(bad);
    const said = check();
    if (!said || Object.keys(bad).length > 0) return;
    const numbers = {
      day_kib_s: Number(draft.day_kib_s), night_kib_s: Number(draft.night_kib_s), again_days: Number(draft.again_days),
      day_from: clockMinute(draft.day_from) ?? 0, day_to: clockMinute(draft.day_to) ?? 0,
    };
    const body = { ...(old ? { id: old.id } : {}), ...draft, ...numbers, ...said };
    void sending.send(() => post("/api/old-archives", body), "Stored.").then((ok) => ok && !old && change({ edit: null }, "replace"));
  };
  const part = { draft, set, wrong };
  return (
    <div class="panel no-print">
      <h3 ref={head} tabIndex={-1}>{old ? `Change ${old.name}` : "Add an old archive"}</h3>
      <form class="form" onSubmit={submit} noValidate>
        <Input label="Name" value={draft.name} onInput={(name) => set({ name })} error={wrong.name} />
        <Where {...part} />
        <Rate {...part} />
        <Check label="At work" checked={draft.active} onChange={(active) => set({ active })} />
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>{old ? "Store the change" : "Add the archive"}</Submit><a href={here({ edit: null })}>Close</a></div>
        <Outcome sending={sending} />
      </form>
    </div>
  );
}
