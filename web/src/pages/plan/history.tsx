// SPDX-License-Identifier: MIT
// What was done and said about this chart: notes, step changes, rebases,
// targets and plans, each with who, when and why.
import { useState } from "preact/hooks";
import { post, type Annotation, type Dated, type Spc, type TargetFrom } from "../../api.ts";
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
        { key: "text", head: "What and why", cell: (note) => note.text },
        { key: "author", head: "By", cell: (note) => <>{note.author}<br /><span class="quiet small">{stamp(note.made_at)}</span></>, value: (note) => note.author },
        { key: "do", head: "Change", cell: (note) => <Remove note={note} />, noFile: true },
      ]} />
  );
}

interface Aim { from: string; kind: string; value: number; set_by: string; reason: string }

function aims(data: Spc): Aim[] {
  const target = (one: TargetFrom) => ({ from: one.from, kind: "Target", value: one.value, set_by: one.set_by, reason: one.reason });
  const planned = (one: Dated) => ({ from: one.date, kind: "Plan", value: one.value, set_by: one.set_by, reason: one.reason });
  return [...data.targets.map(target), ...data.trajectory.map(planned)];
}

export function History({ data }: { data: Spc }) {
  return (
    <section class="section" aria-labelledby="history">
      <h2 id="history">History of this chart</h2>
      <Notes data={data} />
      <div class="gap" />
      <DataTable caption="Targets and plan" rows={aims(data)} rowKey={(aim) => aim.kind + aim.from} save="targets-and-plan"
        empty="No target or plan is set for this chart."
        columns={[
          { key: "from", head: "From", names: true, keep: true, cell: (aim) => day(aim.from), value: (aim) => aim.from },
          { key: "kind", head: "Kind", cell: (aim) => aim.kind },
          { key: "value", head: "Value", number: true, cell: (aim) => amount(aim.value, data.unit), value: (aim) => aim.value },
          { key: "by", head: "Set by", cell: (aim) => aim.set_by },
          { key: "why", head: "Why", cell: (aim) => aim.reason },
        ]} />
    </section>
  );
}
