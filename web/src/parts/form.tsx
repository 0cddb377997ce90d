// SPDX-License-Identifier: MIT
// Fields of the NHS design system, and forms that say what went wrong.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { written } from "../live.ts";

export interface Choice { value: string; words: string }

interface FieldProps { label: string; name?: string; hint?: string; error?: string | undefined; small?: boolean }

function Group(props: FieldProps & { id: string; children: ComponentChildren }) {
  return (
    <div class={`nhsuk-form-group field ${props.error ? "nhsuk-form-group--error" : ""}`}>
      <label class="nhsuk-label" for={props.id}>{props.label}</label>
      {props.hint && <div class="nhsuk-hint" id={`${props.id}-hint`}>{props.hint}</div>}
      {props.error && (
        <span class="nhsuk-error-message" id={`${props.id}-error`}>
          <span class="nhsuk-u-visually-hidden">Error: </span>{props.error}
        </span>
      )}
      {props.children}
    </div>
  );
}

function described(props: FieldProps, id: string): string | undefined {
  const ids = [props.hint ? `${id}-hint` : "", props.error ? `${id}-error` : ""].filter(Boolean);
  return ids.length ? ids.join(" ") : undefined;
}

export function Select(props: FieldProps & { value: string; choices: Choice[]; onChange: (value: string) => void }) {
  const id = useId();
  const known = props.choices.some((choice) => choice.value === props.value);
  return (
    <Group {...props} id={id}>
      <select id={id} class="nhsuk-select" name={props.name} value={props.value} aria-describedby={described(props, id)}
        onChange={(event) => props.onChange(event.currentTarget.value)}>
        {!known && props.value && <option value={props.value}>{props.value}</option>}
        {props.choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.words}</option>)}
      </select>
    </Group>
  );
}

export function Input(props: FieldProps & {
  value: string; width?: string; inputMode?: "numeric" | "decimal"; auto?: string;
  onInput?: (value: string) => void; onChange?: (value: string) => void;
}) {
  const id = useId();
  return (
    <Group {...props} id={id}>
      <input id={id} class={`nhsuk-input ${props.width ? `nhsuk-input--width-${props.width}` : ""} ${props.error ? "nhsuk-input--error" : ""}`}
        name={props.name} type="text" value={props.value} inputMode={props.inputMode} autocomplete={props.auto ?? "off"}
        aria-describedby={described(props, id)}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
        onChange={(event) => props.onChange?.(event.currentTarget.value)} />
    </Group>
  );
}

export function DateInput(props: FieldProps & { value: string; max?: string; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <Group {...props} id={id}>
      <input id={id} class={`nhsuk-input date ${props.error ? "nhsuk-input--error" : ""}`} name={props.name} type="date"
        value={props.value} max={props.max} aria-describedby={described(props, id)}
        onInput={(event) => props.onInput(event.currentTarget.value)} />
    </Group>
  );
}

export function Area(props: FieldProps & { value: string; rows?: number; onInput: (value: string) => void; code?: boolean }) {
  const id = useId();
  return (
    <Group {...props} id={id}>
      <textarea id={id} class={`nhsuk-textarea ${props.code ? "code" : ""}`} name={props.name} rows={props.rows ?? 3}
        aria-describedby={described(props, id)} value={props.value} spellcheck={!props.code}
        onInput={(event) => props.onInput(event.currentTarget.value)} />
    </Group>
  );
}

export function Check(props: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <div class="nhsuk-checkboxes nhsuk-checkboxes--small">
      <div class="nhsuk-checkboxes__item">
        <input id={id} type="checkbox" class="nhsuk-checkboxes__input" checked={props.checked}
          onChange={(event) => props.onChange(event.currentTarget.checked)} />
        <label for={id} class="nhsuk-label nhsuk-checkboxes__label">{props.label}</label>
      </div>
    </div>
  );
}

/** A choice between few things, all in sight. */
export function Switch(props: { legend: string; value: string; choices: Choice[]; onChange: (value: string) => void }) {
  const name = useId();
  return (
    <fieldset class="switch">
      <legend>{props.legend}</legend>
      <div class="switch__row">
        {props.choices.map((choice) => (
          <label key={choice.value} class="switch__one">
            <input type="radio" name={name} value={choice.value} checked={choice.value === props.value}
              onChange={() => props.onChange(choice.value)} />
            <span>{choice.words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const AUTHOR = "ribble.author";

/** Whoever wrote here last from this browser; asked once, not each time. */
export function useAuthor(): [string, (name: string) => void] {
  const [name, setName] = useState(() => localStorage.getItem(AUTHOR) ?? "");
  return [name, (next) => {
    localStorage.setItem(AUTHOR, next);
    setName(next);
  }];
}

export interface Sending {
  busy: boolean;
  error: ApiError | null;
  done: string;
  send: (work: () => Promise<unknown>, said: string) => Promise<boolean>;
}

/** Sends once at a time, and remembers how it ended. */
export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [done, setDone] = useState("");
  const send = async (work: () => Promise<unknown>, said: string) => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    setDone("");
    try {
      await work();
      setDone(said);
      written();
      return true;
    } catch (cause) {
      setError(cause instanceof ApiError ? cause : new ApiError(0, "other", String(cause), null));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, done, send };
}

export function Outcome(props: { sending: Sending }) {
  const { error, done } = props.sending;
  return (
    <div class="outcome">
      <div role="alert">{error && <p class="outcome__bad"><strong>{error.message}</strong> {error.hint}</p>}</div>
      <div role="status">{done && <p class="outcome__good">{done}</p>}</div>
    </div>
  );
}

export function Submit(props: { busy: boolean; children: ComponentChildren }) {
  return (
    <button type="submit" class="nhsuk-button nhsuk-button--small" aria-disabled={props.busy}>
      {props.busy ? "Sending…" : props.children}
    </button>
  );
}
