// SPDX-License-Identifier: MIT
// A table as a file, for tables that the API does not give as one: what is on
// the page, with the figures unrounded.
import { useState } from "preact/hooks";
import { give } from "./charts/picture.ts";
import type { Column } from "./table.tsx";

type Value = string | number | null | undefined;

/** What a cell holds, without its dress. */
function plain<Row>(column: Column<Row>, row: Row): Value {
  if (column.value) return column.value(row);
  if (column.by) return column.by(row);
  const shown = column.cell(row);
  return typeof shown === "string" || typeof shown === "number" ? shown : null;
}

/** A column of buttons holds nothing. */
function sheet<Row>(columns: Column<Row>[], rows: Row[]): Value[][] {
  const kept = columns.filter((column) => !column.noFile);
  return [kept.map((column) => column.head), ...rows.map((row) => kept.map((column) => plain(column, row)))];
}

/** RFC 4180: quotes only where they are needed. */
export function csv(rows: Value[][]): string {
  const field = (value: Value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** The library comes only when somebody wants a workbook. */
async function saveXlsx(rows: Value[][], name: string): Promise<void> {
  const { default: write } = await import("write-excel-file/browser");
  const [head = [], ...body] = rows;
  const cells = [
    head.map((value) => ({ value: String(value), fontWeight: "bold" as const })),
    ...body.map((row) => row.map((value) => (value === null || value === undefined ? null : { value }))),
  ];
  await give(await write(cells).toBlob(), `${name}.xlsx`);
}

export function SaveSheet<Row>(props: { name: string; what: string; columns: Column<Row>[]; rows: Row[] }) {
  const [said, setSaid] = useState("");
  const rows = () => sheet(props.columns, props.rows);
  const asCsv = () => {
    give(new Blob([csv(rows())], { type: "text/csv" }), `${props.name}.csv`);
    setSaid("CSV saved.");
  };
  const asXlsx = () => {
    void saveXlsx(rows(), props.name).then(() => setSaid("Excel file saved."), () => setSaid("The Excel file could not be made; try CSV."));
  };
  return (
    <span class="files">
      <button type="button" class="plain-button" onClick={asCsv}>CSV<span class="nhsuk-u-visually-hidden"> of {props.what}</span></button>
      <button type="button" class="plain-button" onClick={asXlsx}>Excel<span class="nhsuk-u-visually-hidden"> of {props.what}</span></button>
      <span role="status" class="nhsuk-u-visually-hidden">{said}</span>
    </span>
  );
}
