// SPDX-License-Identifier: MIT
// Which studies go where by themselves.
import { ask, here } from "../../address.ts";
import type { Table } from "../../api.ts";
import type { RouteRule } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Show } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { EditRule } from "./rule.tsx";
import { ruleWords, senderWords, whenWords } from "./words.ts";

export function Rules() {
  const reference = useReference();
  const answer = useApi<Table<RouteRule>>("/api/routes");
  const open = ask("rule");
  return (
    <section class="section" aria-labelledby="rules">
      <div class="head-row">
        <h2 id="rules">What goes where by itself</h2>
        {open !== "new" && <a href={here({ rule: "new" })}>Add a rule</a>}
      </div>
      <Show answer={answer} what="The rules">
        {(data) => {
          const rule = data.rows.find((row) => row.id === open);
          return (
            <>
              {(rule || open === "new") && <EditRule key={open} rule={rule ?? null} />}
              <DataTable caption="Routing rules" captionHidden rows={data.rows} rowKey={(row) => row.id} empty="No rule: nothing leaves by itself."
                columns={[
                  { key: "name", head: "Rule", names: true, cell: (row) => <><strong>{row.name}</strong>{!row.active && <> <span class="tag">Off</span></>}</> },
                  { key: "which", head: "Which studies", long: true, cell: (row) => `${ruleWords(row, orgShort(reference, row.org))}${row.priors ? ", and the patient's earlier ones" : ""}` },
                  { key: "when", head: "When", long: true, cell: whenWords },
                  { key: "to", head: "To", keep: true, cell: (row) => <strong class="code">{row.to}</strong> },
                  { key: "how", head: "How", cell: (row) => senderWords(row.sender) },
                  { key: "priority", head: "Turn", number: true, cell: (row) => row.priority },
                  { key: "edit", head: "Change", noFile: true, cell: (row) => <a href={here({ rule: row.id })}>Change<span class="nhsuk-u-visually-hidden"> the rule {row.name}</span></a> },
                ]} />
              {data.rows.length > 0 && <Files url="/api/routes" what="the rules" />}
            </>
          );
        }}
      </Show>
    </section>
  );
}
