// SPDX-License-Identifier: MIT
// Two questions that do not wait for the month's end: who has not sent this
// week's data, and who has waited longest.
import { link } from "../../address.ts";
import type { Pathways, Timeliness } from "../../api.ts";
import { useApi } from "../../live.ts";
import { orgShort, useReference } from "../../reference.ts";
import { Show } from "../../parts/state.tsx";
import { count, day } from "../../words.ts";
import { kindWords } from "../submissions/kinds.ts";

interface Owed { org: string; kind: string; state: string }

/** This week's cells that are not in, latest week first. */
export function owed(answer: Timeliness): { week: string; missing: Owed[] } {
  const week = [...answer.weeks].sort().at(-1) ?? "";
  const missing = answer.rows.flatMap((row) => {
    const cell = row.cells[answer.weeks.indexOf(week)];
    return cell && ["missing", "due", "refused"].includes(cell.state) ? [{ org: row.org, kind: row.kind, state: cell.state }] : [];
  });
  return { week, missing };
}

export function ThisWeek() {
  const reference = useReference();
  const answer = useApi<Timeliness>("/api/timeliness?weeks=1");
  return (
    <section class="glance" aria-labelledby="this-week">
      <h2 id="this-week" class="h3"><a href="/submissions">This week's files</a></h2>
      <Show answer={answer} what="This week's files" room={70}>
        {(data) => {
          const { week, missing } = owed(data);
          if (!week) return <p>No week is expected yet.</p>;
          if (missing.length === 0) return <p>Everybody has sent the week that ended {day(week)}.</p>;
          return (
            <>
              <p>Not in, for the week that ended {day(week)}:</p>
              <ul>
                {missing.slice(0, 6).map((one) => (
                  <li key={one.org + one.kind}>
                    <strong>{orgShort(reference, one.org)}</strong> {kindWords(one.kind)}: {one.state}
                  </li>
                ))}
              </ul>
              {missing.length > 6 && <p><a href="/submissions">and {missing.length - 6} more</a></p>}
            </>
          );
        }}
      </Show>
    </section>
  );
}

export function Longest() {
  const answer = useApi<Pathways>("/api/pathways?list=waiting&sort=longest&limit=1");
  return (
    <section class="glance" aria-labelledby="longest">
      <h2 id="longest" class="h3"><a href={link("/pathways", { list: "waiting", sort: "longest" })}>Longest wait today</a></h2>
      <Show answer={answer} what="The longest wait" room={70}>
        {(data) => {
          const first = data.rows[0];
          if (!first) return <p>Nobody is waiting.</p>;
          return (
            <p>
              <a href={`/pathways/${first.id}`}>{count(first.wait_days)} days</a> for {first.test_name} at {first.provider}, patient {first.patient}.
              The link tells why the clock stands there.
            </p>
          );
        }}
      </Show>
    </section>
  );
}
