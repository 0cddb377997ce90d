// SPDX-License-Identifier: MIT
// A typed client of the program's public API; the same that anyone may
// script.  /api describes it; these are the shapes that the pages read.

export interface Org { code: string; name: string; short: string; kind: "trust" | "region" | "nation" | "icb" | "network" }
export interface Site { code: string; name: string; org: string; kind: string }
export interface Test { id: number; code: string; name: string; group: string; dm01?: boolean }
export type Improve = "decrease" | "increase" | "neutral";
export interface Measure {
  name: string; title: string; unit: string; improve: Improve; sentence?: string; sources: string[]; grains: string[];
}
export interface Reference {
  network: { name: string; code: string };
  orgs: Org[]; sites: Site[]; tests: Test[]; measures: Measure[];
  commissioners: { code: string; name: string }[];
  synthetic: boolean; today: string; latest: Record<string, string | null>;
}

export interface Status {
  version: string; synthetic: boolean; database: string; journal: number; started_at: string;
  loading: null | { what: string; done: number; total: number };
}

/** What every answer with rows says of itself. */
export interface Table<Row> { title: string; source: string; made_at: string; rows: Row[] }

export type Variation = "common_cause" | "improvement" | "concern" | "neutral_high" | "neutral_low" | null;
export type Side = "high" | "low" | null;
export type Assurance = "pass" | "fail" | "inconsistent" | null;

export interface NetworkRow {
  org: string; org_name: string; test: number; test_code: string; test_name: string; test_group: string;
  period_end: string; list: number | null; over6: number | null; pct6: number | null;
  over13: number | null; pct13: number | null; activity: number | null; pct6_year_ago: number | null;
  target: number | null; variation: Variation; side: Side; assurance: Assurance;
  mean: number | null; lower: number | null; upper: number | null; points: number;
}

export interface SpcPoint {
  date: string; value: number; numerator: number | null; denominator: number | null; group: number;
  mean: number | null; lower: number | null; upper: number | null; special_cause: string; point_type: string;
}
export interface SpcGroup {
  from: string; to: string; n: number; mean: number | null; lower: number | null; upper: number | null;
  variation: Variation; side: Side; assurance: Assurance;
  common_cause: number; improvements: number; concerns: number;
}
export interface Dated { date: string; value: number; set_by: string; reason: string }
export interface TargetFrom { from: string; value: number; set_by: string; reason: string }
export interface Annotation {
  id: number | string; date: string; text: string; author: string; made_at: string; kind: "note" | "rebase" | "step";
}
export interface Spc {
  title: string; org: string; org_name: string; test: string | number; test_name: string;
  measure: string; measure_title: string; unit: string; improve: Improve; source: string; grain: string;
  made_at: string; source_note: string;
  options: { screening: boolean; shift_run: number; trend_run: number; fix_after: number };
  points: SpcPoint[]; groups: SpcGroup[]; target: number | null; targets: TargetFrom[];
  trajectory: Dated[]; annotations: Annotation[]; sentence: string; warning: string | null;
}

export interface TargetRow {
  org: string; test: string; measure: string; kind: string; from: string; value: number;
  set_by: string; reason: string; made_at?: string;
}

export interface Waited { list: number; over6: number; over13: number }
export interface Waiting extends Waited {
  as_of: string; live: boolean; bands: number[]; planned: number;
  over_time: { date: string; bands: number[] }[];
  by_site: (Waited & { site: string; name: string })[];
  by_priority: (Waited & { priority: string; words: string })[];
  by_state: (Waited & { state: string; words: string })[];
  by_test: (Waited & { test: string | number; name: string })[];
  by_org: (Waited & { org: string; name: string })[];
  source_note: string;
}

export interface PathwayRow {
  id: number | string; provider: string; accession: string; patient: string; test: string | number; test_name: string;
  priority: string | null; patient_source: string | null; site_of_request: string | null; site_of_scan: string | null; state: string | null;
  clock_start: string | null; wait_days: number | null; band: number | string | null;
  appointment_at: string | null; requested_at: string | null;
  /** In lists of tests done. */
  done_on?: string | null;
}
export interface Pathways extends Table<PathwayRow> { as_of?: string; next?: string | null; total?: number | null }
export interface PathwayEvent {
  kind: string; words: string; at: string; appointment_at: string | null; site: string | null;
  provider_kind: string | null; submission: number | string | null; line: number | null; clock: string | null;
}
export interface Pathway extends PathwayRow {
  clock: { start: string | null; stop: string | null; days: number | null; band: number | string | null; list: string; running?: boolean; sentence: string };
  state_words?: string; source_note?: string; planned?: boolean; due_date?: string | null;
  events: PathwayEvent[];
}

/** The provider workbook's columns; and wk_00_01 to wk_13_plus. */
export interface Dm01Row {
  test_id: number; test_code: string; test_name: string;
  commissioner_code: string | null; commissioner_name: string | null; site_code: string | null; site_name: string | null;
  total_wl: number; waiting_6plus: number; waiting_13plus: number; percent_6plus: number | null;
  planned_activity: number; unscheduled_activity: number; waiting_list_activity: number;
  [week: `wk_${string}`]: number;
}
export type Dm01 = Table<Dm01Row>;

export interface Submission {
  id: number | string; kind: string; sender: string; sender_name: string; period_from: string | null;
  period_to: string | null; file_name: string; sha256: string; size: number; state: string;
  received_at: string; received_how: string; rows: number; rows_good: number; rows_bad: number;
  rows_open: number; replaced_by: number | string | null; reason: string | null;
}
export type Submissions = Table<Submission>;
export interface SubmissionDetail extends Submission {
  notices?: string[]; quality: { bucket: string; words: string; rows: number }[];
}
export interface QuarantineRow {
  id: number | string; line: number; column: string; reason: string; row: string; state: string;
  corrected: string | null; by: string | null; why?: string | null; at: string | null;
}
export interface TimelyCell {
  period_end: string | null; state: string; received_at: string | null; days_late: number | null;
  rows: number | null; rows_bad: number | null; usual_low: number | null; usual_high: number | null;
  unusual: boolean; submission: number | string | null;
}
export interface Timeliness {
  weeks: string[]; made_at?: string;
  rows: { org: string; org_name: string; kind: string; cells: TimelyCell[] }[];
}

export interface TrackingRow {
  org: string; org_name?: string; test: string | number; test_code?: string; test_name?: string;
  month_end: string; today: string; today_value: number | null; projected: number | null;
  low: number | null; high: number | null; trajectory: number | null; target: number | null;
  last_month: number | null; verdict: string; backtest_error: number | null; backtests: number | null; covered: number | null;
}

export interface RuleRow {
  name: string; sentence: string; value: number; from: string | null; set_by: string | null; reason: string | null; made_at: string | null;
}
export interface SettingRow { name: string; value: string | number | boolean; standard: string; sentence: string }

export class ApiError extends Error {
  constructor(readonly status: number, readonly kind: string, text: string, readonly hint: string | null) {
    super(text);
  }
}

/** What went wrong, in the server's own words when it sent any. */
async function failure(answer: Response): Promise<ApiError> {
  const text = await answer.text();
  try {
    const { error } = JSON.parse(text) as { error: { kind: string; text: string; hint?: string | null } };
    return new ApiError(answer.status, error.kind, error.text, error.hint ?? null);
  } catch {
    return new ApiError(answer.status, "other", `The server answered ${answer.status}.`, null);
  }
}

function unreachable(): ApiError {
  return new ApiError(0, "network", "The server cannot be reached.", "Check that it is running and that this machine is connected.");
}

export async function getText(url: string, signal?: AbortSignal): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(url, { headers: { accept: "application/json" }, signal: signal ?? null });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw unreachable();
  }
  if (!answer.ok) throw await failure(answer);
  return answer.text();
}

async function send<Answer>(method: "POST" | "PUT", url: string, body: unknown): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch(url, {
      method, headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    throw unreachable();
  }
  if (!answer.ok) throw await failure(answer);
  const text = await answer.text();
  return (text ? JSON.parse(text) : {}) as Answer;
}

export function post<Answer>(url: string, body: unknown): Promise<Answer> {
  return send("POST", url, body);
}

export function put<Answer>(url: string, body: unknown): Promise<Answer> {
  return send("PUT", url, body);
}

function sent(request: XMLHttpRequest): Submission | ApiError {
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(request.responseText) as Record<string, unknown>;
  } catch {
    /* an answer that is not ours: the status says it */
  }
  if (request.status >= 200 && request.status < 300) return body as unknown as Submission;
  const error = body.error as { kind: string; text: string; hint?: string } | undefined;
  const text = error?.text ?? `The server answered ${request.status}.`;
  return new ApiError(request.status, error?.kind ?? "other", text, error?.hint ?? null);
}

/** Sends a file's bytes; XMLHttpRequest, because fetch tells no progress of an upload. */
export function upload(url: string, file: File, progress: (share: number) => void): Promise<Submission> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => failed(unreachable());
    request.onload = () => {
      const result = sent(request);
      if (result instanceof ApiError) failed(result);
      else done(result);
    };
    request.send(file);
  });
}
