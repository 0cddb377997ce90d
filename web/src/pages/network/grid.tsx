// SPDX-License-Identifier: MIT
// Trusts across, tests down: in each cell the two icons, the share waiting
// six weeks or more, and how many wait.
import type { ComponentChildren } from "preact";
import { link } from "../../address.ts";
import type { NetworkRow, Org } from "../../api.ts";
import { AssuranceIcon, VariationIcon, assuranceWords, variationWords } from "../../parts/icons.tsx";
import { Scroll, SortHead, order, ordered } from "../../parts/table.tsx";
import { NOTHING, count, percent } from "../../words.ts";
import { type TestLine, groupWords, sum } from "./findings.ts";

export interface GridProps {
  lines: TestLine[];
  orgs: Org[];
  source: string;
  grain: string;
  /** What a column is sorted by. */
  by: "pct6" | "list";
  grouped: boolean;
  caption: string;
}

function spoken(row: NetworkRow): string {
  const words = [`${percent(row.pct6)} six weeks or more`, `${count(row.list)} waiting`];
  if (row.variation) words.push(variationWords(row.variation, row.side));
  if (row.assurance) words.push(assuranceWords(row.assurance));
  return words.join(", ");
}

function Cell(props: { row: NetworkRow | undefined; source: string; grain: string; org: Org }) {
  const { row } = props;
  if (!row || row.list === null) {
    return <td class="cell cell--none"><span class="nhsuk-u-visually-hidden">not reported</span><span aria-hidden="true">{NOTHING}</span></td>;
  }
  const to = link("/plan", { org: row.org, test: row.test === 0 ? "*" : row.test_code, measure: "pct6", source: props.source, grain: props.grain });
  const concern = row.variation === "concern" || row.assurance === "fail";
  return (
    <td class={concern ? "cell cell--concern" : "cell"}>
      <a href={to} class="cell__link" title={spoken(row)}>
        <span class="nhsuk-u-visually-hidden">{`${row.test_name}, ${props.org.short}: ${spoken(row)}`}</span>
        <span class="cell__icons" aria-hidden="true">
          <VariationIcon variation={row.variation} side={row.side} hidden />
          <AssuranceIcon assurance={row.assurance} hidden />
        </span>
        <span class="cell__figures" aria-hidden="true">
          <span class="cell__share">{row.pct6 === null ? NOTHING : percent(row.pct6)}</span>
          <span class="cell__list">{count(row.list)}</span>
        </span>
      </a>
    </td>
  );
}

function Line(props: GridProps & { line: TestLine }) {
  const { line } = props;
  return (
    <tr class={line.test === 0 ? "all" : undefined}>
      <th scope="row">{line.name}</th>
      {props.orgs.map((org) => (
        <Cell key={org.code} row={line.cells.get(org.code)} org={org} source={props.source} grain={props.grain} />
      ))}
    </tr>
  );
}

/** A kind of test, added up: figures without icons, for no chart lies behind them. */
function GroupLine(props: { group: string; lines: TestLine[]; orgs: Org[] }) {
  return (
    <tr class="group">
      <th scope="row">{groupWords(props.group)}</th>
      {props.orgs.map((org) => {
        const all = sum(props.lines.map((line) => line.cells.get(org.code)));
        return (
          <td key={org.code}>
            {all ? <><span class="group__share">{percent(all.pct6)}</span> <span class="group__list">of {count(all.list)}</span></> : NOTHING}
          </td>
        );
      })}
    </tr>
  );
}

function sorted(lines: TestLine[], by: "pct6" | "list"): TestLine[] {
  const { key, down } = order("sort");
  if (!key) return lines;
  if (key === "test") return ordered(lines, (line) => line.name, down);
  return ordered(lines, (line) => line.cells.get(key)?.[by] ?? null, down);
}

function Body(props: GridProps) {
  const tests = props.lines.filter((line) => line.test !== 0);
  const all = props.lines.filter((line) => line.test === 0);
  const total = all.map((line) => <Line key={0} {...props} line={line} />);
  if (!props.grouped) {
    return <tbody>{sorted(tests, props.by).map((line) => <Line key={line.test} {...props} line={line} />)}{total}</tbody>;
  }
  const groups = [...new Set(tests.map((line) => line.group))];
  const parts: ComponentChildren[] = groups.map((group) => {
    const own = tests.filter((line) => line.group === group);
    return (
      <tbody key={group}>
        <GroupLine group={group} lines={own} orgs={props.orgs} />
        {sorted(own, props.by).map((line) => <Line key={line.test} {...props} line={line} />)}
      </tbody>
    );
  });
  return <>{parts}<tbody>{total}</tbody></>;
}

export function Grid(props: GridProps) {
  return (
    <Scroll label={props.caption} class="grid-region">
      <table class="data grid">
        <caption class="nhsuk-u-visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            <SortHead sort="sort" value="test">Test</SortHead>
            {props.orgs.map((org) => (
              <SortHead key={org.code} sort="sort" value={org.code} number class={`grid__${org.kind}`}
                after={<span class="grid__code">{org.code}</span>}>
                {org.short}
              </SortHead>
            ))}
          </tr>
        </thead>
        <Body {...props} />
      </table>
    </Scroll>
  );
}

export function Key() {
  return (
    <ul class="key" aria-label="What the icons mean">
      <li><VariationIcon variation="concern" side="high" hidden size={26} /> square: getting worse</li>
      <li><VariationIcon variation="improvement" side="low" hidden size={26} /> round, letter: improving</li>
      <li><VariationIcon variation="common_cause" side={null} hidden size={26} /> no real change</li>
      <li><AssuranceIcon assurance="fail" hidden size={26} /> target will not be met</li>
      <li><AssuranceIcon assurance="inconsistent" hidden size={26} /> hit or missed by chance</li>
      <li><AssuranceIcon assurance="pass" hidden size={26} /> target will be met</li>
      <li class="key__note">H is higher than before, L is lower. Below the share: how many wait.</li>
    </ul>
  );
}
