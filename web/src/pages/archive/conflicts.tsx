// SPDX-License-Identifier: MIT
// Two images with one identity: both are kept; a person says which is shown.
import { useState } from "preact/hooks";
import { post, type Table } from "../../api.ts";
import { dicomDay, patientNumber, personName, studyLink } from "../../dicom.ts";
import type { Conflict } from "../../imaging.ts";
import { useApi } from "../../live.ts";
import { Fold, useWhoWhy } from "../../parts/decide.tsx";
import { Outcome, Submit, Switch, useSending } from "../../parts/form.tsx";
import { Show } from "../../parts/state.tsx";
import { Thumbnail } from "../../parts/study.tsx";
import { Files } from "../../parts/table.tsx";
import { orgName, useReference } from "../../reference.ts";
import { bytes, stamp } from "../../words.ts";

function Side(props: { which: "first" | "second"; item: Conflict }) {
  const { item, which } = props;
  return (
    <div class="side">
      <Thumbnail study={item[`${which}_study`]} modalities="" large from={`/api/conflicts/${item.id}/thumbnail?side=${which}`} />
      <div>
        <h4>{which === "first" ? "Came first, shown now" : "Came second, kept aside"}</h4>
        <p><a href={studyLink(item[`${which}_study`])}>{personName(item[`${which}_name`])}</a><br />
          {patientNumber(item[`${which}_patient`]) || "no number"}, study of {dicomDay(item[`${which}_date`]) || "no date"}<br />
          {bytes(item[`${which}_size`])}, came {stamp(item[`${which}_kept_at`])}
        </p>
      </div>
    </div>
  );
}

function Resolve({ item }: { item: Conflict }) {
  const [take, setTake] = useState("first");
  const { check, fields } = useWhoWhy();
  const sending = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const said = check();
    if (said) void sending.send(() => post(`/api/conflicts/${item.id}/resolve`, { take, ...said }), "Resolved.");
  };
  return (
    <Fold title="Resolve it">
      <form class="form" onSubmit={submit} noValidate>
        <Switch legend="Show from now on" value={take} onChange={setTake}
          choices={[{ value: "first", words: "The one that came first" }, { value: "second", words: "The one that came second" }]} />
        {fields}
        <div class="buttons"><Submit busy={sending.busy}>Resolve it</Submit></div>
        <Outcome sending={sending} />
      </form>
    </Fold>
  );
}

function Item({ item }: { item: Conflict }) {
  const reference = useReference();
  return (
    <li class="aside">
      <h3>Found {stamp(item.found_at)}, sent by {item.sender || "an unnamed system"} of {orgName(reference, item.org)}</h3>
      <div class="sides"><Side which="first" item={item} /><Side which="second" item={item} /></div>
      <p class="quiet small">SOP Instance UID <span class="code">{item.uid}</span></p>
      <Resolve item={item} />
    </li>
  );
}

export function Conflicts() {
  const answer = useApi<Table<Conflict>>("/api/conflicts");
  return (
    <section class="section" aria-labelledby="conflicts">
      <h2 id="conflicts" tabIndex={-1}>Conflicts</h2>
      <p class="lead">Two different images that say they are the same one. Both are kept for good; choose which is shown.</p>
      <Show answer={answer} what="The conflicts">
        {(data) => (data.rows.length === 0
          ? <p class="empty">There is none.</p>
          : <><ul class="asides">{data.rows.map((item) => <Item key={item.id} item={item} />)}</ul><Files url="/api/conflicts" what="the conflicts" /></>)}
      </Show>
    </section>
  );
}
