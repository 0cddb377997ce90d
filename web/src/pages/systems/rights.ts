// SPDX-License-Identifier: MIT
// What a system may do, in words.

export const RIGHTS: [string, string, string][] = [
  ["echo", "Test the connection", "test the connection"],
  ["store", "Send images here", "send images"],
  ["find", "Search", "search"],
  ["move", "Have images sent to a known system", "have images sent on"],
  ["get", "Fetch images", "fetch images"],
  ["commit", "Ask whether images are kept for good", "ask for storage commitment"],
  ["all-trusts", "See the studies of every trust, not only its own", "see every trust"],
];

export function rightWords(rights: string): string {
  const has = rights.split(/[\s,]+/);
  const words = RIGHTS.filter(([code]) => has.includes(code)).map(([, , short]) => short);
  return words.length ? words.join(", ") : "nothing";
}
