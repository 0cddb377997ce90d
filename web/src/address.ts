// SPDX-License-Identifier: MIT
// The address is the page's state: every filter, sort, open row and chart
// option lives in it, so that it can be sent to a colleague.
import { signal } from "@preact/signals";

export type Params = Record<string, string | number | boolean | string[] | null | undefined>;

export interface Address {
  path: string;
  query: URLSearchParams;
}

function read(): Address {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export const address = signal<Address>(read());

/** Joins a path and what it asks; empty values are left out. */
export function link(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) put(query, name, value);
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `${path}?${text}` : path;
}

function put(query: URLSearchParams, name: string, value: Params[string]): void {
  query.delete(name);
  if (value === null || value === undefined || value === "" || value === false) return;
  const values = Array.isArray(value) ? value : [value === true ? "1" : String(value)];
  for (const one of values) query.append(name, one);
}

/** The page's own address with some values changed. */
export function here(changes: Params): string {
  const { path, query } = address.value;
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) put(next, name, value);
  const text = next.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `${path}?${text}` : path;
}

/** Goes to an address of this application; "replace" leaves no step to go back to. */
export function go(to: string, how: "push" | "replace" = "push"): void {
  if (to === location.pathname + location.search) return;
  if (how === "push") history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  address.value = read();
}

export function change(changes: Params, how: "push" | "replace" = "push"): void {
  go(here(changes), how);
}

export function ask(name: string, otherwise = ""): string {
  return address.value.query.get(name) ?? otherwise;
}

/** Own links move within the page; everything else is left to the browser. */
function followed(event: MouseEvent): string | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const anchor = (event.target as Element | null)?.closest?.("a[href]");
  if (!(anchor instanceof HTMLAnchorElement)) return null;
  if (anchor.target || anchor.hasAttribute("download") || anchor.origin !== location.origin) return null;
  if (/^\/(api|dicom-web|wado|viewer|metrics|healthz|readyz)(\/|$|\?)/.test(anchor.pathname)) return null;
  if (anchor.hash && anchor.pathname === location.pathname) return null;
  return anchor.pathname + anchor.search;
}

export function listen(): void {
  addEventListener("popstate", () => (address.value = read()));
  document.addEventListener("click", (event) => {
    const to = followed(event);
    if (to === null) return;
    event.preventDefault();
    go(to);
  });
}
