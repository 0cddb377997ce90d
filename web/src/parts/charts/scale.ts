// SPDX-License-Identifier: MIT
// From values to places on paper; pure arithmetic.

export interface Scale {
  (value: number): number;
  ticks: number[];
  low: number;
  high: number;
}

/** A round step that cuts the span into about `wanted` parts. */
export function step(span: number, wanted: number): number {
  if (!(span > 0)) return 1;
  const rough = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const left = rough / power;
  return (left <= 1 ? 1 : left <= 2 ? 2 : left <= 2.5 ? 2.5 : left <= 5 ? 5 : 10) * power;
}

export function linear(low: number, high: number, from: number, to: number): (value: number) => number {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** A value axis that begins and ends on round numbers; counts and shares that
 * come near nought begin at nought. */
export function valueScale(values: number[], from: number, to: number, wanted = 5): Scale {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (!Number.isFinite(low) || !Number.isFinite(high)) [low, high] = [0, 1];
  if (low >= 0 && low < 0.4 * high) low = 0;
  if (low === high) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1];
  const by = step(high - low, wanted);
  const exact = (n: number) => Number(n.toPrecision(12));
  low = exact(Math.floor(low / by + 1e-9) * by);
  high = exact(Math.ceil(high / by - 1e-9) * by);
  const ticks: number[] = [];
  for (let n = 0; low + n * by <= high + by * 1e-6; n++) ticks.push(exact(low + n * by));
  return Object.assign(linear(low, high, from, to), { ticks, low, high });
}

export function dayNumber(date: string): number {
  return Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 86_400_000;
}

/** Which of the dates get a word under the axis, so that words do not touch. */
export function dateTicks(dates: string[], width: number, room: number): number[] {
  const most = Math.max(2, Math.floor(width / room));
  const every = Math.max(1, Math.ceil(dates.length / most));
  const at: number[] = [];
  for (let n = dates.length - 1; n >= 0; n -= every) at.unshift(n);
  return at;
}

/** Moves labels apart so that none overlaps; keeps their order. */
export function spread(places: number[], gap: number, low: number, high: number): number[] {
  const order = places.map((y, n) => ({ y, n })).sort((a, b) => a.y - b.y);
  for (let n = 1; n < order.length; n++) {
    const above = order[n - 1]!;
    const here = order[n]!;
    if (here.y < above.y + gap) here.y = above.y + gap;
  }
  const last = order.at(-1);
  if (last && last.y > high) {
    last.y = high;
    for (let n = order.length - 2; n >= 0; n--) order[n]!.y = Math.min(order[n]!.y, order[n + 1]!.y - gap);
  }
  const moved = [...places];
  for (const { y, n } of order) moved[n] = Math.max(low, y);
  return moved;
}

/** "M0 1L2 3": a line through the points. */
export function path(points: [number, number][]): string {
  return points.map(([x, y], n) => `${n ? "L" : "M"}${round(x)} ${round(y)}`).join("");
}

export function round(n: number): number {
  return Math.round(n * 100) / 100;
}

/** The number of the value nearest to x. */
export function nearest(xs: number[], x: number): number {
  let best = 0;
  for (let n = 1; n < xs.length; n++) if (Math.abs(xs[n]! - x) < Math.abs(xs[best]! - x)) best = n;
  return best;
}
