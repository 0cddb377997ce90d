// SPDX-License-Identifier: MIT
// Sending files from the browser: choose or drop, see how far it is, read
// what came of it.
import { useId, useState } from "preact/hooks";
import { ApiError, upload, type Submission } from "../../api.ts";
import { link } from "../../address.ts";
import { written } from "../../live.ts";
import { Select } from "../../parts/form.tsx";
import { bytes, count } from "../../words.ts";
import { KIND_CHOICES, kindWords, submissionState } from "./kinds.ts";

interface Sent { name: string; size: number; share: number; result: Submission | ApiError | null }

function Result({ sent }: { sent: Sent }) {
  const { result } = sent;
  if (result === null) {
    return (
      <>
        <label>{sent.name}, {bytes(sent.size)} <progress max={100} value={Math.round(100 * sent.share)} /></label>
        <span>{sent.share < 1 ? ` ${Math.round(100 * sent.share)}% sent` : " sent; being checked and taken in…"}</span>
      </>
    );
  }
  if (result instanceof ApiError) return <span class="outcome__bad"><strong>{sent.name}: {result.message}</strong> {result.hint}</span>;
  return (
    <span class={result.state === "refused" ? "outcome__bad" : "outcome__good"}>
      <strong>{sent.name}: {submissionState(result.state).toLowerCase()}</strong>
      {result.kind ? ` as ${kindWords(result.kind)}` : ""}
      {result.rows ? `, ${count(result.rows)} rows${result.rows_bad ? `, ${count(result.rows_bad)} kept aside` : ""}` : ""}.{" "}
      {result.reason}{" "}
      {result.id && <a href={`/submissions/${result.id}`}>See this submission</a>}
    </span>
  );
}

function useUploads(kind: string) {
  const [sent, setSent] = useState<Sent[]>([]);
  const send = async (files: File[]) => {
    const start = sent.length;
    setSent((was) => [...was, ...files.map((file) => ({ name: file.name, size: file.size, share: 0, result: null }))]);
    const put = (n: number, change: Partial<Sent>) => setSent((was) => was.map((one, at) => (at === start + n ? { ...one, ...change } : one)));
    for (const [n, file] of files.entries()) {
      const url = link("/api/submissions", { kind, name: file.name });
      const result = await upload(url, file, (share) => put(n, { share })).catch((error: unknown) => error as ApiError);
      put(n, { share: 1, result });
      written();
    }
  };
  return { sent, send };
}

export function Upload() {
  const [kind, setKind] = useState("");
  const [over, setOver] = useState(false);
  const id = useId();
  const { sent, send } = useUploads(kind);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send(Array.from(event.dataTransfer?.files ?? []));
  };
  const choose = (input: HTMLInputElement) => {
    const files = Array.from(input.files ?? []);
    input.value = "";
    void send(files);
  };
  return (
    <section class="section no-print" aria-labelledby="upload-title">
      <h2 id="upload-title">Send a file</h2>
      <div class={over ? "drop drop--over" : "drop"} onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => setOver(false)} onDrop={drop}>
        <div class="field">
          <label class="nhsuk-label" for={id}>Choose files, or drop them here</label>
          <input id={id} type="file" multiple accept=".csv,.txt,.CSV" aria-describedby={`${id}-hint`} onChange={(event) => choose(event.currentTarget)} />
          <p id={`${id}-hint`} class="quiet small">CSV. A file is taken whole or not at all; bad rows are kept aside and can be corrected. The same file twice changes nothing.</p>
        </div>
        <Select label="Kind" value={kind} choices={[{ value: "", words: "Recognise it by its columns" }, ...KIND_CHOICES]} onChange={setKind} />
      </div>
      <div role="status">
        {sent.length > 0 && <ul class="sent">{sent.map((one, n) => <li key={n}><Result sent={one} /></li>)}</ul>}
      </div>
    </section>
  );
}
