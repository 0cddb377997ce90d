// SPDX-License-Identifier: MIT
// Old archives: how far each has come, what is left and why; the ledger of one,
// and the form that adds or changes one.
import { ask, here } from "../../address.ts";
import type { Table } from "../../api.ts";
import type { OldArchive } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { PageTitle } from "../../parts/layout.tsx";
import { Show } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { bytes, count } from "../../words.ts";
import { EditOld } from "./edit.tsx";
import { Ledger } from "./ledger.tsx";
import { dateWords, howWords } from "./words.ts";

function Progress({ row }: { row: OldArchive }) {
  const all = row.found + row.fetching + row.done + row.differs + row.failed;
  if (all === 0) return <>{row.surveyed_to ? "None found yet" : "Not asked yet"}</>;
  return <>{count(row.done)} of {count(all)}<br /><progress class="taken" max={all} value={row.done} aria-label={`Studies here from ${row.name}`} /></>;
}

function Stuck({ row }: { row: OldArchive }) {
  const stuck = row.differs + row.failed;
  if (stuck === 0) return <>None</>;
  return <a href={here({ old: row.id, state: row.failed ? "failed" : "differs", after: null })}>{count(stuck)}<span class="nhsuk-u-visually-hidden"> studies of {row.name} that did not come whole</span></a>;
}

function Olds({ rows }: { rows: OldArchive[] }) {
  const reference = useReference();
  return (
    <DataTable caption="Old archives" captionHidden rows={rows} rowKey={(row) => row.id} empty="None. Add the archive that is to be given up."
      columns={[
        { key: "name", head: "Archive", names: true, cell: (row) => <><a href={here({ old: row.id, state: null, after: null })}><strong>{row.name}</strong></a>{!row.active && <> <span class="tag">Off</span></>}</> },
        { key: "org", head: "Of", cell: (row) => orgShort(reference, row.org) },
        { key: "how", head: "How", cell: (row) => <>{howWords(row.how)} <span class="code">{row.dest}</span></> },
        { key: "done", head: "Here and proven", keep: true, cell: (row) => <Progress row={row} /> },
        { key: "stuck", head: "Not whole", keep: true, cell: (row) => <Stuck row={row} /> },
        { key: "known", head: "Known back to", cell: (row) => (row.surveyed_to ? `${dateWords(row.surveyed_to)}, of ${dateWords(row.from_date)}` : "") },
        { key: "size", head: "Size", number: true, cell: (row) => bytes(row.size) },
        { key: "trouble", head: "Trouble", long: true, cell: (row) => row.trouble },
        { key: "edit", head: "Change", noFile: true, cell: (row) => <a href={here({ edit: row.id })}>Change<span class="nhsuk-u-visually-hidden"> {row.name}</span></a> },
      ]} />
  );
}

export function Migration() {
  const answer = useApi<Table<OldArchive>>("/api/old-archives");
  const edit = ask("edit");
  return (
    <>
      <PageTitle title="Migration">
        <p class="lead">An archive that is given up is brought here study by study. One counts as here when every image that the old archive names is here.</p>
      </PageTitle>
      <section aria-labelledby="olds">
        <div class="head-row">
          <h2 id="olds">Old archives</h2>
          {edit !== "new" && <a href={here({ edit: "new" })}>Add an old archive</a>}
        </div>
        <Show answer={answer} what="The old archives" room={120}>
          {(data) => {
            const changed = data.rows.find((row) => row.id === edit);
            const chosen = data.rows.find((row) => row.id === ask("old"));
            return (
              <>
                {(changed || edit === "new") && <EditOld key={edit} old={changed ?? null} />}
                <Olds rows={data.rows} />
                {data.rows.length > 0 && <Files url="/api/old-archives" what="the old archives" />}
                {chosen && <Ledger key={chosen.id} old={chosen} />}
              </>
            );
          }}
        </Show>
      </section>
    </>
  );
}
