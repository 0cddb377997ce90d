// SPDX-License-Identifier: MIT
// What every chart has around it: a name, a way to walk it by keyboard and
// pointer with the same words read out, its table one key away, and files.
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { type Words, savePng, saveSvg } from "./picture.ts";
import { nearest } from "./scale.ts";
import { useWidth } from "./width.ts";

interface FigureProps {
  title: string;
  /** Said to those who do not see the drawing. */
  description: string;
  height: number;
  /** Places of the points along the drawing, for the pointer. */
  xs: (width: number) => number[];
  selected: number | null;
  onSelect: (point: number | null) => void;
  /** Words for a point. */
  read: (point: number) => string;
  onChoose?: (point: number) => void;
  /** A click chooses, as Enter does. */
  clicks?: boolean;
  draw: (width: number) => ComponentChildren;
  table: ComponentChildren;
  tableOpen: boolean;
  onTable: (open: boolean) => void;
  words: () => Words;
  links?: ComponentChildren;
  hint?: string;
}

function walk(key: string, at: number | null, n: number): number | null | undefined {
  const start = at ?? n;
  switch (key) {
    case "ArrowRight": case "ArrowUp": return at === null ? n - 1 : Math.min(n - 1, at + 1);
    case "ArrowLeft": case "ArrowDown": return Math.max(0, Math.min(n - 1, start - 1));
    case "Home": return 0;
    case "End": return n - 1;
    case "PageUp": return Math.max(0, Math.min(n - 1, start) - 12);
    case "PageDown": return Math.min(n - 1, (at ?? 0) + 12);
    case "Escape": return null;
    default: return undefined;
  }
}

function Tools(props: FigureProps & { chart: () => SVGSVGElement | null; tableId: string }) {
  const [said, setSaid] = useState("");
  const save = (how: typeof saveSvg | typeof savePng, kind: string) => async () => {
    const chart = props.chart();
    if (!chart) return;
    await how(chart, props.words());
    setSaid(`${kind} saved.`);
  };
  return (
    <div class="figure__tools">
      <button type="button" class="plain-button" aria-expanded={props.tableOpen} aria-controls={props.tableId}
        aria-keyshortcuts="t" onClick={() => props.onTable(!props.tableOpen)}>
        {props.tableOpen ? "Hide the table" : "Show as table"} <kbd>T</kbd>
      </button>
      <button type="button" class="plain-button" onClick={save(savePng, "PNG")}>PNG</button>
      <button type="button" class="plain-button" onClick={save(saveSvg, "SVG")}>SVG</button>
      {props.links}
      <span role="status" class="nhsuk-u-visually-hidden">{said}</span>
    </div>
  );
}

export function Figure(props: FigureProps) {
  const [box, width] = useWidth();
  const id = useId();
  const holder = useRef<HTMLDivElement>(null);
  const chart = () => holder.current?.querySelector("svg") ?? null;
  const xs = width > 0 ? props.xs(width) : [];
  const onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if ((event.target as Element).closest("input, select, textarea")) return;
    if (event.key === "t" || event.key === "T") {
      event.preventDefault();
      return props.onTable(!props.tableOpen);
    }
    if (event.target !== holder.current) return;
    if (event.key === "Enter" && props.selected !== null) return props.onChoose?.(props.selected);
    const to = walk(event.key, props.selected, xs.length);
    if (to === undefined) return;
    event.preventDefault();
    props.onSelect(to);
  };
  const point = (event: PointerEvent) => {
    const left = holder.current?.getBoundingClientRect().left ?? 0;
    if (xs.length) props.onSelect(nearest(xs, event.clientX - left));
  };
  return (
    <figure class="figure" aria-labelledby={`${id}-t`} onKeyDown={onKey}>
      <figcaption id={`${id}-t`} class="h3">{props.title}</figcaption>
      <div ref={box} class="figure__box">
        <div ref={holder} class="figure__chart" style={{ height: `${props.height}px` }} tabIndex={0} role="application" aria-roledescription="chart"
          aria-label={`${props.title}. ${props.description}`} aria-describedby={`${id}-h`}
          onPointerMove={point} onPointerDown={point}
          onClick={() => props.clicks && props.selected !== null && props.onChoose?.(props.selected)}>
          {width > 0 && props.draw(width)}
        </div>
      </div>
      <p class={props.selected === null ? "figure__readout figure__readout--hint" : "figure__readout"} aria-live="polite" aria-atomic="true">
        {props.selected !== null ? props.read(props.selected) : props.hint ?? "Move over the chart, or press the arrow keys on it, to read each point."}
      </p>
      <p id={`${id}-h`} class="nhsuk-u-visually-hidden">
        Arrow keys move from point to point, Home and End go to the first and the last, T shows the table.
      </p>
      <Tools {...props} chart={chart} tableId={`${id}-d`} />
      <div id={`${id}-d`} class="figure__table" hidden={!props.tableOpen} tabIndex={0} role="region" aria-label={`Table: ${props.title}`}>
        {props.tableOpen && props.table}
      </div>
    </figure>
  );
}
