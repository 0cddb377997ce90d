// SPDX-License-Identifier: MIT
// The kinds of file and the states of a submission, in words.
import type { Submission } from "../../api.ts";
import { count, day } from "../../words.ts";

const KINDS: Record<string, string> = {
  wlmds: "WLMDS", dm01: "DM01", ris: "RIS events", targets: "Targets",
};

export function kindWords(kind: string): string {
  return KINDS[kind.toLowerCase()] ?? kind;
}

export const KIND_CHOICES = Object.entries(KINDS).map(([value, words]) => ({ value, words }));

const STATES: Record<string, string> = {
  taken: "Taken", refused: "Refused", replaced: "Replaced by a newer file", duplicate: "Same file again",
};

export function submissionState(state: string): string {
  return STATES[state] ?? state;
}

export const STATE_CHOICES = Object.entries(STATES).map(([value, words]) => ({ value, words }));

const HOW: Record<string, string> = {
  command: "by command", upload: "uploaded in the browser", watch: "from the watched folder", demo: "by the demonstration",
};

export function howWords(how: string): string {
  return HOW[how] ?? how;
}

export function periodWords(one: Submission): string {
  if (!one.period_from && !one.period_to) return "no period";
  if (!one.period_from || one.period_from === one.period_to) return day(one.period_to ?? one.period_from);
  return `${day(one.period_from)} to ${day(one.period_to)}`;
}

export function rowsWords(one: Submission): string {
  const bad = one.rows_bad ? `, ${count(one.rows_bad)} bad` : "";
  return `${count(one.rows)} rows${bad}`;
}
