// SPDX-License-Identifier: MIT
// Adding to a chart: notes, step changes, rebases, targets, plans.
import { useState } from "preact/hooks";
import { post, type Spc } from "../../api.ts";
import { Area, DateInput, Input, Outcome, Select, Submit, Switch, useAuthor, useSending } from "../../parts/form.tsx";
import { period } from "../../words.ts";

const KINDS = [
  { value: "note", words: "Note" },
  { value: "step", words: "Step change" },
  { value: "rebase", words: "Rebase" },
];

const MEANING: Record<string, string> = {
  note: "Marks what happened. Limits stay as they are.",
  step: "Marks a change that was made on purpose. Limits stay as they are.",
  rebase: "Works out new limits from this point on, for everybody. Only for a change that is sustained and explained.",
};

interface Wrong { date?: string; text?: string; author?: string; value?: string }

function AddNote({ data, selected }: { data: Spc; selected: string }) {
  const [kind, setKind] = useState("note");
  const [date, setDate] = useState("");
  const [text, setText] = useState("");
  const [author, setAuthor] = useAuthor();
  const [wrong, setWrong] = useState<Wrong>({});
  const sending = useSending();
  const at = date || selected || data.points.at(-1)?.date || "";
  const submit = async (event: Event) => {
    event.preventDefault();
    const bad: Wrong = {
      ...(text.trim() ? {} : { text: "Say what happened and why" }),
      ...(author.trim() ? {} : { author: "Enter your name" }),
    };
    setWrong(bad);
    if (Object.keys(bad).length) return;
    const body = { org: data.org, test: String(data.test), measure: data.measure, date: at, kind, text: text.trim(), author: author.trim() };
    if (await sending.send(() => post("/api/annotations", body), "Stored. The chart shows it.")) setText("");
  };
  const dates = [...data.points].reverse().map((point) => ({ value: point.date, words: period(point.date, data.grain) }));
  return (
    <form class="form" onSubmit={submit} noValidate>
      <Switch legend="Kind" value={kind} choices={KINDS} onChange={setKind} />
      <p class="quiet small">{MEANING[kind]}</p>
      <Select label={data.grain === "M" ? "Month" : "Week"} value={at} choices={dates} onChange={setDate} />
      <Area label="What happened, and why" value={text} onInput={setText} error={wrong.text} />
      <Input label="Your name" value={author} onInput={setAuthor} auto="name" error={wrong.author} />
      <div class="buttons"><Submit busy={sending.busy}>Add to the chart</Submit></div>
      <Outcome sending={sending} />
    </form>
  );
}

const AIMS = [
  { value: "trajectory", words: "Plan for one month" },
  { value: "standard", words: "Target from a day on" },
];

function AddAim({ data }: { data: Spc }) {
  const [kind, setKind] = useState("trajectory");
  const [from, setFrom] = useState("");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const [author, setAuthor] = useAuthor();
  const [wrong, setWrong] = useState<Wrong>({});
  const sending = useSending();
  const submit = async (event: Event) => {
    event.preventDefault();
    const bad: Wrong = {
      ...(from ? {} : { date: "Choose a date" }),
      ...(value.trim() !== "" && Number.isFinite(Number(value)) ? {} : { value: "Enter a number" }),
      ...(reason.trim() ? {} : { text: "Say why it is set" }),
      ...(author.trim() ? {} : { author: "Enter your name" }),
    };
    setWrong(bad);
    if (Object.keys(bad).length) return;
    const body = { org: data.org, test: String(data.test), measure: data.measure, kind, from, value: Number(value), set_by: author.trim(), reason: reason.trim() };
    if (await sending.send(() => post("/api/targets", body), "Stored. The chart shows it.")) setValue("");
  };
  return (
    <form class="form" onSubmit={submit} noValidate>
      <Switch legend="Kind" value={kind} choices={AIMS} onChange={setKind} />
      <div class="form__row">
        <DateInput label={kind === "trajectory" ? "Month end" : "From"} value={from} onInput={setFrom} error={wrong.date} />
        <Input label={`Value (${data.unit})`} value={value} width="5" inputMode="decimal" onInput={setValue} error={wrong.value} />
      </div>
      <Area label="Why" value={reason} onInput={setReason} rows={2} error={wrong.text} />
      <Input label="Your name" value={author} onInput={setAuthor} auto="name" error={wrong.author} />
      <div class="buttons"><Submit busy={sending.busy}>Set it</Submit></div>
      <Outcome sending={sending} />
    </form>
  );
}

export function Additions({ data, selected }: { data: Spc; selected: string }) {
  return (
    <section class="section no-print" id="additions" aria-labelledby="additions-title">
      <h2 id="additions-title">Add to this chart</h2>
      <details class="nhsuk-details">
        <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">A note, step change or rebase</span></summary>
        <div class="nhsuk-details__text"><AddNote data={data} selected={selected} /></div>
      </details>
      <details class="nhsuk-details">
        <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">A target or a plan</span></summary>
        <div class="nhsuk-details__text"><AddAim data={data} /></div>
      </details>
    </section>
  );
}
