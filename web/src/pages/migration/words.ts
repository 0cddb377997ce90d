// SPDX-License-Identifier: MIT
// Old archives and their studies in words.
import { capital, day } from "../../words.ts";

const WAYS: Record<string, string> = { get: "C-GET", move: "C-MOVE", web: "DICOMweb" };
const STATES: Record<string, string> = {
  found: "Not here yet", fetching: "On its way", done: "Here and proven", differs: "Not all of it came", failed: "Could not be had",
};

export function howWords(how: string): string {
  return WAYS[how] ?? how;
}

export function oldStateWords(state: string): string {
  return STATES[state] ?? capital(state);
}

/** 20260131 as a date for people. */
export function dateWords(date: string): string {
  return /^\d{8}$/.test(date) ? day(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`) : date;
}
