// SPDX-License-Identifier: MIT
// How the limits are worked out: choices in sight, kept in the address and
// printed in the picture.
import { ask, change, here } from "../../address.ts";
import type { Spc } from "../../api.ts";
import { Check, Input, Select } from "../../parts/form.tsx";
import { period } from "../../words.ts";

const BETTER = { decrease: "Lower is better", increase: "Higher is better", neutral: "Neither direction is better" };

function whole(text: string, least: number, most: number): number | null {
  const n = Number(text);
  return Number.isInteger(n) && n >= least && n <= most ? n : null;
}

/** A whole number that is sent only when it can be right. */
function Run(props: { label: string; name: string; value: number; standard: number; least: number; hint?: string }) {
  const set = (text: string) => {
    const n = text.trim() === "" ? props.standard : whole(text, props.least, 60);
    if (n !== null) change({ [props.name]: n === props.standard ? null : n }, "replace");
  };
  return (
    <Input label={props.label} value={String(props.value)} width="3" inputMode="numeric" onChange={set}
      {...(props.hint ? { hint: props.hint } : {})} />
  );
}

/** Tries a rebase without storing it: the address holds all rebases then. */
function Rebase({ data }: { data: Spc }) {
  const point = ask("point");
  const tried = new URLSearchParams(location.search).getAll("rebase");
  const stored = data.annotations.filter((note) => note.kind === "rebase").map((note) => note.date);
  const now = tried.length ? tried : stored;
  const at = data.points.find((one) => one.date === point);
  return (
    <div class="rebase">
      <button type="button" class="nhsuk-button nhsuk-button--secondary nhsuk-button--small" aria-disabled={!at}
        onClick={() => at && change({ rebase: [...new Set([...now, at.date])].sort() })}>
        {at ? `Rebase at ${period(at.date, data.grain)}` : "Rebase here: choose a point first"}
      </button>
      {tried.length > 0 && (
        <span>
          Trying rebases at {tried.map((date) => period(date, data.grain)).join(", ")}; not stored.{" "}
          <a href={here({ rebase: null })}>Back to the stored ones</a>
        </span>
      )}
    </div>
  );
}

export function Options({ data }: { data: Spc }) {
  const { options } = data;
  const fix = options.fix_after ? String(options.fix_after) : "0";
  const fixes = [...new Set(["0", "12", "15", "18", "24", fix])].map((value) => ({
    value, words: value === "0" ? "all points" : `the first ${value}`,
  }));
  return (
    <fieldset class="options">
      <legend class="h3">How the limits are worked out</legend>
      <div class="options__row">
        <Check label="Leave out freak ranges (screening)" checked={options.screening}
          onChange={(on) => change({ screening: on ? null : "0" }, "replace")} />
        <Run label="Points for a shift" name="shift" value={options.shift_run} standard={7} least={3} />
        <Run label="Points for a trend" name="trend" value={options.trend_run} standard={7} least={3} />
        <Select label="Limits from" value={fix} choices={fixes}
          onChange={(value) => change({ fix_after: value === "0" ? null : value }, "replace")} />
        <p class="options__fact">{BETTER[data.improve]}</p>
        <Rebase data={data} />
      </div>
    </fieldset>
  );
}
