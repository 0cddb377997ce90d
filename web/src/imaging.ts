// SPDX-License-Identifier: MIT
// The shapes of the API's answers about images: studies, the archive, the
// systems that speak DICOM with us, and what is sent on.

export interface StudyRow {
  uid: string; org: string; patient_name: string; patient_id: string; issuer: string; birth_date: string; sex: string;
  date: string; time: string; accession: string; modalities: string; description: string;
  series: number; instances: number; size: number; pathway: string;
  sealed: boolean; held: boolean; deleting: boolean; changed_at: string;
}
export interface SeriesRow {
  uid: string; modality: string; number: string; description: string; body_part: string; station: string;
  institution: string; manufacturer: string; instances: number;
}
export interface Study extends StudyRow {
  accession_issuer: string; referrer: string; began_at: string; findings: string; series_list: SeriesRow[];
}
export interface StudyEvent { at: string; kind: string; who: string; why: string }

export interface Archive {
  studies: number; instances: number; size: number; unsealed: number; unmatched: number; conflicts: number;
  proposed: number; confirmed: number; troubles: number;
  disk_free: number | null; disk_size: number | null; reserve: number; settle_s: number;
  verify_mib_s: number; verified_to: string | null; kept: number; same: number; refused: number; keeping: number;
}
export interface Conflict {
  id: string; uid: string; org: string; sender: string; found_at: string;
  first_study: string; first_name: string; first_patient: string; first_date: string; first_kept_at: string; first_size: number;
  second_study: string; second_name: string; second_patient: string; second_date: string; second_kept_at: string; second_size: number;
}
export interface Deletion {
  id: string; study: string; org: string; state: "proposed" | "confirmed"; proposed_at: string; proposed_by: string; why: string;
  confirmed_at: string | null; confirmed_by: string; due_at: string | null; instances: number; size: number;
}
export interface Trouble { id: string; study: string; org: string; instance: string; found_at: string; what: string }
export interface Retention {
  id: string; name: string; org: string; modality: string; years: number; grace_days: number; active: boolean;
}

export interface Peer {
  id: string; aet: string; org: string; name: string; addresses: string; host: string; port: number; tls: boolean;
  certificate: string; rights: string; associations: number; rate_mib_s: number; charset: string; notify: string; active: boolean;
}
export interface PeerChange { at: string; who: string; why: string; what: string }
export interface Stranger {
  id: string; calling: string; called: string; address: string; certificate: string; reason: string;
  first_at: string; last_at: string; times: number;
}

export interface Letter {
  id: string; sender: string; to: string; reason: string; state: string; made_at: string; due_at: string | null;
  sent_at: string | null; attempts: number; done: number; total: number; trouble: string;
}
export interface RouteRule {
  id: string; name: string; active: boolean; org: string; modality: string; body_part: string; station: string; words: string;
  days: string; from_minute: number; to_minute: number; at_start: boolean; priors: boolean; sender: string; to: string;
  priority: number; delay_s: number;
}
export interface WebDestination { name: string; url: string; changed_by: string; changed_at: string }
export interface OldArchive {
  id: string; name: string; org: string; how: string; dest: string; from_date: string; surveyed_to: string;
  day_kib_s: number; night_kib_s: number; day_from: number; day_to: number; again_days: number; active: boolean; trouble: string;
  found: number; fetching: number; done: number; differs: number; failed: number; instances: number; size: number;
}
export interface OldStudy {
  id: string; uid: string; patient_id: string; accession: string; date: string; modalities: string; state: string;
  priority: number; there: number; here: number; there_hash: string; here_hash: string; size: number; attempts: number;
  done_at: string | null; trouble: string;
}
