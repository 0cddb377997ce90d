// SPDX-License-Identifier: MIT
// The list by trust, test, site, priority and appointment.
import type { Waited, Waiting } from "../../api.ts";
import { DataTable } from "../../parts/table.tsx";
import { orgShort, siteName, testCode, useReference } from "../../reference.ts";
import { capital, count, percent } from "../../words.ts";
import { pathwaysLink } from "../pathways/links.ts";
import { stateWords } from "../pathways/columns.tsx";
import type { Scope } from "./waiting.tsx";

interface Line extends Waited { value: string; words: string }

function Number({ n, to }: { n: number; to: string | null }) {
  return to ? <a href={to}>{count(n)}</a> : <>{count(n)}</>;
}

function Breakdown(props: { caption: string; what: string; filter: string; sort: string; lines: Line[]; at: Scope }) {
  // What is not known cannot be asked for.
  const to = (line: Line, band?: string) => (line.value ? pathwaysLink({ ...props.at, list: "waiting", [props.filter]: line.value, band }) : null);
  return (
    <DataTable caption={props.caption} rows={props.lines} rowKey={(line) => line.value} sort={props.sort} first="-list" save={`waiting-by-${props.filter}`}
      empty={`${props.caption}: nobody is waiting.`}
      columns={[
        { key: "words", head: props.what, names: true, cell: (line) => line.words, by: (line) => line.words },
        { key: "list", head: "Waiting", number: true, cell: (line) => <Number n={line.list} to={to(line)} />, by: (line) => line.list },
        { key: "over6", head: "6+ weeks", number: true, cell: (line) => <Number n={line.over6} to={to(line, "6+")} />, by: (line) => line.over6 },
        { key: "share", head: "Share", number: true, cell: (line) => percent(line.list ? (100 * line.over6) / line.list : null), by: (line) => (line.list ? line.over6 / line.list : null) },
        { key: "over13", head: "13+ weeks", number: true, cell: (line) => <Number n={line.over13} to={to(line, "13+")} />, by: (line) => line.over13 },
      ]} />
  );
}

export function Breakdowns({ data, at }: { data: Waiting; at: Scope }) {
  const reference = useReference();
  if (!data.live) {
    return <p class="section empty">Who waited where is told for today's list. For a past day, the bands and the weeks above are kept.</p>;
  }
  const orgs = data.by_org.map((row) => ({ ...row, value: row.org, words: orgShort(reference, row.org) }));
  const tests = data.by_test.map((row) => {
    return { ...row, value: testCode(reference, row.test), words: row.name };
  });
  const sites = data.by_site.map((row) => ({ ...row, value: row.site || "none", words: capital(row.name || siteName(reference, row.site)) }));
  const priorities = data.by_priority.map((row) => ({ ...row, value: row.priority, words: capital(row.words || row.priority) }));
  const states = data.by_state.map((row) => ({ ...row, value: row.state, words: capital(row.words || stateWords(row.state)) }));
  return (
    <section class="section" aria-labelledby="breakdowns">
      <h2 id="breakdowns">Where they wait, for what, and what is arranged</h2>
      <div class="pair pair--tables">
        {orgs.length > 1 && <Breakdown caption="By trust" what="Trust" filter="org" sort="orgs" lines={orgs} at={at} />}
        {tests.length > 1 && <Breakdown caption="By test" what="Test" filter="test" sort="tests" lines={tests} at={at} />}
        <Breakdown caption="By site of the scan" what="Site" filter="site" sort="sites" lines={sites} at={at} />
        <Breakdown caption="By appointment" what="Appointment" filter="state" sort="states" lines={states} at={at} />
        <Breakdown caption="By priority" what="Priority" filter="priority" sort="priorities" lines={priorities} at={at} />
      </div>
    </section>
  );
}
