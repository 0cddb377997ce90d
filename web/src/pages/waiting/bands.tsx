// SPDX-License-Identifier: MIT
// The bands of one day; a bar opens the list of those who are in it.
import { ask, change, go } from "../../address.ts";
import type { Waiting } from "../../api.ts";
import { orgShort, testName, useReference } from "../../reference.ts";
import { BandsDrawing, bandXs } from "../../parts/charts/bands.tsx";
import { Figure } from "../../parts/charts/figure.tsx";
import { DataTable } from "../../parts/table.tsx";
import { bandWords, capital, count, day, percent } from "../../words.ts";
import { pathwaysLink } from "../pathways/links.ts";
import type { Scope } from "./waiting.tsx";

const HEIGHT = 320;

export function BandsNow({ data, at }: { data: Waiting; at: Scope }) {
  const reference = useReference();
  const chosen = ask("band");
  const selected = chosen === "" ? null : Number(chosen);
  const to = (band: number) => pathwaysLink({ ...at, list: "waiting", band: band === 13 ? "13+" : band });
  const share = (n: number) => (data.list ? percent((100 * n) / data.list) : "");
  const title = `Weeks waited on ${day(data.as_of)}`;
  const rows = data.bands.map((n, band) => ({ n, band }));
  return (
    <Figure title={title} height={HEIGHT} selected={selected} clicks
      description={`${count(data.list)} waiting, ${count(data.over6)} for six weeks or more, ${count(data.over13)} for 13 weeks or more.`}
      xs={bandXs} onSelect={(n) => change({ band: n }, "replace")} onChoose={(n) => go(to(n))}
      read={(n) => `${capital(bandWords(n))}: ${count(data.bands[n])} people, ${share(data.bands[n] ?? 0)} of the list. Enter or a click lists them.`}
      draw={(width) => <BandsDrawing bands={data.bands} width={width} height={HEIGHT} selected={selected} />}
      tableOpen={ask("bands") === "table"} onTable={(open) => change({ bands: open ? "table" : null }, "replace")}
      table={(
        <DataTable caption={title} captionHidden rows={rows} rowKey={(row) => String(row.band)} save="weeks-waited"
          columns={[
            { key: "band", head: "Waited", names: true, cell: (row) => capital(bandWords(row.band)) },
            { key: "n", head: "People", number: true, cell: (row) => <a href={to(row.band)}>{count(row.n)}</a>, value: (row) => row.n },
            { key: "share", head: "Of the list", number: true, cell: (row) => share(row.n) },
          ]} />
      )}
      words={() => ({
        title: `${title}: ${testName(reference, at.test)}, ${at.org === "*" ? "all trusts" : orgShort(reference, at.org)}`,
        notes: [`Source: ${data.source_note}. As of ${day(data.as_of)}. Made by Ribble.`],
        name: `bands-${at.org === "*" ? "all" : at.org}-${at.test === "*" ? "all" : at.test}-${data.as_of}`.toLowerCase(),
      })} />
  );
}
