// SPDX-License-Identifier: MIT
// What was done and said about this chart: notes, step changes, rebases,
// targets and plans, each with who, when and why.
import { useState } from "preact/hooks";
import { ask, change } from "../../address.ts";
import { post, type Annotation, type Dated, type Spc, type TargetFrom } from "../../api.ts";
import { inForce } from "../../parts/charts/spc.tsx";
import { Input, Outcome, Submit, useAuthor, useSending } from "../../parts/form.tsx";
import { DataTable } from "../../parts/table.tsx";
import { amount, day, stamp } from "../../words.ts";

const KIND = { note: "Note", rebase: "Rebase", step: "Step change" };

/** Nothing is wiped: taking away is itself recorded, with a name and a reason. */
function Remove({ note }: { note: Annotation }) {
  const [open, setOpen] = useState(false);
  const [author, setAuthor] = useAuthor();
  const [text, setText] = useState("");
  const sending = useSending();
  if (!open) {
    return (
      <button type="button" class="plain-button" onClick={() => setOpen(true)}>
        Remove<span class="nhsuk-u-visually-hidden"> {KIND[note.kind]} of {day(note.date)}</span>
      </button>
    );
  }
  const submit = (event: Event) => {
    event.preventDefault();
    void sending.send(() => post(`/api/annotations/${note.id}/remove`, { author, text }), "Removed; the removal is kept on record.");
  };
  return (
    <form class="form" onSubmit={submit}>
      <Input label="Your name" value={author} onInput={setAuthor} auto="name" />
      <Input label="Why it is removed" value={text} onInput={setText} />
      <div class="buttons">
        <Submit busy={sending.busy}>Remove it</Submit>
        <button type="button" class="plain-button" onClick={() => setOpen(false)}>Keep it</button>
      </div>
      <Outcome sending={sending} />
    </form>
  );
}

function Notes({ data }: { data: Spc }) {
  const numbered = data.annotations.map((note, n) => ({ ...note, n: n + 1 }));
  return (
    <DataTable caption="On the chart" rows={numbered} rowKey={(note) => String(note.id)} save="chart-notes"
      empty="No notes, step changes or rebases are on this chart yet."
      columns={[
        { key: "n", head: "Mark", cell: (note) => note.n },
        { key: "date", head: "Date", names: true, keep: true, cell: (note) => day(note.date), value: (note) => note.date },
        { key: "kind", head: "Kind", cell: (note) => KIND[note.kind] },
        { key: "text", head: "What and why", long: true, cell: (note) => note.text },
        { key: "author", head: "By", cell: (note) => <>{note.author}<br /><span class="quiet small">{stamp(note.made_at)}</span></>, value: (note) => note.author },
        { key: "do", head: "Change", cell: (note) => <Remove note={note} />, noFile: true },
      ]} />
  );
}

interface Aim { from: string; value: number; set_by: string; reason: string; holds: boolean }

function aims(list: (TargetFrom | Dated)[]): Aim[] {
  const from = (one: TargetFrom | Dated) => ("from" in one ? one.from : one.date);
  const holding = new Set(inForce(list, from));
  return list.map((one) => ({ from: from(one), value: one.value, set_by: one.set_by, reason: one.reason, holds: holding.has(one) }));
}

function Aims({ rows, caption, unit, empty }: { rows: Aim[]; caption: string; unit: string; empty: string }) {
  return (
    <DataTable caption={caption} rows={rows.map((aim, n) => ({ ...aim, n }))} rowKey={(aim) => String(aim.n)} save={caption.toLowerCase()} empty={empty}
      columns={[
        { key: "from", head: "From", names: true, keep: true, cell: (aim) => day(aim.from), value: (aim) => aim.from },
        { key: "value", head: "Value", number: true, cell: (aim) => amount(aim.value, unit), value: (aim) => aim.value },
        { key: "holds", head: "Holds", cell: (aim) => (aim.holds ? "yes" : "no, another took its place") },
        { key: "by", head: "Set by", cell: (aim) => aim.set_by },
        { key: "why", head: "Why", long: true, cell: (aim) => aim.reason },
      ]} />
  );
}

/** A plan has a line for each month: told in full when asked for. */
function Plan({ data }: { data: Spc }) {
  const open = ask("months") === "1";
  if (data.trajectory.length === 0) return <p class="empty">No plan is set for this chart.</p>;
  const holding = inForce(data.trajectory, (one) => one.date);
  const first = holding[0]!;
  const last = holding.at(-1)!;
  return (
    <>
      <p>
        The plan goes from {amount(first.value, data.unit)} on {day(first.date)} to {amount(last.value, data.unit)} on {day(last.date)}.{" "}
        <button type="button" class="plain-button" aria-expanded={open} onClick={() => change({ months: !open }, "replace")}>
          {open ? "Hide its months" : "Show every month"}
        </button>
      </p>
      {open && <Aims rows={aims(data.trajectory)} caption="Plan" unit={data.unit} empty="" />}
    </>
  );
}

export function History({ data }: { data: Spc }) {
  return (
    <section class="section" aria-labelledby="history">
      <h2 id="history">History of this chart</h2>
      <Notes data={data} />
      <div class="gap" />
      <Aims rows={aims(data.targets)} caption="Targets" unit={data.unit} empty="No target is set for this chart." />
      <div class="gap" />
      <Plan data={data} />
    </section>
  );
}
