// SPDX-License-Identifier: MIT
// How long people have waited: fourteen bars by completed weeks, with the
// six-week and the thirteen-week mark.
import { count } from "../../words.ts";
import { COLOUR } from "../icons.tsx";
import { linear, round, valueScale } from "./scale.ts";

const TOP = 34;
const BOTTOM = 40;
const LEFT = 46;

export const WAITED = { under6: "#005eb8", over6: "#e46c0a", over13: "#8a3d00" };

export function bandColour(n: number): string {
  return n >= 13 ? WAITED.over13 : n >= 6 ? WAITED.over6 : WAITED.under6;
}

export function bandXs(width: number): number[] {
  const x = linear(0, 14, LEFT, width - 4);
  return Array.from({ length: 14 }, (_, n) => x(n + 0.5));
}

function Standard(props: { x: number; floor: number; words: string }) {
  return (
    <g>
      <line x1={props.x} x2={props.x} y1={18} y2={props.floor} stroke={COLOUR.target} stroke-width="2" stroke-dasharray="12 4" />
      <text x={props.x} y={13} font-size="13" font-weight="700" text-anchor="middle" fill="#b01717">{props.words}</text>
    </g>
  );
}

export function BandsDrawing(props: { bands: number[]; width: number; height: number; selected: number | null }) {
  const { bands, width, height } = props;
  const floor = height - BOTTOM;
  const y = valueScale([0, ...bands], floor, TOP, 4);
  const x = linear(0, 14, LEFT, width - 4);
  const thick = x(1) - x(0);
  const wide = thick > 40;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} font-family="Arial, sans-serif" aria-hidden="true" focusable="false">
      {y.ticks.map((tick) => (
        <g key={tick} font-size="13" fill={COLOUR.ink}>
          <line x1={LEFT} x2={width - 4} y1={round(y(tick))} y2={round(y(tick))} stroke={COLOUR.pale} />
          <text x={LEFT - 6} y={round(y(tick) + 4.5)} text-anchor="end">{count(tick)}</text>
        </g>
      ))}
      {bands.map((n, at) => (
        <g key={at}>
          <rect x={round(x(at) + 2)} y={round(y(n))} width={round(thick - 4)} height={round(Math.max(0, floor - y(n)))} fill={bandColour(at)} />
          {wide && <text x={round(x(at + 0.5))} y={round(y(n) - 5)} font-size="13" text-anchor="middle" fill={COLOUR.ink}>{count(n)}</text>}
          <text x={round(x(at + 0.5))} y={floor + 18} font-size={wide ? 13 : 12} text-anchor="middle" fill={COLOUR.ink}>{at === 13 ? "13+" : at}</text>
        </g>
      ))}
      <line x1={LEFT} x2={width - 4} y1={floor} y2={floor} stroke={COLOUR.grey} />
      <Standard x={round(x(6))} floor={floor} words="6 weeks" />
      <Standard x={round(x(13))} floor={floor} words="13" />
      <text x={LEFT} y={height - 4} font-size="13" fill={COLOUR.grey}>Completed weeks waited</text>
      {props.selected !== null && (
        <rect data-screen="" x={round(x(props.selected))} y={TOP - 4} width={round(thick)} height={floor - TOP + 4} fill="none" stroke={COLOUR.ink} stroke-width="3" />
      )}
    </svg>
  );
}
