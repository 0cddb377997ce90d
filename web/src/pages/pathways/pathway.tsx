// SPDX-License-Identifier: MIT
// One request's story, and why its clock stands where it stands.
import type { Pathway as Answer, PathwayEvent, Reference } from "../../api.ts";
import { useApi } from "../../live.ts";
import { orgName, siteName, testCode, useReference } from "../../reference.ts";
import { Back, PageTitle } from "../../parts/layout.tsx";
import { Show, Source } from "../../parts/state.tsx";
import { DataTable } from "../../parts/table.tsx";
import { band, capital, count, day, stamp } from "../../words.ts";
import { stateWords } from "./columns.tsx";

function Facts({ data, reference }: { data: Answer; reference: Reference }) {
  const facts: [string, string][] = [
    ["Trust", orgName(reference, data.provider)],
    ["Patient", `${data.patient}${reference.synthetic ? " (made up)" : ""}`],
    ["Test", data.test_name],
    ["Priority", capital(data.priority ?? "")],
    ["Asked for at", siteName(reference, data.site_of_request) || "not said"],
    ["Scan at", siteName(reference, data.site_of_scan) || "not said"],
    ["Appointment", `${stateWords(data.state)}${data.appointment_at ? `, ${stamp(data.appointment_at)}` : ""}`],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function bandOf(value: number | string | null): string {
  return typeof value === "number" ? band(value) : (value ?? "");
}

function Clock({ data }: { data: Answer }) {
  const { clock } = data;
  return (
    <div class="clock">
      <p class="clock__days">
        {clock.days === null ? "No clock" : <><strong>{count(clock.days)}</strong> {clock.days === 1 ? "day" : "days"}</>}
        <span class="quiet">
          {clock.start ? ` from ${day(clock.start)}` : ""}{clock.stop ? ` to ${day(clock.stop)}` : clock.start ? " until today" : ""}
          {clock.band !== null && clock.band !== undefined ? `, band ${bandOf(clock.band)}` : ""}
        </span>
      </p>
      <p class="sentence">{capital(clock.sentence)}</p>
    </div>
  );
}

function eventWords(event: PathwayEvent) {
  return (
    <>
      {capital(event.words)}
      {event.appointment_at && <span class="quiet"> for {stamp(event.appointment_at)}</span>}
    </>
  );
}

function Events({ data, reference }: { data: Answer; reference: Reference }) {
  const rows = data.events.map((event, n) => ({ ...event, n }));
  return (
    <DataTable caption="What happened, and what each event did to the clock" rows={rows} rowKey={(event) => String(event.n)} save={`pathway-${data.accession}`}
      columns={[
        { key: "at", head: "When", names: true, keep: true, cell: (event) => stamp(event.at), value: (event) => event.at },
        { key: "what", head: "What happened", cell: eventWords, value: (event) => event.words },
        { key: "clock", head: "The clock", cell: (event) => (event.clock ? <strong>{capital(event.clock)}</strong> : <span class="quiet">goes on</span>), value: (event) => event.clock },
        { key: "site", head: "Where", cell: (event) => [siteName(reference, event.site), event.provider_kind].filter(Boolean).join(", ") },
        {
          key: "from", head: "Told by", keep: true,
          cell: (event) => (event.submission ? <a href={`/submissions/${event.submission}`}>its file{event.line ? `, line ${event.line}` : ""}</a> : ""),
          value: (event) => event.submission,
        },
      ]} />
  );
}

export function Pathway({ id }: { id: string }) {
  const reference = useReference();
  const answer = useApi<Answer>(`/api/pathways/${encodeURIComponent(id)}`);
  const { data } = answer;
  return (
    <>
      <Back to="/pathways" params={data ? { org: data.provider, test: testCode(reference, data.test), list: "waiting" } : {}}>Pathways</Back>
      <PageTitle title={data ? `${data.test_name}, ${data.accession}` : "Pathway"} />
      <Show answer={answer} what="The pathway" tall>
        {(found) => (
          <>
            <Clock data={found} />
            <Facts data={found} reference={reference} />
            <Events data={found} reference={reference} />
            <Source source={`${found.source_note ?? "Events sent by the trust"}; the clock follows the rules set by the network`}>{" "}<a href="/settings">See the rules</a></Source>
          </>
        )}
      </Show>
    </>
  );
}
