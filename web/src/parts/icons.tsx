// SPDX-License-Identifier: MIT
// Making Data Count icons, drawn here.  Shape and letter say all: a square
// frame is a worry, a round one is not; H and L tell the side; grey dots in a
// level row are chance. Colour only repeats it.
import type { Assurance, Side, Variation } from "../api.ts";

export const COLOUR = {
  common: "#a6a6a6", improvement: "#00b0f0", concern: "#e46c0a", neutral: "#490092",
  commonLine: "#4c6272", improvementLine: "#00587a", concernLine: "#8a3d00", neutralLine: "#2d005a",
  target: "#de1b1b", plan: "#007f3b", ink: "#212b32", grey: "#4c6272", pale: "#d8dde0", paper: "#ffffff",
};

type Point = [number, number];
const LEVEL: Point[] = [[7, 18], [11.5, 14], [16, 18], [20.5, 14], [25, 17]];
const RISING: Point[] = [[7, 24.5], [13.5, 23.5], [20, 19], [25, 9.5]];
const FALLING: Point[] = [[7, 8.5], [11, 15], [17, 21], [24.5, 23.5]];

export function variationWords(variation: Variation, side: Side): string {
  const where = side === "high" ? " (high)" : side === "low" ? " (low)" : "";
  switch (variation) {
    case "common_cause": return "no real change";
    case "improvement": return `improving${where}`;
    case "concern": return `getting worse${where}`;
    case "neutral_high": return "special cause, high";
    case "neutral_low": return "special cause, low";
    default: return "too few points to say";
  }
}

export function assuranceWords(assurance: Assurance): string {
  switch (assurance) {
    case "pass": return "target will be met";
    case "fail": return "target will not be met";
    case "inconsistent": return "target hit or missed by chance";
    default: return "no target";
  }
}

interface IconProps { size?: number; words: string; hidden?: boolean }

function attributes(props: IconProps) {
  const size = props.size ?? 30;
  const spoken = props.hidden ? { "aria-hidden": true as const } : { role: "img" as const, "aria-label": props.words };
  return { class: "icon", width: size, height: size, viewBox: "0 0 32 32", focusable: "false" as const, ...spoken };
}

function Round(props: { stroke: string; fill?: string; dash?: string }) {
  return <circle cx="16" cy="16" r="14" fill={props.fill ?? "#fff"} stroke={props.stroke} stroke-width="3" stroke-dasharray={props.dash} />;
}

function Square(props: { stroke: string; fill?: string }) {
  return <rect x="2" y="2" width="28" height="28" rx="3" fill={props.fill ?? "#fff"} stroke={props.stroke} stroke-width="3" />;
}

function Letter(props: { x: number; y: number; size: number; children: string; fill?: string }) {
  return (
    <text x={props.x} y={props.y} font-size={props.size} font-weight="700" font-family="Arial, sans-serif"
      text-anchor="middle" fill={props.fill ?? COLOUR.ink}>{props.children}</text>
  );
}

function Dots(props: { at: Point[]; last: "dot" | "square" | "diamond"; colour: string }) {
  const { at } = props;
  return (
    <>
      <polyline points={at.map(([x, y]) => `${x},${y}`).join(" ")} fill="none" stroke={COLOUR.commonLine} stroke-width="1" />
      {at.map(([x, y], n) => {
        if (props.last === "dot" || n < 2) return <circle key={n} cx={x} cy={y} r="1.8" fill={COLOUR.commonLine} />;
        if (props.last === "square") return <rect key={n} x={x - 2.4} y={y - 2.4} width="4.8" height="4.8" fill={props.colour} />;
        return <path key={n} d={`M${x} ${y - 3.2}l3.2 3.2l-3.2 3.200l-3.2 -3.200z`} fill={props.colour} />;
      })}
    </>
  );
}

export function VariationIcon(props: { variation: Variation; side: Side; size?: number; hidden?: boolean }) {
  const { variation, side } = props;
  const high = side === "high" || variation === "neutral_high";
  const frame = attributes({ words: variationWords(variation, side), ...props });
  const at = high ? RISING : FALLING;
  const letter = <Letter x={high ? 11.5 : 21} y={high ? 17 : 16.5} size={13}>{high ? "H" : "L"}</Letter>;
  if (variation === "concern") {
    return <svg {...frame}><Square stroke={COLOUR.concern} /><Dots at={at} last="square" colour={COLOUR.concern} />{letter}</svg>;
  }
  if (variation === "improvement") {
    return <svg {...frame}><Round stroke={COLOUR.improvement} /><Dots at={at} last="diamond" colour="#0080b0" />{letter}</svg>;
  }
  if (variation === "neutral_high" || variation === "neutral_low") {
    const arrow = high ? "M16 7l7 9h-4v9h-6v-9h-4z" : "M16 25l7 -9h-4v-9h-6v9h-4z";
    return <svg {...frame}><Round stroke={COLOUR.neutral} /><path d={arrow} fill={COLOUR.neutral} /></svg>;
  }
  if (variation === "common_cause") {
    return <svg {...frame}><Round stroke={COLOUR.common} /><Dots at={LEVEL} last="dot" colour={COLOUR.common} /></svg>;
  }
  return <svg {...frame}><Round stroke={COLOUR.pale} dash="3 3" /><Letter x={16} y={20} size={12} fill={COLOUR.grey}>…</Letter></svg>;
}

export function AssuranceIcon(props: { assurance: Assurance; size?: number; hidden?: boolean }) {
  const { assurance } = props;
  const frame = attributes({ words: assuranceWords(assurance), ...props });
  if (assurance === "fail") {
    return <svg {...frame}><Square stroke={COLOUR.concern} /><Letter x={16} y={22} size={18}>F</Letter></svg>;
  }
  if (assurance === "pass") {
    return <svg {...frame}><Round stroke={COLOUR.improvement} /><Letter x={16} y={22} size={18}>P</Letter></svg>;
  }
  if (assurance === "inconsistent") {
    return <svg {...frame}><Round stroke={COLOUR.common} dash="5 3" /><Letter x={16} y={22} size={18}>?</Letter></svg>;
  }
  return <svg {...frame} />;
}
