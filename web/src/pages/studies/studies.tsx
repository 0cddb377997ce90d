// SPDX-License-Identifier: MIT
// The study list: the newest first, narrowed by what one knows of the
// patient; a row opens the images.  It follows what arrives by itself.
import { ask, here, link } from "../../address.ts";
import type { Reference, Table } from "../../api.ts";
import { ageAt, dicomDay, dicomTime, patientNumber, personName, studyLink, viewerLink } from "../../dicom.ts";
import type { StudyRow } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { PageTitle } from "../../parts/layout.tsx";
import { Show } from "../../parts/state.tsx";
import { Modalities, StudyMarks, Thumbnail } from "../../parts/study.tsx";
import { type Column, DataTable, Files } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { count, plural, stamp } from "../../words.ts";
import { FILTERS, Search, daysAsked, isNarrowed } from "./search.tsx";

const PAGE = 50;
/** As many as the API gives at once. */
const FILE_MOST = 1000;

function Born({ row }: { row: StudyRow }) {
  if (!row.birth_date) return <span class="quiet">not said</span>;
  const age = ageAt(row.birth_date, row.date);
  return <>{dicomDay(row.birth_date)}{age !== null && <span class="quiet"> ({age})</span>}</>;
}

function columns(reference: Reference): Column<StudyRow>[] {
  return [
    {
      key: "picture", head: "Picture", noFile: true,
      cell: (row) => (
        <a class="thumb__link" href={viewerLink(row)} target="_blank" rel="opener" tabIndex={-1} aria-hidden="true">
          <Thumbnail study={row.uid} modalities={row.modalities} />
        </a>
      ),
    },
    {
      key: "name", head: "Patient", names: true,
      cell: (row) => (
        <>
          <a href={viewerLink(row)} target="_blank" rel="opener"><strong>{personName(row.patient_name)}</strong><span class="nhsuk-u-visually-hidden">, images in a new tab</span></a>
          <br /><span class="number-of">{patientNumber(row.patient_id) || "no number"}</span> <span class="quiet">{orgShort(reference, row.issuer)}</span>
        </>
      ),
    },
    { key: "born", head: "Born", keep: true, cell: (row) => <Born row={row} /> },
    {
      key: "date", head: "Study date", keep: true,
      cell: (row) => <>{dicomDay(row.date) || "no date"}<br /><span class="quiet">{dicomTime(row.time)}</span></>,
    },
    { key: "modalities", head: "Modality", cell: (row) => <Modalities of={row.modalities} /> },
    {
      key: "description", head: "Description", long: true,
      cell: (row) => <>{row.description || <span class="quiet">none</span>} <StudyMarks of={row} /></>,
    },
    { key: "accession", head: "Accession", cell: (row) => row.accession || <span class="quiet">none</span> },
    {
      key: "images", head: "Series and images", keep: true,
      cell: (row) => <>{plural(row.series, "series", "series")}<br />{plural(row.instances, "image")}</>,
    },
    { key: "trust", head: "Trust", cell: (row) => orgShort(reference, row.org) },
    {
      key: "request", head: "Request",
      cell: (row) => (row.pathway !== "0" && row.pathway ? <a href={`/pathways/${row.pathway}`}>Matched<span class="nhsuk-u-visually-hidden"> to the request of {personName(row.patient_name)}</span></a> : <span class="tag tag--warn">No request</span>),
    },
    {
      key: "details", head: "More", noFile: true,
      cell: (row) => <a href={studyLink(row.uid)}>Details<span class="nhsuk-u-visually-hidden"> of the study of {personName(row.patient_name)}</span></a>,
    },
  ];
}

function openViewer(row: StudyRow): void {
  window.open(viewerLink(row), "_blank");
}

function Pager({ more, offset }: { more: boolean; offset: number }) {
  return (
    <nav class="pager" aria-label="Pages of the list">
      {offset > PAGE && <a href={here({ offset: null })}>Newest</a>}
      {offset > 0 && <a href={here({ offset: offset > PAGE ? offset - PAGE : null })}>Newer {PAGE}</a>}
      {more && <a href={here({ offset: offset + PAGE })}>Older {PAGE}</a>}
    </nav>
  );
}

/** How many are still coming, said once for all who listen. */
function Arriving({ rows }: { rows: StudyRow[] }) {
  const coming = rows.filter((row) => !row.sealed);
  const newest = coming.map((row) => row.changed_at).sort().at(-1);
  return (
    <p class="found" role="status">
      {coming.length > 0
        ? <><span class="tag tag--live">Arriving</span> {plural(coming.length, "study", "studies")} on this page may still get images; the last came {stamp(newest)}.</>
        : "Nothing on this page is still arriving."}
    </p>
  );
}

const NONE = "No study fits. Check the spelling, try fewer letters of the name, or widen the dates.";
const NONE_YET = "The archive holds no study yet. It shows here as soon as a system sends one; see Systems for who may.";

export function Studies() {
  const reference = useReference();
  const offset = Number(ask("offset", "0")) || 0;
  const filters = { ...Object.fromEntries(FILTERS.map((name) => [name, ask(name)])), ...daysAsked(reference.today) };
  const answer = useApi<Table<StudyRow>>(link("/api/studies", { ...filters, limit: PAGE + 1, offset: offset || null }));
  return (
    <>
      <PageTitle title="Studies" />
      <Search />
      <Show answer={answer} what="The studies" tall>
        {(data) => (
          <>
            {data.rows.length > 0 && <Arriving rows={data.rows.slice(0, PAGE)} />}
            {offset > 0 && <p>Studies {count(offset + 1)} to {count(offset + Math.min(PAGE, data.rows.length))}, newest first.</p>}
            <DataTable caption="Studies, newest first" captionHidden rows={data.rows.slice(0, PAGE)} rowKey={(row) => row.uid}
              columns={columns(reference)} onRow={openViewer} empty={isNarrowed() ? NONE : NONE_YET} />
            <Pager more={data.rows.length > PAGE} offset={offset} />
            <Files url={link("/api/studies", { ...filters, limit: FILE_MOST })} what={`the newest ${count(FILE_MOST)} of these studies`} />
          </>
        )}
      </Show>
    </>
  );
}
