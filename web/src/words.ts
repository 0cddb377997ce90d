// SPDX-License-Identifier: MIT
// Numbers, dates and states in words, the same on every page.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

export const NOTHING = "–";

export function count(n: number | null | undefined): string {
  return n === null || n === undefined || Number.isNaN(n) ? NOTHING : whole.format(n);
}

export function decimal(n: number | null | undefined): string {
  return n === null || n === undefined || Number.isNaN(n) ? NOTHING : tenth.format(n);
}

export function percent(n: number | null | undefined): string {
  return n === null || n === undefined || Number.isNaN(n) ? NOTHING : `${tenth.format(n)}%`;
}

/** A value in its measure's unit. */
export function amount(n: number | null | undefined, unit: string): string {
  if (n === null || n === undefined) return NOTHING;
  if (unit === "%") return percent(n);
  if (unit === "hours" || unit === "days") return `${decimal(n)} ${unit}`;
  return Number.isInteger(n) ? count(n) : decimal(n);
}

/** 2026-03-31 as "31 Mar 2026"; parts only, so no time zone can move it. */
export function day(date: string | null | undefined): string {
  const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(date ?? "");
  return found ? `${Number(found[3])} ${MONTHS[Number(found[2]) - 1]} ${found[1]}` : NOTHING;
}

export function month(date: string | null | undefined): string {
  const found = /^(\d{4})-(\d\d)/.exec(date ?? "");
  return found ? `${MONTHS[Number(found[2]) - 1]} ${found[1]}` : NOTHING;
}

export function shortDay(date: string): string {
  return day(date).replace(/ \d{4}$/, "");
}

/** A month end reads as its month, a Sunday as its day. */
export function period(date: string, grain: string): string {
  return grain === "M" ? month(date) : day(date);
}

/** Is it the last day of its month? */
export function isMonthEnd(date: string): boolean {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).getUTCDate() === 1;
}

/** An instant, in the time of the wards. */
export function stamp(time: string | null | undefined): string {
  if (!time) return NOTHING;
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return day(time);
  const part = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${Number(part.day)} ${MONTHS[Number(part.month) - 1]} ${part.year}, ${part.hour}:${part.minute}`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function bytes(n: number | null | undefined): string {
  if (n === null || n === undefined) return NOTHING;
  const units = ["bytes", "KB", "MB", "GB"];
  let step = 0;
  let left = n;
  for (; left >= 1000 && step < 3; step++) left /= 1000;
  return step === 0 ? `${count(n)} ${n === 1 ? "byte" : "bytes"}` : `${decimal(left)} ${units[step]}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "05-06" of DM01: completed weeks waited. */
export function band(n: number): string {
  const two = (k: number) => String(k).padStart(2, "0");
  return n >= 13 ? "13+" : `${two(n)}-${two(n + 1)}`;
}

export function bandWords(n: number): string {
  return n >= 13 ? "13 weeks or more" : n === 0 ? "under 1 week" : `${n} to under ${n + 1} weeks`;
}

const SPECIAL: Record<string, string> = {
  none: "within the limits, no pattern",
  above_upper: "above the upper limit",
  below_lower: "below the lower limit",
  trend_up: "part of a rising trend",
  trend_down: "part of a falling trend",
  two_of_three_high: "two of three points near the upper limit",
  two_of_three_low: "two of three points near the lower limit",
  shift_high: "part of a run above the mean",
  shift_low: "part of a run below the mean",
};

export function specialWords(cause: string): string {
  return SPECIAL[cause] ?? cause;
}

const TYPES: Record<string, string> = {
  common_cause: "common cause variation",
  improvement: "improvement",
  concern: "concern",
  neutral_high: "special cause, high",
  neutral_low: "special cause, low",
};

export function typeWords(type: string): string {
  return TYPES[type] ?? type;
}

const SOURCES: Record<string, string> = {
  R: "Published DM01 return",
  P: "Computed from pathways",
  W: "WLMDS weekly file",
};

export function sourceWords(source: string): string {
  return SOURCES[source] ?? source;
}

/** The Sundays before a day, newest first. */
export function sundays(before: string, most: number): string[] {
  const last = Date.parse(`${before}T00:00:00Z`) - 86_400_000;
  const sunday = last - new Date(last).getUTCDay() * 86_400_000;
  return Array.from({ length: most }, (_, n) => new Date(sunday - n * 7 * 86_400_000).toISOString().slice(0, 10));
}

/** Months from one day to another, both as month ends, newest first. */
export function monthEnds(first: string, last: string): string[] {
  const ends: string[] = [];
  let year = Number(last.slice(0, 4));
  let at = Number(last.slice(5, 7));
  for (let n = 0; n < 240; n++) {
    const end = new Date(Date.UTC(year, at, 0)).toISOString().slice(0, 10);
    if (end < first) break;
    ends.push(end);
    at--;
    if (at === 0) {
      at = 12;
      year--;
    }
  }
  return ends;
}
