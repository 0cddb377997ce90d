// SPDX-License-Identifier: MIT
// The waiting list week by week: three layers, or every band as a heat map.
import { count, month } from "../../words.ts";
import { COLOUR } from "../icons.tsx";
import { WAITED } from "./bands.tsx";
import { dateTicks, linear, path, round, spread, valueScale } from "./scale.ts";

export interface Week { date: string; bands: number[] }

const LEFT = 52;
const TOP = 12;
const BOTTOM = 30;

function right(width: number): number {
  return width >= 480 ? 108 : 30;
}

export function weekXs(weeks: Week[], width: number): number[] {
  const x = linear(0, Math.max(1, weeks.length - 1), LEFT, width - right(width));
  return weeks.map((_, n) => x(n));
}

export function part(bands: number[], from: number, to = 14): number {
  return bands.slice(from, to).reduce((all, n) => all + n, 0);
}

function Dates(props: { weeks: Week[]; xs: number[]; floor: number; width: number }) {
  return (
    <g font-size="13" fill={COLOUR.ink}>
      {dateTicks(props.weeks.map((week) => week.date), props.width - LEFT - right(props.width), 92).map((n) => (
        <g key={n}>
          <line x1={round(props.xs[n]!)} x2={round(props.xs[n]!)} y1={props.floor} y2={props.floor + 5} stroke={COLOUR.grey} />
          <text x={round(props.xs[n]!)} y={props.floor + 19} text-anchor="middle">{month(props.weeks[n]!.date)}</text>
        </g>
      ))}
    </g>
  );
}

interface DrawingProps { weeks: Week[]; width: number; height: number; selected: number | null }

function Here(props: { x: number | undefined; floor: number }) {
  if (props.x === undefined) return null;
  return <line data-screen="" x1={round(props.x)} x2={round(props.x)} y1={TOP} y2={props.floor} stroke={COLOUR.ink} stroke-width="2" />;
}

const LAYERS = [
  { words: "under 6 weeks", from: 0, to: 6, fill: WAITED.under6 },
  { words: "6 to 13 weeks", from: 6, to: 13, fill: WAITED.over6 },
  { words: "13+ weeks", from: 13, to: 14, fill: WAITED.over13 },
];

/** Longest waits at the bottom, where their rise is seen against a straight line. */
export function Stacked({ weeks, width, height, selected }: DrawingProps) {
  const floor = height - BOTTOM;
  const xs = weekXs(weeks, width);
  const y = valueScale([0, ...weeks.map((week) => part(week.bands, 0))], floor, TOP, 4);
  const layers = [...LAYERS].reverse();
  const base = (week: Week, n: number) => layers.slice(0, n).reduce((all, layer) => all + part(week.bands, layer.from, layer.to), 0);
  const last = weeks.at(-1);
  const middles = layers.map((_, n) => (last ? y((base(last, n) + base(last, n + 1)) / 2) : floor));
  const labels = spread(middles, 32, TOP + 6, floor - 20);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} font-family="Arial, sans-serif" aria-hidden="true" focusable="false">
      {y.ticks.map((tick) => (
        <g key={tick} font-size="13" fill={COLOUR.ink}>
          <line x1={LEFT} x2={width - right(width)} y1={round(y(tick))} y2={round(y(tick))} stroke={COLOUR.pale} />
          <text x={LEFT - 6} y={round(y(tick) + 4.5)} text-anchor="end">{count(tick)}</text>
        </g>
      ))}
      {layers.map((layer, n) => {
        const upper = weeks.map((week, at): [number, number] => [xs[at]!, y(base(week, n + 1))]);
        const lower = weeks.map((week, at): [number, number] => [xs[at]!, y(base(week, n))]).reverse();
        return <path key={layer.words} d={`${path([...upper, ...lower])}Z`} fill={layer.fill} stroke="#ffffff" stroke-width="1.5" />;
      })}
      {right(width) > 50 && last && layers.map((layer, n) => (
        <g key={layer.words} font-size="13" fill={COLOUR.ink}>
          <rect x={width - right(width) + 6} y={round(labels[n]! - 9)} width="5" height="26" fill={layer.fill} />
          <text x={width - right(width) + 15} y={round(labels[n]! + 1)}>{layer.words}</text>
          <text x={width - right(width) + 15} y={round(labels[n]! + 16)} font-weight="700">{count(part(last.bands, layer.from, layer.to))}</text>
        </g>
      ))}
      <Dates weeks={weeks} xs={xs} floor={floor} width={width} />
      <Here x={selected === null ? undefined : xs[selected]} floor={floor} />
    </svg>
  );
}

/** From paper to dark blue; the figure is read out, colour is only the overview. */
function shade(share: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * Math.sqrt(share));
  return `rgb(${mix(245, 0)},${mix(248, 48)},${mix(251, 110)})`;
}

export function Heat({ weeks, width, height, selected }: DrawingProps) {
  const floor = height - BOTTOM;
  const xs = weekXs(weeks, width);
  const most = Math.max(1, ...weeks.flatMap((week) => week.bands));
  const tall = (floor - TOP) / 14;
  const thick = (xs[1] ?? LEFT + 10) - (xs[0] ?? LEFT);
  const at = (band: number) => floor - (band + 1) * tall;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} font-family="Arial, sans-serif" aria-hidden="true" focusable="false">
      {weeks.map((week, n) => (
        <g key={week.date} shape-rendering="crispEdges">
          {week.bands.map((value, band) => (
            <rect key={band} x={round(xs[n]! - thick)} y={round(at(band))} width={round(thick + 0.7)} height={round(tall + 0.7)} fill={shade(value / most)} />
          ))}
        </g>
      ))}
      {[0, 6, 13].map((band) => (
        <text key={band} x={LEFT - 12} y={round(at(band) + tall / 2 + 4.5)} font-size="13" text-anchor="end" fill={COLOUR.ink}>{band === 13 ? "13+" : `${band} wk`}</text>
      ))}
      {[6, 13].map((band) => (
        <line key={band} x1={LEFT - 8} x2={width - right(width)} y1={round(at(band) + tall)} y2={round(at(band) + tall)} stroke={COLOUR.target} stroke-width="2" stroke-dasharray="12 4" />
      ))}
      {right(width) > 50 && [0, 0.25, 0.5, 0.75, 1].map((share) => (
        <g key={share} font-size="13" fill={COLOUR.ink}>
          <rect x={width - right(width) + 10} y={round(TOP + 20 + (1 - share) * 80)} width="18" height="20" fill={shade(share)} />
          <text x={width - right(width) + 34} y={round(TOP + 34 + (1 - share) * 80)}>{count(share * most)}</text>
        </g>
      ))}
      <Dates weeks={weeks} xs={xs} floor={floor} width={width} />
      <Here x={selected === null ? undefined : xs[selected]} floor={floor} />
    </svg>
  );
}
