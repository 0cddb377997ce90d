// SPDX-License-Identifier: MIT
// What the network has decided (rules, targets), what the program was told
// (settings), whose data these are, and how the program is.
import { ask, change } from "../../address.ts";
import type { RuleRow, SettingRow, Table, TargetRow } from "../../api.ts";
import { status, useApi } from "../../live.ts";
import { PageTitle } from "../../parts/layout.tsx";
import { Show } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { findMeasure, orgShort, testName, useReference } from "../../reference.ts";
import { amount, capital, count, day, plural, stamp } from "../../words.ts";
import { AddRule } from "./rule.tsx";

function Rules() {
  const answer = useApi<Table<RuleRow>>("/api/rules");
  return (
    <section aria-labelledby="rules">
      <h2 id="rules">Rules of the clock</h2>
      <p class="lead">How a wait is counted where the national guidance leaves room, or could not be confirmed. A rule holds from its date on; the older ones stay on record.</p>
      <Show answer={answer} what="The rules" room={385}>
        {(data) => (
          <>
            <DataTable caption="Rules of the clock" captionHidden rows={data.rows} rowKey={(row) => row.name + row.from + (row.made_at ?? "")}
              empty="No rules are set."
              columns={[
                { key: "name", head: "Rule", names: true, cell: (row) => capital(row.sentence) },
                { key: "value", head: "Holds", cell: (row) => <strong>{row.value ? "Yes (1)" : "No (0)"}</strong> },
                { key: "from", head: "From", keep: true, cell: (row) => (row.from ? day(row.from) : "the beginning") },
                { key: "by", head: "Set by", cell: (row) => row.set_by ?? "as Ribble comes" },
                { key: "why", head: "Why", long: true, cell: (row) => row.reason ?? "" },
              ]} />
            <Files url="/api/rules" what="the rules" />
            <AddRule rules={data.rows} />
          </>
        )}
      </Show>
    </section>
  );
}

function everywhere(code: string, name: (code: string) => string, all: string): string {
  return code === "*" || code === "" ? all : name(code);
}

function Aims({ rows, caption }: { rows: TargetRow[]; caption: string }) {
  const reference = useReference();
  return (
    <DataTable caption={caption} captionHidden rows={rows} rowKey={(row) => [row.measure, row.org, row.test, row.kind, row.from, row.made_at].join()}
      sort="targets" first="measure" empty="None is set."
      columns={[
        { key: "measure", head: "Measure", names: true, by: (row) => row.measure, cell: (row) => findMeasure(reference, row.measure)?.title ?? row.measure },
        { key: "org", head: "Where", by: (row) => row.org, cell: (row) => everywhere(row.org, (code) => orgShort(reference, code), "Everywhere") },
        { key: "test", head: "Test", by: (row) => String(row.test), cell: (row) => everywhere(String(row.test), (code) => testName(reference, code), "All tests") },
        { key: "from", head: "From", keep: true, by: (row) => row.from, cell: (row) => day(row.from) },
        { key: "value", head: "Value", number: true, by: (row) => row.value, cell: (row) => amount(row.value, findMeasure(reference, row.measure)?.unit ?? "") },
        { key: "by", head: "Set by", cell: (row) => row.set_by },
        { key: "why", head: "Why", long: true, cell: (row) => row.reason },
      ]} />
  );
}

/** Plans are long, a line for each month: shown when asked for. */
function Plans({ rows }: { rows: TargetRow[] }) {
  const open = ask("plans") === "1";
  if (rows.length === 0) return null;
  return (
    <>
      <p>
        <button type="button" class="plain-button" aria-expanded={open} onClick={() => change({ plans: !open }, "replace")}>
          {open ? "Hide the plans" : `Show the plans: ${plural(rows.length, "month")}`}
        </button>
      </p>
      {open && <Aims rows={rows} caption="Plans" />}
    </>
  );
}

function Targets() {
  const answer = useApi<Table<TargetRow>>("/api/targets");
  return (
    <section class="section" aria-labelledby="targets">
      <h2 id="targets">Targets and plans</h2>
      <p class="lead">Set on the <a href="/plan">improvement plan</a> of a trust and test, or sent as a targets file.</p>
      <Show answer={answer} what="The targets" room={230}>
        {(data) => (
          <>
            <Aims rows={data.rows.filter((row) => row.kind !== "trajectory")} caption="Targets" />
            <Files url="/api/targets" what="targets and plans" />
            <Plans rows={data.rows.filter((row) => row.kind === "trajectory")} />
          </>
        )}
      </Show>
    </section>
  );
}

function Program() {
  const answer = useApi<Table<SettingRow>>("/api/settings");
  return (
    <section class="section" aria-labelledby="program">
      <h2 id="program">Settings of the program</h2>
      <p class="lead">Read from its settings file, the environment and the command line; "ribble help" tells how to change them.</p>
      <Show answer={answer} what="The settings">
        {(data) => (
          <DataTable caption="Settings of the program" captionHidden rows={data.rows} rowKey={(row) => row.name}
            columns={[
              { key: "name", head: "Setting", names: true, cell: (row) => <span class="code">{row.name}</span> },
              { key: "value", head: "Value", cell: (row) => <span class="code">{String(row.value)}</span> },
              { key: "what", head: "What it is", long: true, cell: (row) => capital(row.sentence) },
              { key: "standard", head: "When not set", cell: (row) => <span class="code">{String(row.standard) || "empty"}</span> },
            ]} />
        )}
      </Show>
    </section>
  );
}

function About() {
  const now = status.value;
  const facts: [string, string][] = [
    ["Version", now?.version ?? "…"],
    ["Database", now?.database ?? "…"],
    ["Running since", stamp(now?.started_at)],
    ["Journal entries", count(now?.journal)],
    ["Data", now?.synthetic ? "Published DM01 figures; every patient is SYNTHETIC" : "As sent by the trusts"],
    ["State", now?.loading ? `Loading: ${now.loading.what}` : "Ready"],
  ];
  return (
    <section class="section" aria-labelledby="about">
      <h2 id="about">About</h2>
      <dl class="facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <div class="prose">
        <h3>Whose data these are</h3>
        <p>
          Published waits and activity: NHS England, Monthly Diagnostics Waiting Times and Activity (DM01), April 2023 to March 2026. Contains public
          sector information licensed under the <a href="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/">Open Government Licence v3.0</a>.
          The figures were taken from a published model of the monthly workbooks: check a month against NHS England's own workbook before quoting it elsewhere.
        </p>
        <h3>How charts are judged</h3>
        <p>
          XmR charts by the rules of NHS England's Making Data Count programme, as the NHS-R Community's NHSRplotthedots package works them out: a point outside the limits, a run of seven
          on one side of the mean, seven points that rise or fall, two of three near a limit. The icons are drawn for Ribble.
        </p>
        <h3>What this program is</h3>
        <p>Ribble is free software under the MIT licence. It counts and shows; it is not a medical device and gives no advice on any patient.</p>
      </div>
    </section>
  );
}

export function Settings() {
  return (
    <>
      <PageTitle title="Settings and about" />
      <Rules />
      <Targets />
      <Program />
      <About />
    </>
  );
}
