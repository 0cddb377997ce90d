// SPDX-License-Identifier: MIT
// Nothing yet, nothing at all, something wrong: in words.
import type { ComponentChildren } from "preact";
import type { ApiError } from "../api.ts";
import type { Answer } from "../live.ts";
import { stamp } from "../words.ts";

export function Problem(props: { error: ApiError; again?: () => void; what?: string }) {
  return (
    <div class="problem" role="alert">
      <p><strong>{props.what ? `${props.what}: ` : ""}{props.error.message}</strong></p>
      {props.error.hint && <p>{props.error.hint}</p>}
      {props.again && (
        <button type="button" class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" onClick={props.again}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty(props: { children: ComponentChildren }) {
  return <p class="empty">{props.children}</p>;
}

/** Keeps the room that the answer will need. */
function Waiting(props: { slow: boolean; tall: boolean; room: number }) {
  return (
    <div class={props.tall ? "waiting waiting--tall" : "waiting"} role="status" aria-live="polite"
      style={props.room ? { minHeight: `${props.room}px` } : undefined}>
      {props.slow ? "Still working. This is taking longer than it should; the page fills by itself." : "Loading…"}
    </div>
  );
}

/** Shows an answer, or in words why there is none. */
export function Show<T>(props: {
  answer: Answer<T>; what: string; tall?: boolean;
  /** Pixels that the answer will need, about. */
  room?: number; children: (data: T) => ComponentChildren;
}) {
  const { data, error, slow, stale, again } = props.answer;
  if (data === null) {
    return error ? <Problem error={error} again={again} what={props.what} /> : <Waiting slow={slow} tall={props.tall ?? false} room={props.room ?? 0} />;
  }
  return (
    <div aria-busy={stale} class={stale ? "stale" : undefined}>
      {error && error.status !== 0 && <Problem error={error} again={again} what={`${props.what} could not be read again`} />}
      {props.children(data)}
    </div>
  );
}

/** Where figures come from and when, beside every table and chart. */
export function Source(props: { source: string; asOf?: string; madeAt?: string | undefined; licence?: boolean; children?: ComponentChildren }) {
  const parts = [
    props.asOf ? `As of ${props.asOf}.` : "",
    props.source ? `Source: ${props.source.replace(/\.$/, "")}.` : "",
    props.licence && !/Open Government Licence/.test(props.source) ? "Open Government Licence v3.0." : "",
    props.madeAt ? `Read ${stamp(props.madeAt)}.` : "",
  ];
  return <p class="source">{parts.filter(Boolean).join(" ")}{props.children}</p>;
}
