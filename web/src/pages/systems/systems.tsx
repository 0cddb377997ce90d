// SPDX-License-Identifier: MIT
// The systems that speak DICOM with us: who may call, from where, for whom,
// to do what; and who called that nobody knows.
import { ask, here } from "../../address.ts";
import type { Reference, SettingRow, Table } from "../../api.ts";
import type { Peer } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { PageTitle } from "../../parts/layout.tsx";
import { Show } from "../../parts/state.tsx";
import { type Column, DataTable, Files } from "../../parts/table.tsx";
import { orgShort, useReference } from "../../reference.ts";
import { EditPeer } from "./peer.tsx";
import { rightWords } from "./rights.ts";
import { Strangers } from "./strangers.tsx";

function columns(reference: Reference): Column<Peer>[] {
  return [
    {
      key: "aet", head: "AE title", names: true, keep: true,
      cell: (row) => <><strong class="code">{row.aet}</strong>{!row.active && <> <span class="tag">Retired</span></>}</>,
    },
    { key: "name", head: "What it is", by: (row) => row.name, cell: (row) => row.name || <span class="quiet">not said</span> },
    { key: "trust", head: "For", by: (row) => orgShort(reference, row.org), cell: (row) => orgShort(reference, row.org) },
    { key: "rights", head: "May", long: true, cell: (row) => rightWords(row.rights) },
    { key: "from", head: "Calls from", cell: (row) => row.addresses || <span class="tag tag--warn">anywhere</span> },
    { key: "at", head: "We call it at", cell: (row) => (row.host ? `${row.host}:${row.port}` : <span class="quiet">never</span>) },
    { key: "tls", head: "TLS", cell: (row) => (row.tls ? (row.certificate ? "yes, with its own certificate" : "yes") : "no") },
    {
      key: "limits", head: "Limits",
      cell: (row) => [row.associations ? `${row.associations} at once` : "", row.rate_mib_s ? `${row.rate_mib_s} MiB a second` : ""].filter(Boolean).join(", ") || <span class="quiet">none of its own</span>,
    },
    { key: "edit", head: "Change", noFile: true, cell: (row) => <a href={here({ peer: row.id })}>Change<span class="nhsuk-u-visually-hidden"> {row.aet}</span></a> },
  ];
}

function Ours() {
  const answer = useApi<Table<SettingRow>>("/api/settings");
  return (
    <Show answer={answer} what="Our own settings" room={70}>
      {(data) => {
        const value = (name: string) => String(data.rows.find((row) => row.name === name)?.value ?? "");
        const port = (name: string) => ({ "-1": "not open", 0: "any free port" } as Record<string, string>)[value(name)] ?? `port ${value(name)}`;
        const facts: [string, string][] = [
          ["Our AE title", [value("dicom_aet"), ...value("dicom_aet_also").split("\\")].filter(Boolean).join(", ")],
          ["Listens on", value("dicom_address") || "every address"], ["DICOM", port("dicom_port")], ["DICOM over TLS", port("dicom_tls_port")],
          ["DICOMweb", `${location.origin}/dicom-web`],
        ];
        return <dl class="facts">{facts.map(([name, words]) => <div key={name}><dt>{name}</dt><dd class="code">{words}</dd></div>)}</dl>;
      }}
    </Show>
  );
}

export function Systems() {
  const reference = useReference();
  const answer = useApi<Table<Peer>>("/api/peers");
  const open = ask("peer");
  return (
    <>
      <PageTitle title="Systems">
        <p class="lead">Scanners, archives and workstations. Give them these; how Ribble listens is among its <a href="/settings">settings</a>.</p>
      </PageTitle>
      <Ours />
      <Strangers />
      <section class="section" aria-labelledby="peers">
        <div class="head-row">
          <h2 id="peers">Known systems</h2>
          {open !== "new" && <a href={here({ peer: "new" })}>Add a system</a>}
        </div>
        <Show answer={answer} what="The systems">
          {(data) => {
            const peer = data.rows.find((row) => row.id === open);
            return (
              <>
                {(peer || open === "new") && <EditPeer key={open} peer={peer ?? null} />}
                <DataTable caption="Known systems" captionHidden rows={data.rows} rowKey={(row) => row.id} sort="order" columns={columns(reference)}
                  empty="No system is known yet, so none may send. Add one, or admit one that calls." />
                <Files url="/api/peers" what="the systems" />
              </>
            );
          }}
        </Show>
      </section>
    </>
  );
}
