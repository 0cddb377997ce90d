// SPDX-License-Identifier: MIT
// An SPC chart as Making Data Count draws it.  Every point's shape says what
// its colour says: a small dot is chance, a square is concern, a diamond is
// improvement, a triangle is a change that is neither.
import type { Spc, SpcPoint } from "../../api.ts";
import { amount, period } from "../../words.ts";
import { COLOUR } from "../icons.tsx";
import { type Scale, dateTicks, dayNumber, linear, path, round, spread, valueScale } from "./scale.ts";

export interface Place { left: number; right: number; top: number; bottom: number; width: number; height: number }

export function placeOf(width: number, height: number): Place {
  const wide = width >= 620;
  return { left: 46, right: wide ? 118 : 12, top: 26, bottom: wide ? 58 : 92, width, height };
}

/** How far beyond the last point a plan is drawn: half a year. */
const AHEAD = 184;

function planned(data: Spc) {
  const last = dayNumber(data.points.at(-1)?.date ?? "9999-12-31");
  return inForce(data.trajectory, (one) => one.date).filter((one) => dayNumber(one.date) <= last + AHEAD);
}

/** Of several for one day the last counts: nearer to this chart, or newer. */
export function inForce<One>(list: One[], day: (one: One) => string): One[] {
  return [...new Map(list.map((one) => [day(one), one])).values()].sort((a, b) => day(a).localeCompare(day(b)));
}

function span(data: Spc): [number, number] {
  const days = [...data.points, ...planned(data)].map((point) => dayNumber(point.date));
  return [Math.min(...days), Math.max(...days)];
}

export function xScale(data: Spc, place: Place): (date: string) => number {
  const [first, last] = span(data);
  const to = linear(first, last, place.left + 8, place.width - place.right - 8);
  return (date) => to(dayNumber(date));
}

/** Every value that must be in sight. */
export function values(data: Spc): number[] {
  const all: (number | null)[] = [data.target, ...planned(data).map((one) => one.value)];
  for (const point of data.points) all.push(point.value, point.upper, point.lower);
  const known = all.filter((value): value is number => value !== null && Number.isFinite(value));
  const least = Math.min(...data.points.map((point) => point.value));
  return least >= 0 ? known.map((value) => Math.max(0, value)) : known;
}

export function Mark(props: { x: number; y: number; type: string; small?: boolean }) {
  const { x, y, type } = props;
  const r = props.small ? 3.4 : 5.2;
  switch (type) {
    case "concern":
      return <rect x={round(x - r)} y={round(y - r)} width={2 * r} height={2 * r} fill={COLOUR.concern} stroke={COLOUR.concernLine} stroke-width="1.2" />;
    case "improvement":
      return <path d={`M${round(x)} ${round(y - r * 1.35)}l${r * 1.35} ${r * 1.35}l${-r * 1.35} ${r * 1.35}l${-r * 1.35} ${-r * 1.35}z`} fill={COLOUR.improvement} stroke={COLOUR.improvementLine} stroke-width="1.2" />;
    case "neutral_high":
      return <path d={`M${round(x)} ${round(y - r * 1.2)}l${r * 1.2} ${r * 2.1}h${-r * 2.4}z`} fill={COLOUR.neutral} stroke={COLOUR.neutralLine} />;
    case "neutral_low":
      return <path d={`M${round(x)} ${round(y + r * 1.2)}l${r * 1.2} ${-r * 2.1}h${-r * 2.4}z`} fill={COLOUR.neutral} stroke={COLOUR.neutralLine} />;
    default:
      return <circle cx={round(x)} cy={round(y)} r={r * 0.68} fill={COLOUR.common} stroke={COLOUR.commonLine} stroke-width="1.2" />;
  }
}

interface Drawn { data: Spc; place: Place; x: (date: string) => number; y: Scale }

function Axes({ data, place, x, y }: Drawn) {
  const dates = data.points.map((point) => point.date);
  const inner = place.width - place.left - place.right;
  const floor = place.height - place.bottom;
  const unit = data.unit === "%" ? "%" : "";
  return (
    <g font-size="13" fill={COLOUR.ink}>
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line x1={place.left} x2={place.width - place.right} y1={round(y(tick))} y2={round(y(tick))} stroke={COLOUR.pale} stroke-width="1" />
          <text x={place.left - 7} y={round(y(tick) + 4.5)} text-anchor="end">{`${tick.toLocaleString("en-GB")}${unit}`}</text>
        </g>
      ))}
      <line x1={place.left} x2={place.width - place.right} y1={floor} y2={floor} stroke={COLOUR.grey} />
      {dateTicks(dates, inner, data.grain === "M" ? 74 : 90).map((n) => (
        <g key={n}>
          <line x1={round(x(dates[n]!))} x2={round(x(dates[n]!))} y1={floor} y2={floor + 5} stroke={COLOUR.grey} />
          <text x={round(x(dates[n]!))} y={floor + 19} text-anchor={x(dates[n]!) + 30 > place.width ? "end" : "middle"}>{period(dates[n]!, data.grain)}</text>
        </g>
      ))}
    </g>
  );
}

function groupPoints(data: Spc): SpcPoint[][] {
  const groups: SpcPoint[][] = [];
  for (const point of data.points) (groups[point.group] ??= []).push(point);
  return groups.filter(Boolean);
}

/** A limit below the paper is not drawn; its label says where it is. */
function inSight(value: number | null, y: Scale): boolean {
  return value !== null && value >= y.low - 1e-9;
}

/** Mean and limits, broken where the chart was rebased. */
function Limits({ data, x, y }: Drawn) {
  return (
    <>
      {groupPoints(data).map((points, n) => {
        const along = (value: (point: SpcPoint) => number | null) =>
          path(points.filter((point) => inSight(value(point), y)).map((point) => [x(point.date), y(value(point) as number)]));
        return (
          <g key={n} fill="none">
            <path d={along((point) => point.upper)} stroke={COLOUR.grey} stroke-width="1.6" stroke-dasharray="6 5" />
            <path d={along((point) => point.lower)} stroke={COLOUR.grey} stroke-width="1.6" stroke-dasharray="6 5" />
            <path d={along((point) => point.mean)} stroke="#000000" stroke-width="1.6" />
          </g>
        );
      })}
    </>
  );
}

function stepsOf(data: Spc, x: (date: string) => number, y: Scale, place: Place): [number, number][] {
  const end = place.width - place.right;
  const start = data.points[0]?.date ?? "";
  const steps = inForce(data.targets, (one) => one.from);
  if (steps.length === 0) return data.target === null ? [] : [[place.left, y(data.target)], [end, y(data.target)]];
  const line: [number, number][] = [];
  for (const one of steps) {
    const at = one.from <= start ? place.left : Math.min(end, x(one.from));
    const before = line.at(-1);
    if (before) line.push([at, before[1]]);
    if (at === place.left) line.length = 0;
    line.push([at, y(one.value)]);
  }
  return [...line, [end, line.at(-1)![1]]];
}

function Aims(props: Drawn) {
  const { data, x, y, place } = props;
  const plan = planned(data);
  return (
    <g fill="none">
      <path d={path(stepsOf(data, x, y, place))} stroke={COLOUR.target} stroke-width="2" stroke-dasharray="12 4" />
      {plan.length > 0 && (
        <path d={path(plan.map((one) => [x(one.date), y(one.value)]))} stroke={COLOUR.plan} stroke-width="2" stroke-dasharray="2 4" />
      )}
      {plan.map((one) => (
        <path key={one.date} d={`M${round(x(one.date)) - 3.5} ${round(y(one.value))}h7m-3.5 -3.500v7`} stroke={COLOUR.plan} stroke-width="1.6" />
      ))}
    </g>
  );
}

const FLAG = { note: "", rebase: "R", step: "S" };

/** Flags on top, numbered as in the list under the chart. */
function Flags({ data, place, x }: Drawn) {
  const floor = place.height - place.bottom;
  return (
    <g font-size="12" font-weight="700">
      {data.annotations.map((note, n) => (
        <g key={note.id}>
          <line x1={round(x(note.date))} x2={round(x(note.date))} y1={18} y2={floor} stroke={COLOUR.grey}
            stroke-width={note.kind === "note" ? 1 : 1.6} stroke-dasharray={note.kind === "rebase" ? "3 3" : undefined} />
          <rect x={round(x(note.date) - 13)} y={1} width="26" height="17" rx={note.kind === "note" ? 8.5 : 0} fill={COLOUR.ink} />
          <text x={round(x(note.date))} y={14} text-anchor="middle" fill="#ffffff">{`${n + 1}${FLAG[note.kind]}`}</text>
        </g>
      ))}
    </g>
  );
}

/** At the right end, what each line is. */
function Labels({ data, place, y }: Drawn) {
  if (place.right < 50) return null;
  const last = data.groups.at(-1);
  const said: { value: number | null | undefined; words: string; colour: string }[] = [
    { value: last?.upper, words: "Upper", colour: COLOUR.grey },
    { value: last?.mean, words: "Mean", colour: "#000000" },
    { value: last?.lower, words: "Lower", colour: COLOUR.grey },
    { value: data.target, words: "Target", colour: "#b01717" },
    { value: planned(data).at(-1)?.value, words: "Plan", colour: COLOUR.plan },
  ];
  const known = said.filter((one): one is { value: number; words: string; colour: string } => typeof one.value === "number");
  const ys = spread(known.map((one) => y(Math.max(y.low, one.value))), 16, place.top, place.height - place.bottom);
  return (
    <g font-size="13">
      {known.map((one, n) => (
        <text key={one.words} x={place.width - place.right + 6} y={round(ys[n]! + 4.5)} fill={one.colour}>
          {`${one.words} ${amount(one.value, data.unit === "%" ? "%" : "")}`}
        </text>
      ))}
    </g>
  );
}

interface KeyItem { words: string; width: number; mark: (x: number, y: number) => preact.JSX.Element }

function dash(colour: string, pattern: string | undefined): KeyItem["mark"] {
  return (x, y) => <line x1={x - 10} x2={x + 10} y1={y} y2={y} stroke={colour} stroke-width="2" stroke-dasharray={pattern} />;
}

function keyItems(data: Spc): KeyItem[] {
  const type = (name: string) => (x: number, y: number) => <Mark x={x} y={y} type={name} />;
  const present = new Set(data.points.map((point) => point.point_type));
  const items: (KeyItem | false)[] = [
    { words: "chance", width: 52, mark: type("common_cause") },
    present.has("concern") && { words: "concern", width: 58, mark: type("concern") },
    present.has("improvement") && { words: "improvement", width: 88, mark: type("improvement") },
    (present.has("neutral_high") || present.has("neutral_low")) && { words: "change", width: 54, mark: type("neutral_high") },
    { words: "mean", width: 40, mark: dash("#000000", undefined) },
    { words: "limits", width: 42, mark: dash(COLOUR.grey, "6 5") },
    data.target !== null && { words: "target", width: 44, mark: dash(COLOUR.target, "12 4") },
    data.trajectory.length > 0 && { words: "plan", width: 34, mark: dash(COLOUR.plan, "2 4") },
  ];
  return items.filter((item): item is KeyItem => item !== false);
}

function KeyRow({ data, place }: { data: Spc; place: Place }) {
  let x = place.left;
  let y = place.height - place.bottom + 44;
  return (
    <g font-size="13" fill={COLOUR.ink}>
      {keyItems(data).map((item) => {
        if (x + item.width + 30 > place.width) {
          x = place.left;
          y += 20;
        }
        const at = { x: x + 10, y };
        x += item.width + 38;
        return <g key={item.words}>{item.mark(at.x, at.y)}<text x={at.x + 15} y={at.y + 4.5}>{item.words}</text></g>;
      })}
    </g>
  );
}

function Here({ point, drawn }: { point: SpcPoint | undefined; drawn: Drawn }) {
  if (!point) return null;
  const x = round(drawn.x(point.date));
  const y = round(drawn.y(point.value));
  return (
    <g data-screen="" fill="none" stroke={COLOUR.ink}>
      <line x1={x} x2={x} y1={drawn.place.top - 6} y2={drawn.place.height - drawn.place.bottom} stroke-width="1" />
      <circle cx={x} cy={y} r="10" stroke-width="2.5" />
    </g>
  );
}

export function SpcDrawing(props: { data: Spc; width: number; height: number; selected: number | null }) {
  const { data, width, height } = props;
  const place = placeOf(width, height);
  const drawn: Drawn = { data, place, x: xScale(data, place), y: valueScale(values(data), height - place.bottom, place.top) };
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} font-family="Arial, sans-serif" aria-hidden="true" focusable="false">
      <Axes {...drawn} />
      <Limits {...drawn} />
      <Aims {...drawn} />
      <Flags {...drawn} />
      <path d={path(data.points.map((point) => [drawn.x(point.date), drawn.y(point.value)]))} fill="none" stroke={COLOUR.commonLine} stroke-width="1.4" />
      {data.points.map((point) => (
        <Mark key={point.date} x={drawn.x(point.date)} y={drawn.y(point.value)} type={point.point_type} small={data.points.length > 80} />
      ))}
      <Labels {...drawn} />
      <KeyRow data={data} place={place} />
      <Here point={props.selected === null ? undefined : data.points[props.selected]} drawn={drawn} />
    </svg>
  );
}

/** The same without words, for a row of neighbours; one value axis for all. */
export function SmallSpc(props: { data: Spc; width: number; height: number; high: number; low: number }) {
  const { data, width, height } = props;
  const place = { left: 36, right: 8, top: 8, bottom: 22, width, height };
  const y = valueScale([props.low, props.high], height - place.bottom, place.top, 3);
  const drawn: Drawn = { data: { ...data, annotations: [] }, place, x: xScale(data, place), y };
  const dates = data.points.map((point) => point.date);
  const unit = data.unit === "%" ? "%" : "";
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} font-family="Arial, sans-serif" aria-hidden="true" focusable="false">
      <g font-size="12" fill={COLOUR.ink}>
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line x1={place.left} x2={width - place.right} y1={round(y(tick))} y2={round(y(tick))} stroke={COLOUR.pale} />
            <text x={place.left - 5} y={round(y(tick) + 4)} text-anchor="end">{`${tick.toLocaleString("en-GB")}${unit}`}</text>
          </g>
        ))}
        {dates.length > 0 && <text x={place.left} y={height - 5}>{period(dates[0]!, data.grain)}</text>}
        {dates.length > 1 && <text x={width - place.right} y={height - 5} text-anchor="end">{period(dates.at(-1)!, data.grain)}</text>}
      </g>
      <Limits {...drawn} />
      <Aims {...drawn} />
      <path d={path(data.points.map((point) => [drawn.x(point.date), y(point.value)]))} fill="none" stroke={COLOUR.commonLine} stroke-width="1.2" />
      {data.points.map((point) => <Mark key={point.date} x={drawn.x(point.date)} y={y(point.value)} type={point.point_type} small />)}
    </svg>
  );
}
