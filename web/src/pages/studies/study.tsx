// SPDX-License-Identifier: MIT
// One study: whose it is as its sender wrote it, its series, what was found
// wrong with it, which request it answers, and what people decided about it.
import type { Reference } from "../../api.ts";
import { dicomDay, dicomTime, modalityWords, patientNumber, personName, sexWords, viewerLink, webLink } from "../../dicom.ts";
import type { SeriesRow, Study } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Back, PageTitle } from "../../parts/layout.tsx";
import { Show, Source } from "../../parts/state.tsx";
import { Modalities, StudyMarks, Thumbnail } from "../../parts/study.tsx";
import { DataTable } from "../../parts/table.tsx";
import { orgName, useReference } from "../../reference.ts";
import { bytes, capital, plural, stamp } from "../../words.ts";
import { Decisions } from "./decisions.tsx";
import { History } from "./history.tsx";

type Facts = [string, preact.ComponentChildren][];

function FactList({ facts, wide }: { facts: Facts; wide?: boolean }) {
  return (
    <dl class={`facts ${wide ? "facts--wide" : ""}`}>
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Identity({ data, reference }: { data: Study; reference: Reference }) {
  const facts: Facts = [
    ["Patient", <strong>{personName(data.patient_name)}{reference.synthetic ? " (made up)" : ""}</strong>],
    ["Number", <>{patientNumber(data.patient_id) || "none"}{data.issuer ? <span class="quiet"> of {orgName(reference, data.issuer)}</span> : ""}</>],
    ["Born", dicomDay(data.birth_date) || "not said"],
    ["Sex", sexWords(data.sex)],
    ["Study date", [dicomDay(data.date) || "not said", dicomTime(data.time)].filter(Boolean).join(", ")],
    ["Accession number", data.accession || "none"],
    ["Description", data.description || "none"],
    ["Modality", data.modalities ? <Modalities of={data.modalities} /> : "not said"],
    ["Referred by", data.referrer ? personName(data.referrer) : "not said"],
    ["Trust", orgName(reference, data.org)],
  ];
  return <FactList facts={facts} />;
}

function Request({ data }: { data: Study }) {
  if (data.pathway && data.pathway !== "0") {
    return <p>This study answers <a href={`/pathways/${data.pathway}`}>a request that Ribble knows</a>; its wait and events are there.</p>;
  }
  return (
    <p>
      <span class="tag tag--warn">No request</span> No request of {data.accession ? "this accession number" : "this study, which has no accession number,"} is known.
      The images are kept and shown all the same; when the request comes, they are matched to it.
    </p>
  );
}

function Findings({ text }: { text: string }) {
  const found = text.split(/[;,]\s*/).filter(Boolean);
  if (found.length === 0) return null;
  return (
    <section class="section" aria-labelledby="findings">
      <h2 id="findings">What was found in it</h2>
      <p class="lead">The images are kept exactly as they came. This is what does not keep to the standard, or should be looked at.</p>
      <ul class="notices">{found.map((one) => <li key={one}>{capital(one)}</li>)}</ul>
    </section>
  );
}

function seriesName(row: SeriesRow): string {
  return row.description || `${modalityWords(row.modality)}${row.number ? `, series ${row.number}` : ""}`;
}

function Series({ data }: { data: Study }) {
  return (
    <section class="section" aria-labelledby="series">
      <h2 id="series">Series</h2>
      <DataTable caption="Series" captionHidden rows={data.series_list} rowKey={(row) => row.uid} save="series" empty="No series is shown."
        columns={[
          { key: "picture", head: "Picture", noFile: true, cell: (row) => <Thumbnail study={data.uid} series={row.uid} modalities={row.modality} large /> },
          { key: "number", head: "Number", cell: (row) => row.number },
          { key: "what", head: "Series", names: true, cell: (row) => seriesName(row) },
          { key: "modality", head: "Modality", cell: (row) => <Modalities of={row.modality} />, value: (row) => row.modality },
          { key: "images", head: "Images", number: true, cell: (row) => row.instances },
          { key: "part", head: "Body part", cell: (row) => capital(row.body_part.toLowerCase()) },
          { key: "from", head: "Made by", long: true, cell: (row) => [row.station, row.manufacturer, row.institution].filter(Boolean).join(", ") },
          {
            key: "web", head: "DICOMweb", noFile: true,
            cell: (row) => <a href={`${webLink(data.uid, row.uid)}/instances`}>List<span class="nhsuk-u-visually-hidden"> of the instances of {seriesName(row)}</span></a>,
          },
        ]} />
    </section>
  );
}

function Head({ data }: { data: Study }) {
  const arriving = data.sealed ? `complete since ${stamp(data.changed_at)}` : `still arriving, the last image came ${stamp(data.changed_at)}`;
  return (
    <div class="study-head">
      <Thumbnail study={data.uid} modalities={data.modalities} large />
      <div>
        <p class="sentence">{plural(data.instances, "image")} in {plural(data.series, "series", "series")}, {bytes(data.size)}; {arriving}. <StudyMarks of={data} /></p>
        <p class="buttons">
          <a class="nhsuk-button nhsuk-button--small" href={viewerLink(data)} target="_blank" rel="opener">Open the images<span class="nhsuk-u-visually-hidden"> in a new tab</span></a>
          <a href={`${webLink(data.uid)}/instances`}>List its instances (DICOMweb)</a>
        </p>
      </div>
    </div>
  );
}

export function StudyPage({ id }: { id: string }) {
  const reference = useReference();
  const answer = useApi<Study>(`/api/studies/${encodeURIComponent(id)}`);
  const { data } = answer;
  return (
    <>
      <Back to="/studies">Studies</Back>
      <PageTitle title={data ? personName(data.patient_name) : "Study"} tab="Study"
        {...(data ? { caption: [data.description || data.modalities || "Study", dicomDay(data.date)].filter(Boolean).join(", ") } : {})} />
      <Show answer={answer} what="The study" tall>
        {(found) => (
          <>
            <Head data={found} />
            <Identity data={found} reference={reference} />
            <Request data={found} />
            <Series data={found} />
            <Findings text={found.findings} />
            <Decisions data={found} />
            <History study={found} />
            <Source source={`Study Instance UID ${found.uid}; as received, first ${stamp(found.began_at)}`} />
          </>
        )}
      </Show>
    </>
  );
}
