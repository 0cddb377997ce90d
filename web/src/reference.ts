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

/** The sum of the trusts is an organisation of its own to every chart. */
export function networkOrg(reference: Reference): Org {
  return { code: reference.network.code, name: reference.network.name, short: "Network", kind: "network" };
}

/** Trusts first, then the network, its commissioner, the region and the nation. */
const PLACE = { trust: 0, network: 1, icb: 2, region: 3, nation: 4 };

export function orgsInOrder(reference: Reference): Org[] {
  const known = reference.orgs.some((org) => org.code === reference.network.code);
  const all = known ? [...reference.orgs] : [...reference.orgs, networkOrg(reference)];
  return all.sort((a, b) => PLACE[a.kind] - PLACE[b.kind]);
}

function findOrg(reference: Reference, code: string): Org | undefined {
  return orgsInOrder(reference).find((org) => org.code === code);
}

export function orgName(reference: Reference, code: string): string {
  return findOrg(reference, code)?.name ?? code;
}

export function orgShort(reference: Reference, code: string): string {
  return findOrg(reference, code)?.short ?? code;
}

export function siteName(reference: Reference, code: string | null | undefined): string {
  return reference.sites.find((site) => site.code === code)?.name ?? code ?? "";
}

export function commissionerName(reference: Reference, code: string): string {
  if (code === "none") return "Commissioner not known";
  return reference.commissioners.find((one) => one.code === code)?.name || code;
}

export function findTest(reference: Reference, code: string | number): Test | undefined {
  const text = String(code);
  return reference.tests.find((test) => test.code === text || String(test.id) === text);
}

/** How a test is asked for: "*" is all of them. */
export function testCode(reference: Reference, test: string | number): string {
  return findTest(reference, test)?.code ?? (String(test) === "0" ? "*" : String(test));
}

export function testName(reference: Reference, code: string | number): string {
  return String(code) === "*" || String(code) === "0" ? "All tests" : (findTest(reference, code)?.name ?? String(code));
}

export function findMeasure(reference: Reference, name: string): Measure | undefined {
  return reference.measures.find((measure) => measure.name === name);
}

export function orgChoices(reference: Reference): Choice[] {
  return orgsInOrder(reference).map((org) => ({ value: org.code, words: `${org.short} (${org.code})` }));
}

/** The tests of DM01; the waiting list can be told for no others. */
export function testChoices(reference: Reference): Choice[] {
  const tests = reference.tests.filter((test) => test.dm01 !== false);
  return [{ value: "*", words: "All tests" }, ...tests.map((test) => ({ value: test.code, words: test.name }))];
}
