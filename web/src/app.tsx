// SPDX-License-Identifier: MIT
// Which address shows which page.
import type { FunctionComponent } from "preact";
import { address } from "./address.ts";
import type { Reference } from "./api.ts";
import { type Answer, useApi } from "./live.ts";
import { Layout, PageTitle, placeName } from "./parts/layout.tsx";
import { Show } from "./parts/state.tsx";
import { About } from "./reference.ts";
import { Archive } from "./pages/archive/archive.tsx";
import { Migration } from "./pages/migration/migration.tsx";
import { Network } from "./pages/network/network.tsx";
import { PathwayList } from "./pages/pathways/list.tsx";
import { Pathway } from "./pages/pathways/pathway.tsx";
import { Plan } from "./pages/plan/plan.tsx";
import { Post } from "./pages/post/post.tsx";
import { Returns } from "./pages/returns/returns.tsx";
import { Settings } from "./pages/settings/settings.tsx";
import { Studies } from "./pages/studies/studies.tsx";
import { StudyPage } from "./pages/studies/study.tsx";
import { SubmissionPage } from "./pages/submissions/detail.tsx";
import { Submissions } from "./pages/submissions/submissions.tsx";
import { Systems } from "./pages/systems/systems.tsx";
import { Tracking } from "./pages/tracking/tracking.tsx";
import { Waiting } from "./pages/waiting/waiting.tsx";

const PAGES: { at: RegExp; page: FunctionComponent<{ id: string }> }[] = [
  { at: /^\/$/, page: Network },
  { at: /^\/plan$/, page: Plan },
  { at: /^\/waiting$/, page: Waiting },
  { at: /^\/returns$/, page: Returns },
  { at: /^\/pathways$/, page: PathwayList },
  { at: /^\/pathways\/([^/]+)$/, page: Pathway },
  { at: /^\/tracking$/, page: Tracking },
  { at: /^\/submissions$/, page: Submissions },
  { at: /^\/submissions\/([^/]+)$/, page: SubmissionPage },
  { at: /^\/settings$/, page: Settings },
  { at: /^\/studies$/, page: Studies },
  { at: /^\/studies\/([^/]+)$/, page: StudyPage },
  { at: /^\/archive$/, page: Archive },
  { at: /^\/systems$/, page: Systems },
  { at: /^\/post$/, page: Post },
  { at: /^\/migration$/, page: Migration },
];

function Missing() {
  return (
    <>
      <PageTitle title="Page not found" />
      <p>There is nothing at {address.value.path}. If you pasted the address, check that you copied all of it.</p>
      <p><a href="/">Go to the network page</a></p>
    </>
  );
}

function Page() {
  const path = address.value.path.replace(/(.)\/$/, "$1");
  for (const { at, page: Found } of PAGES) {
    const match = at.exec(path);
    if (match) return <Found key={path} id={decodeURIComponent(match[1] ?? "")} />;
  }
  return <Missing key={path} />;
}

/** Until the lists are here: the page's name, and what is being waited for. */
function First({ answer }: { answer: Answer<Reference> }) {
  return (
    <>
      <header class="title"><h1 class="nhsuk-heading-l">{placeName(address.value.path)}</h1></header>
      <Show answer={answer} what="The network's lists" tall>{() => null}</Show>
    </>
  );
}

export function App() {
  const reference = useApi<Reference>("/api/reference");
  return (
    <Layout reference={reference.data}>
      {reference.data
        ? <About.Provider value={reference.data}><Page /></About.Provider>
        : <First answer={reference} />}
    </Layout>
  );
}
