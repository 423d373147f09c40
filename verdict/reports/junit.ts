/** One test case per finding, for CI systems that read JUnit: refuted = failure, sick instrument = error, doubt = skipped. */

import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { recoveries } from "../recovery/recovery.ts";
import { inXml, quotedInXml } from "../telling/escaped.ts";
import { targetWords } from "../telling/headline.ts";
import { notes } from "../telling/notes.ts";
import { recoverySentences } from "../telling/recovery.ts";
import type { Judged, Report } from "./report.ts";

export const junit: Report = {
  format: "junit",
  title: "JUnit XML: one test case per finding",
  extension: "xml",
  tells: "verdict",
  render({ evidence, verdict }: Judged): string {
    const { findings } = verdict;
    const times = (tag: string) => findings.filter((finding) => tagOf(finding) === tag).length;
    const counts = `tests="${findings.length}" failures="${times("failure")}" errors="${times("error")}" skipped="${times("skipped")}"`;
    const suite = `${targetWords(evidence)} ${evidence.scenario}`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="bench" ${counts}>`,
      `  <testsuite name=${quotedInXml(suite)} timestamp=${quotedInXml(evidence.startedAt)} time="${evidence.ending.measuredS}" ${counts}>`,
      "    <properties>",
      ...propertiesOf(evidence, verdict.status).map(
        ([name, value]) => `      <property name=${quotedInXml(name)} value=${quotedInXml(value)}/>`,
      ),
      "    </properties>",
      ...findings.flatMap((finding) => testCase(finding, suite)),
      ...notesOf(evidence),
      "  </testsuite>",
      "</testsuites>",
      "",
    ].join("\n");
  },
};

type Tag = "failure" | "error" | "skipped" | undefined;

function tagOf({ kind, status }: Finding): Tag {
  switch (status) {
    case "upheld":
      return undefined;
    case "refuted":
      return kind === "instrument" ? "error" : "failure";
    case "inconclusive":
      return "skipped";
    default:
      return status satisfies never;
  }
}

function testCase(finding: Finding, suite: string): readonly string[] {
  const name = quotedInXml(`${finding.check}: ${finding.subject}`);
  const open = `    <testcase classname=${quotedInXml(suite)} name=${name} time="0"`;
  const tag = tagOf(finding);
  if (tag === undefined)
    return [`${open}>`, `      <system-out>${inXml(finding.because)}</system-out>`, "    </testcase>"];
  const type = tag === "skipped" ? "" : ` type=${quotedInXml(finding.check)}`;
  return [`${open}>`, `      <${tag}${type} message=${quotedInXml(finding.because)}/>`, "    </testcase>"];
}

/** One element with a line for each: a suite may have no more than one. */
function notesOf(evidence: Evidence): readonly string[] {
  const recovered = recoveries(evidence).map(
    (seen) => `${seen.fault}: ${recoverySentences(seen).join("; ")}`,
  );
  const lines = [...recovered, ...notes(evidence)].map(inXml);
  return lines.length === 0 ? [] : [`    <system-out>${lines.join("\n")}</system-out>`];
}

function propertiesOf(evidence: Evidence, status: string): readonly (readonly [string, string])[] {
  return [
    ["runId", evidence.runId],
    ["seed", String(evidence.seed)],
    ["ratePerS", String(evidence.plan.ratePerS)],
    ["durationS", String(evidence.plan.durationS)],
    ["agents", String(evidence.plan.agents)],
    ...(evidence.faults ?? []).map(({ id, status: of }) => [`fault ${id}`, of] as const),
    ["verdict", status],
  ];
}
