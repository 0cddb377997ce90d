// SPDX-License-Identifier: MIT
// Rows kept aside: where, why, the row itself; correct it and replay it, or
// say why it may stay out.
import { useState } from "preact/hooks";
import { ask, change } from "../../address.ts";
import { post, type QuarantineRow, type Table } from "../../api.ts";
import { useApi } from "../../live.ts";
import { Area, Input, Outcome, Submit, useAuthor, useSending } from "../../parts/form.tsx";
import { Show } from "../../parts/state.tsx";
import { Files } from "../../parts/table.tsx";
import { capital, plural, stamp } from "../../words.ts";

const STATE: Record<string, string> = { open: "To correct", replayed: "Corrected and taken", dismissed: "Left out", refused: "Refused with its file" };
const SHOWN = 50;

function Correct({ item }: { item: QuarantineRow }) {
  const [row, setRow] = useState(item.row);
  const [by, setBy] = useAuthor();
  const [wrong, setWrong] = useState("");
  const sending = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    setWrong(by.trim() ? "" : "Enter your name");
    if (by.trim()) void sending.send(() => post(`/api/quarantine/${item.id}/replay`, { row, by: by.trim() }), "Taken.");
  };
  return (
    <form class="form form--wide" onSubmit={submit} noValidate>
      <Area label="The row, corrected" value={row} onInput={setRow} rows={3} code hint="Change what is wrong and leave the rest as it came. It is read again by the same rules." />
      <Input label="Your name" value={by} onInput={setBy} auto="name" error={wrong || undefined} />
      <div class="buttons"><Submit busy={sending.busy}>Correct and replay</Submit></div>
      <Outcome sending={sending} />
    </form>
  );
}

function Dismiss({ item }: { item: QuarantineRow }) {
  const [reason, setReason] = useState("");
  const [by, setBy] = useAuthor();
  const [wrong, setWrong] = useState<{ reason?: string; by?: string }>({});
  const sending = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const bad = { ...(reason.trim() ? {} : { reason: "Say why it may stay out" }), ...(by.trim() ? {} : { by: "Enter your name" }) };
    setWrong(bad);
    if (Object.keys(bad).length === 0) void sending.send(() => post(`/api/quarantine/${item.id}/dismiss`, { by: by.trim(), reason: reason.trim() }), "Left out.");
  };
  return (
    <form class="form" onSubmit={submit} noValidate>
      <Input label="Why it may stay out" value={reason} onInput={setReason} error={wrong.reason} />
      <Input label="Your name" value={by} onInput={setBy} auto="name" error={wrong.by} />
      <div class="buttons"><Submit busy={sending.busy}>Leave it out</Submit></div>
      <Outcome sending={sending} />
    </form>
  );
}

function Item({ item }: { item: QuarantineRow }) {
  const open = ask("row") === String(item.id);
  const [how, setHow] = useState<"correct" | "dismiss">("correct");
  return (
    <li class="aside">
      <p class="aside__head">
        <strong>Line {item.line}{item.column ? `, ${item.column}` : ""}:</strong> {item.reason}
        <span class={`state state--${item.state}`}>{STATE[item.state] ?? item.state}</span>
      </p>
      <pre class="aside__row" tabIndex={0} aria-label={`The row of line ${item.line}`}>{item.row}</pre>
      {item.state !== "open" && (
        <p class="quiet small">
          {capital(STATE[item.state] ?? item.state)}{item.by ? ` by ${item.by}` : ""}{item.at ? `, ${stamp(item.at)}` : ""}
          {item.why ? `: ${item.why}` : ""}
          {item.corrected ? <>; as <span class="code">{item.corrected}</span></> : null}
        </p>
      )}
      {item.state === "open" && (
        <button type="button" class="plain-button no-print" aria-expanded={open} onClick={() => change({ row: open ? null : String(item.id) }, "replace")}>
          {open ? "Close" : "Correct or leave out"}<span class="nhsuk-u-visually-hidden"> line {item.line}</span>
        </button>
      )}
      {open && item.state === "open" && (
        <div class="aside__work">
          <p class="buttons">
            <button type="button" class="plain-button" aria-pressed={how === "correct"} onClick={() => setHow("correct")}>Correct it</button>
            <button type="button" class="plain-button" aria-pressed={how === "dismiss"} onClick={() => setHow("dismiss")}>Leave it out</button>
          </p>
          {how === "correct" ? <Correct item={item} /> : <Dismiss item={item} />}
        </div>
      )}
    </li>
  );
}

export function Quarantine({ id }: { id: string }) {
  const url = `/api/submissions/${encodeURIComponent(id)}/quarantine`;
  const answer = useApi<Table<QuarantineRow>>(url);
  const [shown, setShown] = useState(SHOWN);
  return (
    <section class="section" aria-labelledby="quarantine">
      <h2 id="quarantine">Rows kept aside</h2>
      <Show answer={answer} what="The rows kept aside">
        {(data) => {
          const open = data.rows.filter((row) => row.state === "open").length;
          if (data.rows.length === 0) return <p class="empty">Every row of this file was taken.</p>;
          return (
            <>
              <p>{plural(data.rows.length, "row")} kept aside, {open === 0 ? "none left to correct" : `${open} to correct`}.</p>
              <ul class="asides">{data.rows.slice(0, shown).map((item) => <Item key={item.id} item={item} />)}</ul>
              {data.rows.length > shown && (
                <button type="button" class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" onClick={() => setShown(shown + SHOWN)}>Show {SHOWN} more</button>
              )}
              <Files url={url} what="the rows kept aside" />
            </>
          );
        }}
      </Show>
    </section>
  );
}
