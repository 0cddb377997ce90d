// SPDX-License-Identifier: MIT
// The lists that everything refers to: organisations, tests, measures.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Measure, Org, Reference, Test } from "./api.ts";
import type { Choice } from "./parts/form.tsx";

export const About = createContext<Reference | null>(null);

/** Pages are drawn only once the lists are here. */
export function useReference(): Reference {
  return useContext(About) as Reference;
}

export function trusts(reference: Reference): Org[] {
  return reference.orgs.filter((org) => org.kind === "trust");
}

/** Trusts first, then the network, the region and the nation. */
const PLACE = { trust: 0, icb: 1, region: 2, nation: 3 };

export function orgsInOrder(reference: Reference): Org[] {
  return [...reference.orgs].sort((a, b) => PLACE[a.kind] - PLACE[b.kind]);
}

export function orgName(reference: Reference, code: string): string {
  return reference.orgs.find((org) => org.code === code)?.name ?? code;
}

export function orgShort(reference: Reference, code: string): string {
  return reference.orgs.find((org) => org.code === code)?.short ?? code;
}

export function siteName(reference: Reference, code: string | null | undefined): string {
  return reference.sites.find((site) => site.code === code)?.name ?? code ?? "";
}

export function findTest(reference: Reference, code: string | number): Test | undefined {
  const text = String(code);
  return reference.tests.find((test) => test.code === text || String(test.id) === text);
}

export function testName(reference: Reference, code: string | number): string {
  return String(code) === "*" || String(code) === "0" ? "All tests" : (findTest(reference, code)?.name ?? String(code));
}

export function findMeasure(reference: Reference, name: string): Measure | undefined {
  return reference.measures.find((measure) => measure.name === name);
}

export function orgChoices(reference: Reference, all?: string): Choice[] {
  const choices = orgsInOrder(reference).map((org) => ({ value: org.code, words: `${org.short} (${org.code})` }));
  return all ? [{ value: "*", words: all }, ...choices] : choices;
}

export function testChoices(reference: Reference, all?: string): Choice[] {
  const choices = reference.tests.map((test) => ({ value: test.code, words: test.name }));
  return all ? [{ value: "*", words: all }, ...choices] : choices;
}
