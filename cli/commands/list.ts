/** `bench list`: what there is to choose from. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, unknownName } from "../../base/failure.ts";
import { faults } from "../../chaos/catalog.ts";
import { findScenario, scenarios } from "../../scenarios/catalog.ts";
import { findTarget, targets } from "../../targets/catalog.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { valuesOf, variantsOf } from "../../targets/variant.ts";
import { checks } from "../../verdict/catalog.ts";
import { reports } from "../../verdict/reports/catalog.ts";
import { limitsOf } from "../../verdict/telling/limits.ts";
import { runIds, runsFolder } from "../results.ts";

interface Row {
  readonly name: string;
  readonly title: string;
}

const lists: Readonly<Record<string, () => readonly Row[]>> = {
  scenarios: () => scenarios.map(({ name, title }) => ({ name, title })),
  targets: () => targets.map(({ id, title }) => ({ name: id, title })),
  faults: () => faults.map(({ name, does }) => ({ name, title: does })),
  checks: () => checks.map(({ name, title }) => ({ name, title })),
  reports: () => reports.map(({ format, title }) => ({ name: format, title })),
  runs: () => runIds().map((id) => ({ name: id, title: stateOf(id) })),
};

export async function list(
  what: string | undefined,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  if (what !== undefined && lists[what] === undefined)
    throw new Failure("usage", unknownName("list", what, Object.keys(lists)));
  if (what !== undefined && name !== undefined) show(what, name, options.json === true);
  else {
    const chosen = what === undefined ? Object.keys(lists) : [what];
    if (options.json === true) {
      const all = Object.fromEntries(chosen.map((each) => [each, lists[each]?.() ?? []]));
      print(what === undefined ? all : all[what]);
    } else for (const each of chosen) printRows(each, lists[each]?.() ?? [], what === undefined);
  }
  return 0;
}

function show(what: string, name: string, isJson: boolean): void {
  if (what === "targets") {
    const spec = findTarget(name);
    if (isJson) print(spec);
    else process.stdout.write(`${targetLines(spec).join("\n")}\n`);
  } else if (what === "scenarios") {
    const { title, source, operations, journeys, popularity, requestsPerArrival } = findScenario(name);
    const shown = {
      name,
      title,
      source,
      operations: Object.keys(operations),
      journeys: Object.keys(journeys),
      popularity,
      requestsPerArrival,
    };
    if (isJson) print(shown);
    else
      for (const [key, value] of Object.entries(shown))
        process.stdout.write(
          `${key.padEnd(19)} ${typeof value === "object" ? JSON.stringify(value) : value}\n`,
        );
  } else {
    const row = lists[what]?.().find((each) => each.name === name);
    if (row === undefined)
      throw new Failure(
        "usage",
        unknownName(what.slice(0, -1), name, lists[what]?.().map((each) => each.name) ?? []),
      );
    if (isJson) print(row);
    else process.stdout.write(`${row.name}  ${row.title}\n`);
  }
}

function targetLines(spec: TargetSpec): string[] {
  const lines = [`${spec.id}  ${spec.title}`, `enter at ${spec.entry}`, ""];
  for (const [name, node] of Object.entries(spec.nodes)) {
    const count = node.count === undefined || node.count === 1 ? "" : ` x ${node.count}`;
    const machine = node.machine === undefined ? "" : `, on machine ${node.machine}`;
    const zones = node.zones ?? (node.zone === undefined ? [] : [node.zone]);
    const place = zones.length === 0 ? "" : `, in ${zones.join(" and ")}`;
    const calls = node.calls === undefined || node.calls.length === 0 ? "" : `  -> ${node.calls.join(", ")}`;
    lines.push(
      `${`${name}${count}`.padEnd(20)} ${node.tier.padEnd(6)} ${node.component.padEnd(9)} ${node.cpuMillicores} m${machine}${place}${calls}`,
    );
    if (node.standInFor !== undefined) lines.push(`${" ".repeat(21)}stands in for ${node.standInFor}`);
  }
  lines.push("", "variants (--variant name=value)");
  for (const [name, variant] of Object.entries(variantsOf(spec))) {
    lines.push(`  ${name.padEnd(12)} ${valuesOf(variant)} (usual: ${variant.usual}): ${variant.title}`);
  }
  lines.push("");
  for (const claim of spec.claims) {
    lines.push(`claims ${claim.scenario}: ${claim.ratePerS}/s, ${limitsOf(claim)} (${claim.source})`);
  }
  return lines;
}

function stateOf(id: string): string {
  const path = join(runsFolder(), id, "run.json");
  if (!existsSync(path)) return "incomplete";
  const { kind, state, verdict } = JSON.parse(readFileSync(path, "utf8")) as {
    kind?: string;
    state?: string;
    verdict?: string;
  };
  const search = kind === "capacity" ? "search for the knee" : undefined;
  return [search, state, verdict].filter((word) => word !== undefined).join(", ");
}

function printRows(what: string, rows: readonly Row[], isTitled: boolean): void {
  const width = Math.max(12, ...rows.map(({ name }) => name.length));
  if (isTitled) process.stdout.write(`${what}\n`);
  for (const { name, title } of rows) process.stdout.write(`  ${name.padEnd(width)}  ${title}\n`);
  if (rows.length === 0) process.stdout.write("  none yet\n");
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
