// SPDX-License-Identifier: MIT
// Adding or changing a routing rule.
import { useEffect, useRef, useState } from "preact/hooks";
import { change, here } from "../../address.ts";
import { post, type Table } from "../../api.ts";
import { MODALITY_CHOICES } from "../../dicom.ts";
import type { Peer, RouteRule, WebDestination } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { useWhoWhy } from "../../parts/decide.tsx";
import { Check, Input, Outcome, Select, Submit, Switch, useSending } from "../../parts/form.tsx";
import { trusts, useReference } from "../../reference.ts";
import { clockMinute, clockText } from "./words.ts";

type Draft = Omit<RouteRule, "id" | "from_minute" | "to_minute"> & { from: string; to_time: string };
type Set = (changes: Partial<Draft>) => void;
interface Part { draft: Draft; set: Set; wrong: Record<string, string> }

const NEW: Draft = {
  name: "", active: true, org: "", modality: "", body_part: "", station: "", words: "", days: "", from: "", to_time: "",
  at_start: false, priors: false, sender: "dicom-store", to: "", priority: 5, delay_s: 0,
};
const DAYS: [string, string][] = [["1", "Mon"], ["2", "Tue"], ["3", "Wed"], ["4", "Thu"], ["5", "Fri"], ["6", "Sat"], ["7", "Sun"]];

function draftOf(rule: RouteRule): Draft {
  const { id: _id, from_minute, to_minute, ...rest } = rule;
  const whole = from_minute === to_minute;
  return { ...rest, from: whole ? "" : clockText(from_minute), to_time: whole ? "" : clockText(to_minute) };
}

function Which({ draft, set }: Part) {
  const reference = useReference();
  return (
    <fieldset class="checks">
      <legend>Which studies</legend>
      <div class="form__row">
        <Select label="Of" value={draft.org} choices={[{ value: "", words: "Every trust" }, ...trusts(reference).map((org) => ({ value: org.code, words: org.short }))]} onChange={(org) => set({ org })} />
        <Select label="With modality" value={draft.modality} choices={[{ value: "", words: "Any" }, ...MODALITY_CHOICES]} onChange={(modality) => set({ modality })} />
        <Input label="Body part" hint="As DICOM writes it; empty: any" width="10" value={draft.body_part} onInput={(body_part) => set({ body_part })} />
        <Input label="Station" hint="Empty: any" width="10" value={draft.station} onInput={(station) => set({ station })} />
        <Input label="Words of its description" hint="Empty: any" width="20" value={draft.words} onInput={(words) => set({ words })} />
      </div>
      <Check label="The patient's earlier studies go too" checked={draft.priors} onChange={(priors) => set({ priors })} />
    </fieldset>
  );
}

function When({ draft, set, wrong }: Part) {
  const days = draft.days || "1234567";
  const turn = (day: string, on: boolean) => {
    const next = DAYS.map(([one]) => one).filter((one) => (one === day ? on : days.includes(one))).join("");
    set({ days: next === "1234567" ? "" : next });
  };
  return (
    <fieldset class="checks">
      <legend>When</legend>
      <div class="days">{DAYS.map(([day, words]) => <Check key={day} label={words} checked={days.includes(day)} onChange={(on) => turn(day, on)} />)}</div>
      <div class="form__row">
        <Input label="From" hint="Such as 18:00; empty: the whole day" width="5" value={draft.from} onInput={(from) => set({ from })} error={wrong.from} />
        <Input label="Until" width="5" value={draft.to_time} onInput={(to_time) => set({ to_time })} error={wrong.to_time} />
        <Input label="Seconds to wait first" width="5" inputMode="numeric" value={String(draft.delay_s)} onInput={(text) => set({ delay_s: Number(text.replaceAll(/\D/g, "")) || 0 })} />
      </div>
      <Check label="Also as soon as a study begins, not only when it is complete" checked={draft.at_start} onChange={(at_start) => set({ at_start })} />
    </fieldset>
  );
}

function Whither({ draft, set, wrong }: Part) {
  const peers = useApi<Table<Peer>>(draft.sender === "dicom-store" ? "/api/peers" : null);
  const places = useApi<Table<WebDestination>>(draft.sender === "stow" ? "/api/web-destinations" : null);
  const known = draft.sender === "stow"
    ? (places.data?.rows ?? []).map((one) => ({ value: one.name, words: one.name }))
    : (peers.data?.rows ?? []).filter((one) => one.host && one.active).map((one) => ({ value: one.aet, words: one.name ? `${one.aet}: ${one.name}` : one.aet }));
  const hint = draft.sender === "stow" ? "A web destination from the list below" : "A known system that has a host";
  return (
    <>
      <Switch legend="How" value={draft.sender} choices={[{ value: "dicom-store", words: "DICOM" }, { value: "stow", words: "DICOMweb" }]} onChange={(sender) => set({ sender, to: "" })} />
      <div class="form__row">
        <Select label="To" hint={hint} value={draft.to} choices={[{ value: "", words: "Choose" }, ...known]} onChange={(to) => set({ to })} error={wrong.to} />
        <Input label="Turn" hint="0 goes first, 9 last" width="2" inputMode="numeric" value={String(draft.priority)} onInput={(text) => set({ priority: Math.min(9, Number(text.replaceAll(/\D/g, "")) || 0) })} />
      </div>
    </>
  );
}

function wrongOf(draft: Draft): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (!draft.name.trim()) wrong.name = "Give it a name";
  if (!draft.to) wrong.to = "Choose where it goes";
  if (draft.from && clockMinute(draft.from) === null) wrong.from = "Enter a time such as 18:00";
  if (draft.to_time && clockMinute(draft.to_time) === null) wrong.to_time = "Enter a time such as 08:00";
  return wrong;
}

export function EditRule({ rule }: { rule: RouteRule | null }) {
  const [draft, setDraft] = useState<Draft>(() => (rule ? draftOf(rule) : NEW));
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const { check, fields } = useWhoWhy();
  const sending = useSending();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const set: Set = (changes) => setDraft((was) => ({ ...was, ...changes }));
  const submit = (event: Event) => {
    event.preventDefault();
    const bad = wrongOf(draft);
    setWrong(bad);
    const said = check();
    if (!said || Object.keys(bad).length > 0) return;
    const { from, to_time, ...rest } = draft;
    const hours = { from_minute: clockMinute(from) ?? 0, to_minute: clockMinute(to_time) ?? 0 };
    const body = { ...(rule ? { id: rule.id } : {}), ...rest, ...hours, ...said };
    void sending.send(() => post("/api/routes", body), "Stored. It holds for what comes from now on.").then((ok) => ok && !rule && change({ rule: null }, "replace"));
  };
  const part = { draft, set, wrong };
  return (
    <div class="panel no-print">
      <h3 ref={head} tabIndex={-1}>{rule ? `Change the rule ${rule.name}` : "Add a rule"}</h3>
      <form class="form" onSubmit={submit} noValidate>
        <Input label="Name" value={draft.name} onInput={(name) => set({ name })} error={wrong.name} />
        <Whither {...part} />
        <Which {...part} />
        <When {...part} />
        <Check label="In force" checked={draft.active} onChange={(active) => set({ active })} />
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>{rule ? "Store the change" : "Add the rule"}</Submit><a href={here({ rule: null })}>Close</a></div>
        <Outcome sending={sending} />
      </form>
    </div>
  );
}
