// SPDX-License-Identifier: MIT
// Archives on the web that rules can send to.
import { useState } from "preact/hooks";
import { post, type Table } from "../../api.ts";
import type { WebDestination } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Fold, useWhoWhy } from "../../parts/decide.tsx";
import { Input, Outcome, Submit, useSending } from "../../parts/form.tsx";
import { Show } from "../../parts/state.tsx";
import { DataTable, Files } from "../../parts/table.tsx";
import { stamp } from "../../words.ts";

function Add() {
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [wrong, setWrong] = useState<{ name?: string; url?: string }>({});
  const { check, fields } = useWhoWhy(false);
  const sending = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const bad = {
      ...(name.trim() ? {} : { name: "Give it a name" }),
      ...(/^https?:\/\/\S+$/.test(url.trim()) ? {} : { url: "Enter an address that begins with https:// or http://" }),
    };
    setWrong(bad);
    const said = check();
    if (said && Object.keys(bad).length === 0) void sending.send(() => post("/api/web-destinations", { name: name.trim(), url: url.trim(), by: said.by }), "Stored.");
  };
  return (
    <Fold title="Add or change a destination">
      <form class="form" onSubmit={submit} noValidate>
        <Input label="Name" hint="A name that is there already is given the new address" value={name} onInput={setName} error={wrong.name} />
        <Input label="Address of its DICOMweb" hint="Without /studies: https://pacs.example.nhs.uk/dicom-web" value={url} onInput={setUrl} error={wrong.url} />
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>Store it</Submit></div>
        <Outcome sending={sending} />
      </form>
    </Fold>
  );
}

export function Destinations() {
  const answer = useApi<Table<WebDestination>>("/api/web-destinations");
  return (
    <section class="section" aria-labelledby="destinations">
      <h2 id="destinations">Archives on the web</h2>
      <Show answer={answer} what="The destinations">
        {(data) => (
          <>
            <DataTable caption="Archives on the web" captionHidden rows={data.rows} rowKey={(row) => row.name} empty="None is known. DICOM systems are on the page Systems."
              columns={[
                { key: "name", head: "Name", names: true, cell: (row) => <strong>{row.name}</strong> },
                { key: "url", head: "DICOMweb", long: true, cell: (row) => <span class="code">{row.url}</span> },
                { key: "by", head: "Set by", cell: (row) => row.changed_by },
                { key: "at", head: "Set", keep: true, cell: (row) => stamp(row.changed_at) },
              ]} />
            {data.rows.length > 0 && <Files url="/api/web-destinations" what="the destinations" />}
          </>
        )}
      </Show>
      <Add />
    </section>
  );
}
