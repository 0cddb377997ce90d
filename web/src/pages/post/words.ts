// SPDX-License-Identifier: MIT
// Letters and rules in words.
import type { RouteRule } from "../../imaging.ts";
import { capital, plural } from "../../words.ts";

const SENDERS: Record<string, string> = {
  "dicom-store": "Images, by DICOM", stow: "Images, by DICOMweb", ian: "Notice that images are there", commitment: "Answer to storage commitment",
};
const STATES: Record<string, string> = {
  open: "Not there yet", waiting: "Waiting", sending: "Being sent", sent: "Arrived", failed: "Failed", withdrawn: "Withdrawn",
};
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export function senderWords(sender: string): string {
  return SENDERS[sender] ?? sender;
}

export function stateWords(state: string): string {
  return STATES[state] ?? capital(state);
}

export function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** "22:30" in minutes of the day; what is no time is null. */
export function clockMinute(text: string): number | null {
  const found = /^(\d{1,2})[:.]([0-5]\d)$/.exec(text.trim());
  const minute = found ? Number(found[1]) * 60 + Number(found[2]) : NaN;
  return minute >= 0 && minute <= 1440 ? minute : null;
}

export function daysWords(days: string): string {
  if (days === "" || days === "1234567") return "every day";
  if (days === "12345") return "Monday to Friday";
  if (days === "67") return "at weekends";
  return [...days].map((one) => DAYS[Number(one) - 1] ?? one).join(", ");
}

/** Which studies a rule is for. */
export function ruleWords(rule: RouteRule, trust: string): string {
  const parts = [
    rule.modality ? `with ${rule.modality}` : "", rule.body_part ? `of the ${rule.body_part.toLowerCase()}` : "",
    rule.station ? `from station ${rule.station}` : "", rule.words ? `described as “${rule.words}”` : "",
  ].filter(Boolean);
  return capital(`${rule.modality || rule.words || rule.station || rule.body_part ? "studies" : "all studies"} of ${rule.org ? trust : "every trust"}${parts.length ? ` ${parts.join(", ")}` : ""}`);
}

export function whenWords(rule: RouteRule): string {
  const hours = rule.from_minute === rule.to_minute ? "" : `, ${clockText(rule.from_minute)} to ${clockText(rule.to_minute)}`;
  const wait = rule.delay_s ? `; waits ${rule.delay_s % 60 === 0 ? plural(rule.delay_s / 60, "minute") : plural(rule.delay_s, "second")}` : "";
  return capital(`${daysWords(rule.days)}${hours}${rule.at_start ? "; as soon as a study begins" : "; when a study is complete"}${wait}`);
}
