// SPDX-License-Identifier: MIT
// What several pages show of a study: its small picture, its modalities, and
// what is going on with it.
import { useState } from "preact/hooks";
import { hasPicture, modalitiesOf, modalityWords, webLink } from "../dicom.ts";

/** Pixels asked for; drawn at half as many, so that it is sharp on every screen. */
const SIDE = 128;

/** A small picture, fetched when it comes into sight.  A study without one,
 * or one that cannot be drawn, says what it is instead. */
export function Thumbnail(props: { study: string; series?: string; modalities: string; large?: boolean; from?: string }) {
  const [bad, setBad] = useState(false);
  const size = props.large ? SIDE : SIDE / 2;
  const shape = `thumb ${props.large ? "thumb--large" : ""}`;
  const first = modalitiesOf(props.modalities)[0] ?? "";
  if (bad || !hasPicture(props.modalities)) return <span class={`${shape} thumb--none`} aria-hidden="true">{first || "–"}</span>;
  const side = props.large ? SIDE * 2 : SIDE;
  const source = props.from ?? `${webLink(props.study, props.series)}/thumbnail?viewport=${side},${side}`;
  return (
    <span class={shape}>
      <img src={source} width={size} height={size} loading="lazy" decoding="async" alt="" onError={() => setBad(true)} />
    </span>
  );
}

export function Modalities({ of }: { of: string }) {
  return (
    <span class="chips">
      {modalitiesOf(of).map((code) => <abbr key={code} class="chip" title={modalityWords(code)}>{code}</abbr>)}
    </span>
  );
}

interface Marked { sealed: boolean; held: boolean; deleting: boolean }

export function StudyMarks({ of }: { of: Marked }) {
  return (
    <>
      {!of.sealed && <span class="tag tag--live">Arriving</span>}
      {of.held && <span class="tag tag--held">Legal hold</span>}
      {of.deleting && <span class="tag tag--bad">To be deleted</span>}
    </>
  );
}
