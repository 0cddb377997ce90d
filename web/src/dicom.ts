// SPDX-License-Identifier: MIT
// What DICOM writes, as people read it.  Nothing is guessed: what cannot be
// read so is shown as it came.
import { day } from "./words.ts";

/** "ANN-MARIE" as "Ann-Marie"; what has small letters already is left. */
function capitals(text: string): string {
  if (text !== text.toUpperCase()) return text;
  return text.toLowerCase().replace(/(^|[^\p{L}])(\p{L})/gu, (all) => all.toUpperCase());
}

/** "HODDER^ANN^MARIE^MRS" as "HODDER, Ann Marie (Mrs)", the way of the NHS;
 * a name in another writing follows the first. */
export function personName(text: string): string {
  const groups = text.split("=").map(oneName).filter(Boolean);
  return groups.join(" ") || "No name";
}

function oneName(group: string, place: number): string {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group.split("^").map((part) => part.trim());
  if (place > 0) return [family, given, middle].filter(Boolean).join(" ");
  const first = capitals([given, middle].filter(Boolean).join(" "));
  const whole = [family.toUpperCase(), first].filter(Boolean).join(", ");
  return [whole, suffix, prefix && `(${capitals(prefix)})`].filter(Boolean).join(" ");
}

/** "20261124" as "24 Nov 2026". */
export function dicomDay(text: string): string {
  const found = /^(\d{4})\.?(\d\d)\.?(\d\d)$/.exec(text.trim());
  const month = Number(found?.[2]);
  return found && month >= 1 && month <= 12 ? day(`${found[1]}-${found[2]}-${found[3]}`) : text.trim();
}

/** "093015.5" as "09:30". */
export function dicomTime(text: string): string {
  const found = /^([01]\d|2[0-3]):?([0-5]\d)/.exec(text.trim());
  return found ? `${found[1]}:${found[2]}` : text.trim();
}

/** Whole years between a birth and another day, both as DICOM writes them. */
export function ageAt(birth: string, on: string): number | null {
  if (!/^\d{8}$/.test(birth) || !/^\d{8}$/.test(on) || on < birth) return null;
  return Number(on.slice(0, 4)) - Number(birth.slice(0, 4)) - (on.slice(4) < birth.slice(4) ? 1 : 0);
}

/** An NHS number has ten digits of which the last is made from the others. */
function isNhsNumber(text: string): boolean {
  if (!/^\d{10}$/.test(text)) return false;
  const sum = [...text.slice(0, 9)].reduce((all, digit, place) => all + Number(digit) * (10 - place), 0);
  return (11 - (sum % 11)) % 11 === Number(text[9]);
}

export function patientNumber(text: string): string {
  return isNhsNumber(text) ? `${text.slice(0, 3)} ${text.slice(3, 6)} ${text.slice(6)}` : text;
}

/** As it is searched for: an NHS number without its gaps. */
export function plainNumber(text: string): string {
  const close = text.replaceAll(/[\s-]/g, "");
  return isNhsNumber(close) ? close : text.trim();
}

const MODALITIES: Record<string, string> = {
  CR: "Computed radiography", CT: "Computed tomography", DX: "Digital X-ray", ES: "Endoscopy", IO: "Intra-oral X-ray",
  MG: "Mammography", MR: "Magnetic resonance", NM: "Nuclear medicine", OP: "Ophthalmic photography", OT: "Other",
  PT: "Positron emission tomography", PX: "Panoramic X-ray", RF: "Fluoroscopy", RG: "X-ray film", US: "Ultrasound",
  XA: "X-ray angiography", XC: "Photograph", DOC: "Document", SR: "Structured report", KO: "Key images", PR: "Presentation",
  SEG: "Segmentation", REG: "Registration", RTDOSE: "Radiotherapy dose", RTPLAN: "Radiotherapy plan", RTSTRUCT: "Radiotherapy structures",
  ECG: "Electrocardiogram", AU: "Sound", BMD: "Bone density", DG: "Diaphanography", IVUS: "Intravascular ultrasound",
  IVOCT: "Intravascular optical coherence tomography", OPT: "Ophthalmic tomography", SM: "Slide microscopy",
};
/** Of these nothing can be drawn. */
const WITHOUT_PICTURE = new Set(["SR", "KO", "PR", "DOC", "REG", "RTPLAN", "RTSTRUCT", "ECG", "AU", "PLAN", "FID", "RWV"]);
const OFTEN = ["CT", "MR", "US", "DX", "CR", "MG", "NM", "PT", "XA", "RF", "BMD", "SR", "DOC"];

export function modalityWords(code: string): string {
  return MODALITIES[code] ?? code;
}

export const MODALITY_CHOICES = OFTEN.map((code) => ({ value: code, words: `${code}: ${modalityWords(code)}` }));

export function modalitiesOf(text: string): string[] {
  return text.split(/[,\\]/).map((one) => one.trim()).filter(Boolean);
}

export function hasPicture(modalities: string): boolean {
  const all = modalitiesOf(modalities);
  return all.length === 0 || all.some((one) => !WITHOUT_PICTURE.has(one));
}

/** Mammograms are hung side by side, both breasts, both views. */
export function viewerLink(study: { uid: string; modalities: string; instances: number }): string {
  const hung = modalitiesOf(study.modalities).includes("MG") && study.instances >= 4;
  return `/viewer/viewer?StudyInstanceUIDs=${encodeURIComponent(study.uid)}${hung ? "&hangingProtocolId=@ohif/hpMammo" : ""}`;
}

export function studyLink(study: string): string {
  return `/studies/${encodeURIComponent(study)}`;
}

/** The same series or study in the DICOMweb of the archive. */
export function webLink(study: string, series?: string): string {
  const below = series ? `/series/${encodeURIComponent(series)}` : "";
  return `/dicom-web/studies/${encodeURIComponent(study)}${below}`;
}

export function sexWords(code: string): string {
  return ({ M: "Male", F: "Female", O: "Other" } as Record<string, string>)[code] ?? (code || "not said");
}
