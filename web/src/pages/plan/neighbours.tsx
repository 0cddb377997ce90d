// SPDX-License-Identifier: MIT
// The same measure at the other trusts, on one value axis.
import { here } from "../../address.ts";
import type { Org, Spc } from "../../api.ts";
import { useApi } from "../../live.ts";
import { trusts, useReference } from "../../reference.ts";
import { SmallSpc, values } from "../../parts/charts/spc.tsx";
import { useWidth } from "../../parts/charts/width.ts";
import { AssuranceIcon, VariationIcon, assuranceWords, variationWords } from "../../parts/icons.tsx";
import { amount } from "../../words.ts";
import { type Question, spcUrl } from "./question.ts";

const HEIGHT = 170;

function Small(props: { org: Org; data: Spc | null; failed: boolean; low: number; high: number }) {
  const { org, data } = props;
  const [box, width] = useWidth();
  const last = data?.groups.at(-1);
  const point = data?.points.at(-1);
  return (
    <li class="small-spc">
      <h3><a href={here({ org: org.code, rebase: null, point: null })}>{org.short}</a></h3>
      <p class="small-spc__words">
        {data && last && point ? (
          <>
            <VariationIcon variation={last.variation} side={last.side} size={24} hidden />
            {last.assurance && <AssuranceIcon assurance={last.assurance} size={24} hidden />}
            <strong>{amount(point.value, data.unit)}</strong>
            <span>{variationWords(last.variation, last.side)}{last.assurance && `; ${assuranceWords(last.assurance)}`}</span>
          </>
        ) : <span>{data || props.failed ? "Not reported." : "Loading…"}</span>}
      </p>
      <div ref={box} class="small-spc__box">
        {data && data.points.length > 0 && width > 0 && <SmallSpc data={data} width={width} height={HEIGHT} low={props.low} high={props.high} />}
      </div>
    </li>
  );
}

/** Each trust is asked by itself: one that has no figures spoils nothing. */
function useNeighbours(asked: Question, others: Org[]) {
  const url = (n: number) => (others[n] ? spcUrl({ ...asked.params, org: others[n]!.code, rebase: null }) : null);
  return [useApi<Spc>(url(0)), useApi<Spc>(url(1)), useApi<Spc>(url(2)), useApi<Spc>(url(3))];
}

export function Neighbours({ asked, main }: { asked: Question; main: Spc }) {
  const reference = useReference();
  const others = trusts(reference).filter((org) => org.code !== asked.org).slice(0, 4);
  const answers = useNeighbours(asked, others);
  const shown = others.map((org, n) => ({ org, data: answers[n]!.error ? null : answers[n]!.data, failed: answers[n]!.error !== null }));
  // A list size is of each trust's own size: only shares are set side by side.
  const shared = main.unit === "%" || main.unit === "days" || main.unit === "hours";
  const all = [main, ...shown.map((one) => one.data)].filter((one): one is Spc => one !== null && one.points.length > 0).flatMap(values);
  return (
    <section class="section" aria-labelledby="neighbours">
      <h2 id="neighbours">The same at the other trusts</h2>
      <ul class={others.length > 3 ? "small-spcs small-spcs--4" : "small-spcs"}
        aria-busy={shown.some((one) => !one.data && !one.failed)}>
        {shown.map(({ org, data, failed }) => {
          const own = shared || !data ? all : values(data);
          return <Small key={org.code} org={org} data={data} failed={failed} low={Math.min(...own)} high={Math.max(...own)} />;
        })}
      </ul>
      {shared && <p class="source">One scale for all, so that they can be compared.</p>}
    </section>
  );
}
