// SPDX-License-Identifier: MIT
// What a row of pathways says.
import type { PathwayRow, Reference } from "../../api.ts";
import type { Column } from "../../parts/table.tsx";
import { orgShort, siteName } from "../../reference.ts";
import { capital, count, day, stamp } from "../../words.ts";

const STATES: Record<string, string> = {
  requested: "Waiting to be booked", booked: "Booked", missed: "To be booked again", arrived: "Arrived",
  performed: "Done, waiting for a report", reported: "Reported", withdrawn: "Withdrawn",
};

export function stateWords(state: string | null): string {
  if (!state) return "Not known";
  return STATES[state] ?? capital(state.replaceAll("-", " "));
}

/** A list of one trust need not name it in every row. */
export function pathwayColumns(reference: Reference, oneTrust: boolean, done = false): Column<PathwayRow>[] {
  const trust: Column<PathwayRow> = { key: "trust", head: "Trust", cell: (row) => orgShort(reference, row.provider) };
  const doneOn: Column<PathwayRow> = { key: "done", head: "Done", keep: true, cell: (row) => day(row.done_on) };
  return [
    {
      key: "accession", head: "Pathway", names: true, keep: true,
      cell: (row) => <a href={`/pathways/${row.id}`}>{row.accession}</a>,
    },
    ...(oneTrust ? [] : [trust]),
    ...(done ? [doneOn] : []),
    { key: "wait", head: "Days waited", number: true, cell: (row) => <strong>{count(row.wait_days)}</strong> },
    { key: "test", head: "Test", cell: (row) => row.test_name },
    { key: "patient", head: "Patient", keep: true, cell: (row) => row.patient },
    { key: "priority", head: "Priority", cell: (row) => capital(row.priority ?? "") },
    { key: "site", head: "Site of the scan", cell: (row) => siteName(reference, row.site_of_scan) },
    { key: "start", head: "Clock start", keep: true, cell: (row) => day(row.clock_start) },
    {
      key: "state", head: "Appointment",
      cell: (row) => <>{stateWords(row.state)}{row.appointment_at && <span class="quiet">, {stamp(row.appointment_at)}</span>}</>,
    },
  ];
}
