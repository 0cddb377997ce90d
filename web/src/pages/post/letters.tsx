// SPDX-License-Identifier: MIT
// Letters that have not arrived: how far they are, what the trouble is, again
// at once or given up.
import { ask, change, here, link } from "../../address.ts";
import { post, type Table } from "../../api.ts";
import type { Letter } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Decide, useWhoWhy } from "../../parts/decide.tsx";
import { Outcome, Select, Submit, useSending } from "../../parts/form.tsx";
import { Show } from "../../parts/state.tsx";
import { type Column, DataTable, Files } from "../../parts/table.tsx";
import { count, stamp } from "../../words.ts";
import { senderWords, stateWords } from "./words.ts";

const PAGE = 50;
const STATES = ["open", "waiting", "sending", "failed", "sent", "withdrawn"];

function How({ row }: { row: Letter }) {
  const next = row.state === "waiting" && row.due_at ? `, next try ${stamp(row.due_at)}` : row.sent_at ? `, ${stamp(row.sent_at)}` : "";
  return <><span class={`state state--${row.state === "failed" ? "refused" : row.state}`}>{stateWords(row.state)}</span>{next}</>;
}

function open(row: Letter): boolean {
  return row.state === "waiting" || row.state === "failed";
}

function columns(): Column<Letter>[] {
  return [
    { key: "to", head: "To", names: true, cell: (row) => <strong class="code">{row.to}</strong> },
    { key: "what", head: "What", cell: (row) => senderWords(row.sender) },
    { key: "why", head: "Because", long: true, cell: (row) => row.reason },
    { key: "state", head: "State", cell: (row) => <How row={row} /> },
    {
      key: "done", head: "Taken", keep: true,
      cell: (row) => (row.total ? <>{count(row.done)} of {count(row.total)}<br /><progress class="taken" max={row.total} value={row.done} aria-label={`Taken by ${row.to}`} /></> : ""),
    },
    { key: "attempts", head: "Tries", number: true, cell: (row) => count(row.attempts) },
    { key: "trouble", head: "Trouble", long: true, cell: (row) => row.trouble },
    { key: "made", head: "Written", keep: true, cell: (row) => stamp(row.made_at) },
    {
      key: "decide", head: "Decide", noFile: true,
      cell: (row) => open(row) && <a href={here({ letter: row.id })}>Decide<span class="nhsuk-u-visually-hidden"> about the letter to {row.to}</span></a>,
    },
  ];
}

function Chosen({ letter }: { letter: Letter }) {
  const { check, fields } = useWhoWhy(false);
  const sending = useSending();
  const again = (event: Event) => {
    event.preventDefault();
    const said = check();
    if (said) void sending.send(() => post(`/api/letters/${letter.id}/again`, { by: said.by }), "It is tried again now.");
  };
  return (
    <div class="panel no-print">
      <h3>{senderWords(letter.sender)} to {letter.to}</h3>
      {letter.trouble && <p>The last trouble: {letter.trouble}</p>}
      <form class="form" onSubmit={again} noValidate>
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>Try again now</Submit><a href={here({ letter: null })}>Close</a></div>
        <Outcome sending={sending} />
      </form>
      <Decide title="Give it up" url={`/api/letters/${letter.id}/withdraw`} button="Withdraw the letter" done="Withdrawn. It is not sent.">
        <p>The other side does not get what is left of it. The images stay here.</p>
      </Decide>
    </div>
  );
}

function Choices({ rows }: { rows: Letter[] }) {
  const to = [...new Set([ask("to"), ...rows.map((row) => row.to)])].filter(Boolean).sort();
  return (
    <div class="filters">
      <Select label="State" value={ask("state", "open")} choices={STATES.map((value) => ({ value, words: stateWords(value) }))}
        onChange={(state) => change({ state: state === "open" ? null : state, after: null, letter: null })} />
      <Select label="To" value={ask("to")} choices={[{ value: "", words: "Everybody" }, ...to.map((value) => ({ value, words: value }))]}
        onChange={(value) => change({ to: value, after: null, letter: null })} />
    </div>
  );
}

export function Letters() {
  const filters = { state: ask("state", "open"), to: ask("to") };
  const answer = useApi<Table<Letter>>(link("/api/letters", { ...filters, after: ask("after"), limit: PAGE }));
  return (
    <section aria-labelledby="letters">
      <h2 id="letters">Letters</h2>
      <Choices rows={answer.data?.rows ?? []} />
      <Show answer={answer} what="The letters" room={120}>
        {(data) => {
          const chosen = data.rows.find((row) => row.id === ask("letter"));
          return (
            <>
              {chosen && <Chosen key={chosen.id} letter={chosen} />}
              <DataTable caption="Letters" captionHidden rows={data.rows} rowKey={(row) => row.id} columns={columns()}
                empty={filters.state === "open" && !filters.to ? "Everything that was to be sent has arrived." : "No letter fits these choices."} />
              <nav class="pager" aria-label="Pages of the list">
                {ask("after") && <a href={here({ after: null })}>First page</a>}
                {data.rows.length === PAGE && <a href={here({ after: data.rows.at(-1)?.id })}>Next {PAGE}</a>}
              </nav>
              {data.rows.length > 0 && <Files url={link("/api/letters", filters)} what="the letters" />}
            </>
          );
        }}
      </Show>
    </section>
  );
}
