// SPDX-License-Identifier: MIT
// One line of early tracking, drawn: today, the projected month end with its
// interval, last month, plan and target, all on one scale.
import type { TrackingRow } from "../../api.ts";
import { COLOUR } from "../../parts/icons.tsx";
import { linear, round } from "../../parts/charts/scale.ts";

const WIDTH = 260;
const HEIGHT = 34;
const MIDDLE = 17;

export function Graphic({ row, high }: { row: TrackingRow; high: number }) {
  const x = linear(0, high, 6, WIDTH - 6);
  const at = (value: number | null) => (value === null || value === undefined ? null : round(x(Math.max(0, Math.min(high, value)))));
  const today = at(row.today_value);
  const projected = at(row.projected);
  const [low, top] = [at(row.low), at(row.high)];
  const plan = at(row.trajectory);
  const target = at(row.target);
  const last = at(row.last_month);
  return (
    <svg class="icon" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      <line x1="6" x2={WIDTH - 6} y1={MIDDLE} y2={MIDDLE} stroke={COLOUR.pale} stroke-width="2" />
      {low !== null && top !== null && <rect x={low} y={MIDDLE - 6} width={Math.max(2, top - low)} height="12" fill="#9cc3ea" />}
      {target !== null && <line x1={target} x2={target} y1="3" y2={HEIGHT - 3} stroke={COLOUR.target} stroke-width="2" stroke-dasharray="5 3" />}
      {plan !== null && <path d={`M${plan - 5} ${MIDDLE}h10M${plan} ${MIDDLE - 9}v18`} stroke={COLOUR.plan} stroke-width="2.5" fill="none" />}
      {last !== null && <circle cx={last} cy={MIDDLE} r="4" fill="#fff" stroke={COLOUR.grey} stroke-width="1.5" />}
      {today !== null && <circle cx={today} cy={MIDDLE} r="4.5" fill={COLOUR.ink} />}
      {projected !== null && <path d={`M${projected} ${MIDDLE - 7}l7 7l-7 7l-7 -7z`} fill="#005eb8" stroke="#fff" stroke-width="1" />}
    </svg>
  );
}

function Sample(props: { children: preact.ComponentChildren; words: string }) {
  return <li><svg class="icon" width="24" height="20" viewBox="0 0 24 20" aria-hidden="true" focusable="false">{props.children}</svg> {props.words}</li>;
}

export function GraphicKey() {
  return (
    <ul class="key" aria-label="What the shapes mean">
      <Sample words="last month"><circle cx="12" cy="10" r="4" fill="#fff" stroke={COLOUR.grey} stroke-width="1.5" /></Sample>
      <Sample words="today"><circle cx="12" cy="10" r="4.5" fill={COLOUR.ink} /></Sample>
      <Sample words="month end, with the interval it should fall in"><rect x="0" y="4" width="24" height="12" fill="#9cc3ea" /><path d="M12 3l7 7l-7 7l-7 -7z" fill="#005eb8" stroke="#fff" /></Sample>
      <Sample words="plan"><path d="M7 10h10M12 1v18" stroke={COLOUR.plan} stroke-width="2.5" fill="none" /></Sample>
      <Sample words="target"><line x1="12" x2="12" y1="0" y2="20" stroke={COLOUR.target} stroke-width="2" stroke-dasharray="5 3" /></Sample>
    </ul>
  );
}
