// SPDX-License-Identifier: MIT
// What the study list is narrowed to; all of it is in the address.
import { useEffect, useState } from "preact/hooks";
import { address, ask, change } from "../../address.ts";
import { MODALITY_CHOICES, plainNumber } from "../../dicom.ts";
import { Check, DateInput, Input, Select, Switch } from "../../parts/form.tsx";
import { trusts, useReference } from "../../reference.ts";

export const FILTERS = ["name", "patient", "accession", "modality", "org", "words", "fuzzy", "unmatched"] as const;
const TYPED = ["name", "patient", "accession", "words"] as const;
type Typed = Record<(typeof TYPED)[number], string>;

function before(today: string, days: number): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

/** The days that the address asks for; "week" is today and the six days before. */
export function daysAsked(today: string): { from: string; to: string } {
  switch (ask("when")) {
    case "today": return { from: today, to: today };
    case "yesterday": return { from: before(today, 1), to: before(today, 1) };
    case "week": return { from: before(today, 6), to: today };
    default: return { from: ask("from"), to: ask("to") };
  }
}

export function isNarrowed(): boolean {
  return ["when", "from", "to", ...FILTERS].some((name) => ask(name) !== "");
}

/** What is typed is asked for when the field is left, by Enter, or by the button. */
function useTyped(): [Typed, (name: keyof Typed, value: string) => void, () => void] {
  const { query } = address.value;
  const asked = () => Object.fromEntries(TYPED.map((name) => [name, query.get(name) ?? ""])) as Typed;
  const [typed, setTyped] = useState(asked);
  useEffect(() => setTyped(asked()), [query]);
  const set = (name: keyof Typed, value: string) => setTyped((was) => ({ ...was, [name]: value }));
  const send = () => change({ ...typed, patient: plainNumber(typed.patient), name: typed.name.trim(), accession: typed.accession.trim(), words: typed.words.trim(), offset: null });
  return [typed, set, send];
}

function When() {
  const own = ask("from") !== "" || ask("to") !== "" || ask("when") === "days";
  return (
    <>
      <Switch legend="Study date" value={own ? "days" : ask("when", "all")}
        choices={[
          { value: "all", words: "Any" }, { value: "today", words: "Today" }, { value: "yesterday", words: "Yesterday" },
          { value: "week", words: "7 days" }, { value: "days", words: "Choose" },
        ]}
        onChange={(when) => change({ when: when === "all" ? null : when, from: null, to: null, offset: null })} />
      {own && (
        <>
          <DateInput label="From" value={ask("from")} onInput={(from) => change({ from, when: "days", offset: null }, "replace")} />
          <DateInput label="To" value={ask("to")} onInput={(to) => change({ to, when: "days", offset: null }, "replace")} />
        </>
      )}
    </>
  );
}

export function Search() {
  const reference = useReference();
  const [typed, set, send] = useTyped();
  const choose = (changes: Record<string, string | boolean>) => change({ ...changes, offset: null });
  const field = (name: keyof Typed) => ({ value: typed[name], name, onInput: (value: string) => set(name, value), onChange: send });
  const org = [{ value: "", words: "All trusts" }, ...trusts(reference).map((one) => ({ value: one.code, words: one.short }))];
  return (
    <form class="filters filters--search" role="search" aria-label="Studies" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <Input label="Patient's name" width="20" {...field("name")} />
      <Input label="Patient's number" width="10" {...field("patient")} />
      <Input label="Accession number" width="10" {...field("accession")} />
      <Input label="Description" width="10" {...field("words")} />
      <Select label="Modality" value={ask("modality")} choices={[{ value: "", words: "All" }, ...MODALITY_CHOICES]} onChange={(modality) => choose({ modality })} />
      <Select label="Trust" value={ask("org")} choices={org} onChange={(code) => choose({ org: code })} />
      <When />
      <div class="filters__checks">
        <Check label="Names by their sound, in any order" checked={ask("fuzzy") === "1"} onChange={(fuzzy) => choose({ fuzzy })} />
        <Check label="Only those that match no request" checked={ask("unmatched") === "1"} onChange={(unmatched) => choose({ unmatched })} />
      </div>
      <div class="buttons">
        <button type="submit" class="nhsuk-button nhsuk-button--small">Search</button>
        {isNarrowed() && <a href="/studies">Clear the search</a>}
      </div>
    </form>
  );
}
