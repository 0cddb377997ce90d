// SPDX-License-Identifier: MIT
// The frame around every page: who we are, where one can go, what must be
// known everywhere (synthetic, loading, silent server).
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { address, link } from "../address.ts";
import type { Reference } from "../api.ts";
import { silentSince, status } from "../live.ts";
import { count, stamp } from "../words.ts";

interface Place { path: string; name: string; also?: string[] }

/** Two halves of one program: each shows its own places. */
const SECTIONS: { name: string; places: Place[] }[] = [
  {
    name: "Waits and activity",
    places: [
      { path: "/", name: "Network" },
      { path: "/plan", name: "Improvement plan" },
      { path: "/waiting", name: "Waiting list", also: ["/pathways"] },
      { path: "/returns", name: "DM01 return" },
      { path: "/tracking", name: "Early tracking" },
      { path: "/submissions", name: "Submissions" },
      { path: "/settings", name: "Settings and about" },
    ],
  },
  {
    name: "Images",
    places: [
      { path: "/studies", name: "Studies" },
      { path: "/archive", name: "Archive" },
      { path: "/systems", name: "Systems" },
      { path: "/post", name: "Sending" },
      { path: "/migration", name: "Migration" },
    ],
  },
];
const PLACES = SECTIONS.flatMap((section) => section.places);

function within(path: string, root: string): boolean {
  return root === "/" ? path === "/" : path === root || path.startsWith(`${root}/`);
}

function isAt(path: string, place: Place): boolean {
  return within(path, place.path) || (place.also ?? []).some((other) => within(path, other));
}

/** The half that one is in; an address of neither is shown with the first. */
function sectionAt(path: string): (typeof SECTIONS)[number] | undefined {
  return SECTIONS.find((section) => section.places.some((place) => isAt(path, place))) ?? SECTIONS[0];
}

function Sections() {
  const now = sectionAt(address.value.path);
  return (
    <nav class="sections" aria-label="Parts of Ribble">
      <ul>
        {SECTIONS.map((section) => (
          <li key={section.name}>
            <a href={section.places[0]?.path} aria-current={section === now ? "true" : undefined}>{section.name}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Navigation() {
  const path = address.value.path;
  return (
    <nav class="places" aria-label="Pages">
      <ul>
        {sectionAt(path)?.places.map((place) => (
          <li key={place.path}>
            <a href={place.path} aria-current={isAt(path, place) ? "page" : undefined}>{place.name}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Synthetic() {
  return (
    <p class="synthetic">
      <strong>SYNTHETIC</strong> Every patient, request and name here is made up. Published DM01 figures are real.
    </p>
  );
}

/** Its room is kept while it shows, so that nothing below it jumps. */
function Loading() {
  const loading = status.value?.loading;
  if (!loading) return null;
  const share = loading.total > 0 ? Math.floor((100 * loading.done) / loading.total) : 0;
  return (
    <div class="loading-bar">
      <label for="loading">
        Loading the demonstration network: {loading.what}. Pages fill as it goes.
      </label>
      <progress id="loading" max={100} value={share}>{share}%</progress>
      <span>{count(loading.done)} of {count(loading.total)}</span>
    </div>
  );
}

function Silent() {
  const since = silentSince.value;
  return (
    <div role="status">
      {since && (
        <p class="silent">
          The server has not answered since {stamp(since.toISOString())}. What you see is the last that it said; Ribble keeps trying.
        </p>
      )}
    </div>
  );
}

function Foot() {
  return (
    <footer class="foot">
      <div class="wide">
        <p>
          Published figures: NHS England, Monthly Diagnostics Waiting Times and Activity (DM01). Contains public sector
          information licensed under the{" "}
          <a href="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/">Open Government Licence v3.0</a>.
        </p>
        <p>Ribble {status.value?.version ?? ""} · <a href="/api">API</a> · <a href="/settings">Settings and about</a></p>
      </div>
    </footer>
  );
}

const REMEMBERED = "ribble.synthetic";

/** Known from the server; until it has answered, room is kept for the words
 * if they were there the last time, so that nothing moves. */
function useSynthetic(reference: Reference | null): { room: boolean; words: boolean } {
  const known = status.value?.synthetic ?? reference?.synthetic;
  useEffect(() => {
    if (known !== undefined) localStorage.setItem(REMEMBERED, known ? "yes" : "no");
  }, [known]);
  return { room: known ?? localStorage.getItem(REMEMBERED) !== "no", words: known ?? false };
}

/** The page's name before it can be drawn. */
export function placeName(path: string): string {
  return PLACES.find((place) => isAt(path, place))?.name ?? "Ribble";
}

export function Layout(props: { reference: Reference | null; children: ComponentChildren }) {
  const synthetic = useSynthetic(props.reference);
  return (
    <>
      <a class="nhsuk-skip-link" href="#main">Skip to main content</a>
      <header class="head">
        <div class="wide head__row">
          <a class="head__name" href="/">Ribble</a>
          <span class="head__network">{props.reference?.network.name ?? "Diagnostic imaging network"}</span>
          <Sections />
        </div>
        <div class="head__places"><div class="wide"><Navigation /></div></div>
      </header>
      {synthetic.room && (
        <aside aria-label="About these data" class={synthetic.words ? "band" : "band band--room"}><div class="wide"><Synthetic /></div></aside>
      )}
      <div class="wide"><Loading /><Silent /></div>
      <main id="main" class="wide main" tabIndex={-1}>{props.children}</main>
      <Foot />
    </>
  );
}

/** The page's one heading; it takes the focus when a link led here. */
let arrivals = 0;

export function PageTitle(props: { title: string; tab?: string; caption?: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (arrivals++ === 0) return;
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${props.tab ?? props.title} – Ribble`;
  }, [props.title, props.tab]);
  return (
    <header class="title">
      <h1 ref={heading} tabIndex={-1} class="nhsuk-heading-l">
        {props.caption && <span class="nhsuk-caption-m">{props.caption}</span>}
        {props.title}
      </h1>
      {props.children}
    </header>
  );
}

export function Back(props: { to: string; params?: Record<string, string>; children: ComponentChildren }) {
  return <a class="nhsuk-back-link" href={link(props.to, props.params)}>{props.children}</a>;
}
