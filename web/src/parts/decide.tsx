// SPDX-License-Identifier: MIT
// A decision that is kept with who took it and why: a fold that opens to a
// short form.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { post } from "../api.ts";
import { Area, Input, Outcome, Submit, useAuthor, useSending } from "./form.tsx";

interface Said { by: string; reason: string }

/** Who and why, checked before anything is sent. */
export function useWhoWhy(needsReason = true) {
  const [reason, setReason] = useState("");
  const [by, setBy] = useAuthor();
  const [wrong, setWrong] = useState<{ reason?: string; by?: string }>({});
  const check = (): Said | null => {
    const bad = {
      ...(!needsReason || reason.trim() ? {} : { reason: "Say why" }), ...(by.trim() ? {} : { by: "Enter your name" }),
    };
    setWrong(bad);
    return Object.keys(bad).length === 0 ? { by: by.trim(), reason: reason.trim() } : null;
  };
  const fields = (
    <>
      {needsReason && <Area label="Why" value={reason} onInput={setReason} rows={2} error={wrong.reason} />}
      <Input label="Your name" value={by} onInput={setBy} auto="name" error={wrong.by} />
    </>
  );
  return { check, fields };
}

export function Fold(props: { open?: boolean; title: string; children: ComponentChildren }) {
  return (
    <details class="nhsuk-details no-print" open={props.open}>
      <summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">{props.title}</span></summary>
      <div class="nhsuk-details__text">{props.children}</div>
    </details>
  );
}

/** One decision: where it is sent, what the button says, what is said when it is done. */
export function Decide(props: {
  title: string; url: string; button: string; done: string; noReason?: boolean; open?: boolean; children?: ComponentChildren;
}) {
  const { check, fields } = useWhoWhy(!props.noReason);
  const sending = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const said = check();
    if (!said) return;
    const body = props.noReason ? { by: said.by } : said;
    void sending.send(() => post(props.url, body), props.done);
  };
  return (
    <Fold title={props.title} open={props.open ?? false}>
      {props.children}
      <form class="form" onSubmit={submit} noValidate>
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>{props.button}</Submit></div>
        <Outcome sending={sending} />
      </form>
    </Fold>
  );
}
