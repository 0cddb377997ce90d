// SPDX-License-Identifier: MIT
// Setting a rule of the clock from a date on.
import { useState } from "preact/hooks";
import { post, type RuleRow } from "../../api.ts";
import { Area, DateInput, Input, Outcome, Select, Submit, Switch, useAuthor, useSending } from "../../parts/form.tsx";
import { capital } from "../../words.ts";

interface Wrong { from?: string; reason?: string; by?: string }

export function AddRule({ rules }: { rules: RuleRow[] }) {
  const names = [...new Map(rules.map((rule) => [rule.name, capital(rule.sentence)]))];
  const [name, setName] = useState(names[0]?.[0] ?? "");
  const [value, setValue] = useState("1");
  const [from, setFrom] = useState("");
  const [reason, setReason] = useState("");
  const [by, setBy] = useAuthor();
  const [wrong, setWrong] = useState<Wrong>({});
  const sending = useSending();
  const now = rules.filter((rule) => rule.name === name).at(-1);
  const submit = (event: Event) => {
    event.preventDefault();
    const bad: Wrong = {
      ...(from ? {} : { from: "Choose the day it holds from" }),
      ...(reason.trim() ? {} : { reason: "Say why" }), ...(by.trim() ? {} : { by: "Enter your name" }),
    };
    setWrong(bad);
    if (Object.keys(bad).length > 0) return;
    const body = { name, value: Number(value), from, set_by: by.trim(), reason: reason.trim() };
    void sending.send(() => post("/api/rules", body), "Stored. Waits are counted again by it.");
  };
  return (
    <details class="nhsuk-details no-print">
      <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">Change a rule from a date on</span></summary>
      <div class="nhsuk-details__text">
        <form class="form" onSubmit={submit} noValidate>
          <Select label="Rule" value={name} choices={names.map(([key, words]) => ({ value: key, words }))} onChange={setName} />
          <div class="form__row">
            <Switch legend={now ? `Now ${now.value ? "yes" : "no"}; from then on` : "From then on"} value={value}
              choices={[{ value: "1", words: "Yes" }, { value: "0", words: "No" }]} onChange={setValue} />
            <DateInput label="Holds from" value={from} onInput={setFrom} error={wrong.from} />
          </div>
          <Area label="Why" value={reason} onInput={setReason} rows={2} error={wrong.reason} />
          <Input label="Your name" value={by} onInput={setBy} auto="name" error={wrong.by} />
          <div class="buttons"><Submit busy={sending.busy}>Set the rule</Submit></div>
          <Outcome sending={sending} />
        </form>
      </div>
    </details>
  );
}
