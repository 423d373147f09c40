/** A comparison as JUnit: one test case a figure. A regression is a failure, an undecided one skipped, broken books an error. */
import { inXml, quotedInXml } from "../../telling/escaped.ts";
import type { Compared } from "../compared.ts";
import type { Comparison } from "../comparison.ts";
import { comparisonNotes, figureSentence } from "../telling.ts";

export function comparisonJunit(comparison: Comparison): string {
  const { figures, verdict, names, b } = comparison;
  const suite = `${names[1]} against ${names[0]}`;
  const cases = figures.map((each) => figureCase(each, suite));
  const graver = [4, 11, 15].includes(verdict.exitCode);
  const times = (tag: string) => cases.filter((text) => text.includes(`<${tag} `)).length;
  const counts = `tests="${cases.length + 1}" failures="${times("failure")}" errors="${graver ? 1 : 0}" skipped="${times("skipped") + (verdict.exitCode === 5 ? 1 : 0)}"`;
  const first = b[0] ?? comparison.a[0];
  const properties = [
    ["verdict", verdict.status],
    ["exitCode", String(verdict.exitCode)],
    ["runsA", String(comparison.a.length)],
    ["runsB", String(b.length)],
    ...Object.entries(first?.fingerprint.host ?? {}).map(([name, value]) => [`host ${name}`, value]),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bench" ${counts}>`,
    `  <testsuite name=${quotedInXml(suite)} ${counts}${first === undefined ? "" : ` timestamp=${quotedInXml(first.startedAt)}`}>`,
    "    <properties>",
    ...properties.map(
      ([name = "", value = ""]) => `      <property name=${quotedInXml(name)} value=${quotedInXml(value)}/>`,
    ),
    "    </properties>",
    wholeCase(comparison, suite),
    ...cases,
    `    <system-out>${comparisonNotes(comparison).map(inXml).join("\n")}</system-out>`,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

/** The runs themselves: books, the target's life, and whether there were enough that count. */
function wholeCase({ verdict: { exitCode, because } }: Comparison, suite: string): string {
  const inner =
    exitCode === 5
      ? `<skipped message=${quotedInXml(because)}/>`
      : [4, 11, 15].includes(exitCode)
        ? `<error type="runs" message=${quotedInXml(because)}/>`
        : "";
  return `    <testcase classname=${quotedInXml(suite)} name="runs" time="0">${inner}</testcase>`;
}

function figureCase(each: Compared, suite: string): string {
  const sentence = figureSentence(each);
  const open = `    <testcase classname=${quotedInXml(suite)} name=${quotedInXml(each.name)} time="0">`;
  switch (each.status) {
    case "regression":
      return `${open}<failure type="regression" message=${quotedInXml(sentence)}/></testcase>`;
    case "undecided":
    case "not-held":
      return `${open}<skipped message=${quotedInXml(sentence)}/></testcase>`;
    case "ok":
      return `${open}<system-out>${inXml(sentence)}</system-out></testcase>`;
    default:
      return each.status satisfies never;
  }
}
