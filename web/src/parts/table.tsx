// SPDX-License-Identifier: MIT
// One table for every page: a caption, sortable heads whose order lives in
// the address, a region that scrolls by itself when the screen is narrow, and
// the same rows as CSV and XLSX.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ask, change } from "../address.ts";
import { SaveSheet } from "./sheet.tsx";

export interface Column<Row> {
  key: string;
  head: string;
  cell: (row: Row) => ComponentChildren;
  /** What to sort by; a column without it cannot be sorted. */
  by?: (row: Row) => number | string | null | undefined;
  number?: boolean;
  /** Stays on one line. */
  keep?: boolean;
  /** Sentences: kept wide enough to read on a small screen. */
  long?: boolean;
  /** This cell names the row. */
  names?: boolean;
  /** What a file holds for it, if not what is shown. */
  value?: (row: Row) => number | string | null | undefined;
  /** Has no place in a file. */
  noFile?: boolean;
}

interface TableProps<Row> {
  caption: string;
  captionHidden?: boolean;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** Name of the address value that holds the order, e.g. "sort". */
  sort?: string;
  first?: string;
  empty?: string;
  /** Offers the rows as files of this name. */
  save?: string;
  /** What a click on a row does, for a mouse; the row must have a link that does the same. */
  onRow?: (row: Row) => void;
}

/** A click that was meant for the row: not for what is in it, and not the end of marking text. */
function meantRow(event: MouseEvent): boolean {
  const inside = (event.target as Element | null)?.closest("a, button, input, select, summary, label");
  return !inside && event.button === 0 && String(getSelection()) === "";
}

/** A region that can be scrolled takes the focus only when there is something to scroll. */
export function Scroll(props: { label: string; class?: string; children: ComponentChildren }) {
  const region = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const element = region.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setOver(element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1));
    watch.observe(element);
    if (element.firstElementChild) watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, []);
  const focusable = over ? { tabIndex: 0, role: "region" as const, "aria-label": `${props.label}, scrolls` } : {};
  return <div ref={region} class={`scroll ${props.class ?? ""}`} {...focusable}>{props.children}</div>;
}

export function ordered<Row>(rows: Row[], by: NonNullable<Column<Row>["by"]>, down: boolean): Row[] {
  const value = (row: Row) => by(row) ?? null;
  return [...rows].sort((one, other) => {
    const a = value(one);
    const b = value(other);
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return down ? -order : order;
  });
}

/** The order that the address asks for: "over6" or "-over6" (downwards). */
export function order(name: string, first = ""): { key: string; down: boolean } {
  const text = ask(name, first);
  return text.startsWith("-") ? { key: text.slice(1), down: true } : { key: text, down: false };
}

export function SortHead(props: {
  sort: string; first?: string; value: string; number?: boolean; class?: string; after?: ComponentChildren;
  children: ComponentChildren;
}) {
  const now = order(props.sort, props.first);
  const on = now.key === props.value;
  const next = on ? (now.down ? props.value : `-${props.value}`) : props.number ? `-${props.value}` : props.value;
  return (
    <th scope="col" class={props.class} aria-sort={on ? (now.down ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={() => change({ [props.sort]: next }, "replace")}>
        {props.children}
        <svg class="sort__mark" width="9" height="14" viewBox="0 0 9 14" aria-hidden="true" focusable="false">
          <path d="M4.5 1l4 5h-8z" opacity={on && !now.down ? 1 : 0.25} fill="currentColor" />
          <path d="M4.5 13l4 -5h-8z" opacity={on && now.down ? 1 : 0.25} fill="currentColor" />
        </svg>
      </button>
      {props.after}
    </th>
  );
}

function Heads<Row>(props: TableProps<Row>) {
  return (
    <thead>
      <tr>
        {props.columns.map((column) => {
          const shape = column.number ? "number" : undefined;
          if (!props.sort || !column.by) return <th key={column.key} scope="col" class={shape}>{column.head}</th>;
          return (
            <SortHead key={column.key} sort={props.sort} value={column.key}
              {...(props.first ? { first: props.first } : {})} number={column.number ?? false} {...(shape ? { class: shape } : {})}>
              {column.head}
            </SortHead>
          );
        })}
      </tr>
    </thead>
  );
}

function Cells<Row>(props: { columns: Column<Row>[]; row: Row }) {
  return (
    <>
      {props.columns.map((column) => {
        const shape = column.number ? "number" : column.keep ? "keep" : column.long ? "long" : undefined;
        return column.names
          ? <th key={column.key} scope="row" class={shape}>{column.cell(props.row)}</th>
          : <td key={column.key} class={shape}>{column.cell(props.row)}</td>;
      })}
    </>
  );
}

export function DataTable<Row>(props: TableProps<Row>) {
  const id = useId();
  const wanted = props.sort ? order(props.sort, props.first) : null;
  const by = wanted && props.columns.find((column) => column.key === wanted.key)?.by;
  const rows = by && wanted ? ordered(props.rows, by, wanted.down) : props.rows;
  if (rows.length === 0) return <p class="empty">{props.empty ?? "Nothing here."}</p>;
  const table = (
    <Scroll label={props.caption}>
      <table class="data" aria-labelledby={id}>
        <Heads {...props} />
        <tbody>
          {rows.map((row) => (
            <tr key={props.rowKey(row)} class={props.onRow ? "opens" : undefined}
              onClick={props.onRow ? (event) => meantRow(event) && props.onRow?.(row) : undefined}><Cells columns={props.columns} row={row} /></tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
  return (
    <div class="table">
      <p id={id} class={props.captionHidden ? "nhsuk-u-visually-hidden" : "caption"}>{props.caption}</p>
      {table}
      {props.save && <SaveSheet name={props.save} what={props.caption} columns={props.columns} rows={rows} />}
    </div>
  );
}

/** The same rows as files. */
export function Files(props: { url: string; what: string }) {
  const join = props.url.includes("?") ? "&" : "?";
  return (
    <p class="files">
      <a href={`${props.url}${join}format=csv`} download>CSV<span class="nhsuk-u-visually-hidden"> of {props.what}</span></a>
      {" "}
      <a href={`${props.url}${join}format=xlsx`} download>Excel<span class="nhsuk-u-visually-hidden"> of {props.what}</span></a>
    </p>
  );
}
