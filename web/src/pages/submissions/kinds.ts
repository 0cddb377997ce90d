// SPDX-License-Identifier: MIT
// The kinds of file and the states of a submission, in words.
const KINDS: Record<string, string> = {
  wlmds: "WLMDS", dm01: "DM01", ris: "RIS events", targets: "Targets",
};

export function kindWords(kind: string): string {
  return KINDS[kind.toLowerCase()] ?? kind;
}

export const KIND_CHOICES = Object.entries(KINDS).map(([value, words]) => ({ value, words }));
