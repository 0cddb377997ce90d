// SPDX-License-Identifier: MIT
// What the pages show is asked for here, kept, and asked again when the
// journal moves.  What is on the page stays there until newer figures are in
// hand: nothing jumps, and nobody loses their place.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, getText, type Status } from "./api.ts";

/** Counts the journal's moves; whoever reads figures asks again when it grows. */
export const moved = signal(0);
export const status = signal<Status | null>(null);
/** Since when the server has not answered; null when all is well. */
export const silentSince = signal<Date | null>(null);

const kept = new Map<string, { text: string; data: unknown }>();
const KEPT_MOST = 60;

function keep(url: string, text: string): unknown {
  const before = kept.get(url);
  const data = before?.text === text ? before.data : (JSON.parse(text) as unknown);
  kept.delete(url);
  kept.set(url, { text, data });
  if (kept.size > KEPT_MOST) kept.delete(kept.keys().next().value as string);
  return data;
}

async function fetchKept(url: string, stop?: AbortSignal): Promise<unknown> {
  try {
    const text = await getText(url, stop);
    silentSince.value = null;
    return keep(url, text);
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 0) silentSince.value ??= new Date();
    throw cause;
  }
}

export interface Answer<T> {
  data: T | null;
  error: ApiError | null;
  /** Nothing to show yet and the answer takes long. */
  slow: boolean;
  /** What is shown answers an earlier question. */
  stale: boolean;
  again: () => void;
}

const SLOW_MS = 1500;

/** The answer to a GET; null asks nothing. While a new question is out, the
 * last answer stays, marked stale. */
export function useApi<T>(url: string | null): Answer<T> {
  const [shown, setShown] = useState<{ url: string | null; data: T | null; error: ApiError | null }>(() => ({
    url, data: url ? ((kept.get(url)?.data as T | undefined) ?? null) : null, error: null,
  }));
  const [slow, setSlow] = useState(false);
  const [tries, setTries] = useState(0);
  const turn = moved.value;
  const asked = useRef<string | null>(null);
  useEffect(() => {
    if (!url) return;
    const stop = new AbortController();
    const before = kept.get(url)?.data as T | undefined;
    if (before && asked.current !== url) setShown({ url, data: before, error: null });
    asked.current = url;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    fetchKept(url, stop.signal)
      .then((data) => setShown((was) => (was.url === url && was.data === data && !was.error ? was : { url, data: data as T, error: null })))
      .catch((error: unknown) => {
        if (error instanceof ApiError) setShown((was) => ({ url, data: was.url === url ? was.data : null, error }));
      })
      .finally(() => {
        clearTimeout(timer);
        if (!stop.signal.aborted) setSlow(false);
      });
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [url, turn, tries]);
  return {
    data: url ? shown.data : null, error: shown.url === url ? shown.error : null,
    slow, stale: shown.url !== url, again: () => setTries(tries + 1),
  };
}

let due: ReturnType<typeof setTimeout> | null = null;

/** Many events in a burst (an import) make one new reading. */
function move(wait: number): void {
  if (due !== null) return;
  due = setTimeout(() => {
    due = null;
    moved.value++;
  }, wait);
}

/** Something was written by this page: read again at once. */
export function written(): void {
  moved.value++;
}

async function readStatus(): Promise<void> {
  try {
    const before = status.value;
    const now = (await fetchKept("/api/status")) as Status;
    status.value = now;
    if (before && before.journal !== now.journal) move(now.loading ? 3000 : 300);
    if (before?.loading && !now.loading) move(0);
  } catch {
    /* silentSince says so on the page */
  }
  const wait = status.value?.loading ? 1000 : silentSince.value ? 3000 : 30000;
  setTimeout(() => void readStatus(), wait);
}

/** Every kind of journal entry moves the pages alike. */
function follow(): void {
  const source = new EventSource("/api/events");
  const heard = () => move(status.value?.loading ? 3000 : 300);
  source.onmessage = heard;
  for (const kind of KINDS) source.addEventListener(kind, heard);
}

const KINDS = [
  "reload", "submission.taken", "submission.refused", "submission.replaced", "submission.duplicate",
  "quarantine.replayed", "quarantine.dismissed", "pathways.refolded", "census.counted",
  "annotation.added", "annotation.removed", "target.set", "rule.set", "demo.begun", "demo.loaded",
  "study.began", "study.grew", "study.sealed", "study.hold", "study.damaged", "study.mended", "study.rebuilt", "study.matched",
  "study.deletion.proposed", "study.deletion.confirmed", "study.deletion.withdrawn", "study.deletion.done",
  "conflict.found", "conflict.resolved", "retention.set", "peer.set", "stranger.noted", "stranger.admitted", "stranger.dismissed",
  "route.set", "route.destination", "letter.sent", "letter.late", "letter.failed", "letter.again", "letter.withdrawn",
  "migration.begun", "migration.moved", "migration.paused", "migration.ended",
];

export function start(): void {
  void readStatus();
  follow();
}
