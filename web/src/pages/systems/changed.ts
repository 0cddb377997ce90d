// SPDX-License-Identifier: MIT
// An entry of a system's history in words.

/** What a change changed, from the two states that it stored. */
export function changedWords(what: string): string {
  try {
    const { before, after } = JSON.parse(what) as { before: Record<string, unknown> | null; after: Record<string, unknown> };
    if (!before) return "added";
    const names = Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    return names.map((name) => `${name}: ${String(before[name]) || "empty"} → ${String(after[name]) || "empty"}`).join("; ") || "nothing";
  } catch {
    return what;
  }
}
