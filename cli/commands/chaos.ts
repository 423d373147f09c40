/** `bench chaos list|plan`: which faults there are, and what those of a plan would be. */
import { faults } from "../../chaos/catalog.ts";
import { undoWords, wordsOfFault } from "../../chaos/catalog-words.ts";
import { chaosExamples } from "../../chaos/examples.ts";
import type { ScheduledFault } from "../../chaos/plan-chaos.ts";
import { planRun } from "../../controller/plan.ts";
import { wordsOfBirth } from "../../targets/launch/birth.ts";
import { type RunWords, readRequest } from "../request.ts";

export async function listFaults(options: { readonly json?: boolean }): Promise<number> {
  if (options.json === true) {
    const told = faults.map(({ name, does, place, value, lasts, undo, only }) => ({
      ...{ name, place, lasts, undo, does },
      ...(only && { only: only.what }),
      ...(value && { value }),
    }));
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return 0;
  }
  const indent = Math.max(...faults.map(({ name }) => name.length)) + 2;
  for (const fault of faults) {
    const { example, where, lasts, undo, value } = wordsOfFault(fault);
    const texts = [
      fault.does,
      ...(value === undefined ? [] : [`= ${value}`]),
      example,
      `on ${where}; ${lasts}; ${undo}`,
    ];
    const lines = texts.flatMap((text) => wrapped(text, WIDTH - indent));
    for (const [at, line] of lines.entries())
      process.stdout.write(`${(at === 0 ? fault.name : "").padEnd(indent)}${line}\n`);
  }
  const whens = Math.max(...chaosExamples.map(({ when }) => when.length));
  process.stdout.write("\nfor example\n");
  for (const { when, word } of chaosExamples) process.stdout.write(`  ${when.padEnd(whens)}  ${word}\n`);
  process.stdout.write(`\n${grammar}\n`);
  return 0;
}

/** Columns of a usual terminal on a usual screen. */
const WIDTH = 100;

const grammar = [
  "--chaos fault[=value][:where]@start[+duration], seconds from the start of the measured part.",
  "where: a name, a selector (tier=app, zone=b, component=redis, primary=trade, replica=trade), several",
  "with commas, *2 behind it for two by the seed, a>b for an edge. Plan files and the rest: docs/chaos.md",
].join("\n");

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The schedule, without the rest of the plan. */
export async function planFaults(
  scenario: string,
  words: RunWords & { readonly json?: boolean },
): Promise<number> {
  const { request } = await readRequest(scenario, words);
  const plan = planRun(request);
  const { faults: scheduled = [], relayed = [], births = {}, quiet = [] } = plan.chaos ?? {};
  if (words.json === true) {
    process.stdout.write(
      `${JSON.stringify({ durationS: plan.durationS, faults: scheduled, relayed, births, quiet }, null, 2)}\n`,
    );
    return 0;
  }
  if (scheduled.length === 0)
    process.stdout.write("no fault is planned; bench chaos list shows which there are\n");
  for (const fault of scheduled) process.stdout.write(`${lineOf(fault)}\n`);
  for (const { fromS, toS } of quiet) process.stdout.write(`quiet     from ${fromS} s to ${toS} s\n`);
  if (relayed.length > 0)
    process.stdout.write(`through the relay: ${relayed.map(({ from, to }) => `${from}>${to}`).join(", ")}\n`);
  for (const [name, birth] of Object.entries(births))
    process.stdout.write(`${name} is born with ${wordsOfBirth(birth)}\n`);
  return 0;
}

function lineOf({ fault, value, nodes, edges, zone, atS, forS, mechanism, undo }: ScheduledFault): string {
  const when = forS === undefined ? `at ${atS} s` : `${atS} s to ${atS + forS} s`;
  const places = edges.length > 0 ? edges.map(({ from, to }) => `${from}>${to}`) : nodes;
  const where = zone === undefined ? places.join(", ") : `zone ${zone}`;
  const what = [fault, value === undefined ? [] : `= ${value}`, where === "" ? [] : `on ${where}`]
    .flat()
    .join(" ");
  return `${when.padEnd(14)} ${what}: ${mechanism}; ${undoWords[undo]}`;
}
