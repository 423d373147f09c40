/** docs/chaos.md, told from the catalogue of faults. Pure. */
import { wordsOfFault } from "../../chaos/catalog-words.ts";
import type { Fault } from "../../chaos/fault.ts";

export function chaosPage(faults: readonly Fault[]): string {
  return `# Chaos

What can go wrong on purpose, how it is planned, and why it is always undone. The table and the sections of faults are told from \`chaos/faults/\`, and checked against it: change
those files, then \`npx vitest run --project house -u\`. How a fault is added: [add-a-fault.md](add-a-fault.md). How well a target got over one: [recovery.md](recovery.md).
What becomes of nodes, zones and ways in: [machine-faults.md](machine-faults.md). What a cache lets through: [cache-faults.md](cache-faults.md). Search, settings, queue, services, releases: [later-tier-faults.md](later-tier-faults.md). The words are in the [glossary](glossary.md).

\`\`\`sh
bench run flash-sale --target stage-08 --chaos kill:shop-2@20s+5s --chaos freeze:tier=cache*1@10s+3s
bench chaos list
bench chaos plan flash-sale --target stage-08 --chaos kill:tier=app*1@20s+5s
bench halt
\`\`\`

## One in words

\`fault[=value][:where]@start[+duration]\`; \`start\` is seconds since the measured part began. \`where\` is

- a node, \`shop-2\`, or what it is a member of, \`shop\`: then each of them;
- a selector: \`tier=app\`, \`zone=b\`, \`component=redis\`, \`primary=trade\`, \`replica=trade\`; several with commas must all hold; \`tier=app*1\` picks one by the seed, the same in every run with that seed;
- for what happens to all members of a declared node together its name, \`l4\`, or one of them;
- for faults of connections an edge, \`shop-1>db\`, each side by name or selector; \`clients>proxy\` is the way in; without \`>\` all that lead to the node.

Everything is decided, and everything that stands in the way said at once, before anything starts: \`bench chaos plan\` shows who was picked, when, and by what mechanism it will be done
on this machine. Where a machine cannot (no cgroups, no root, another launcher), the plan says which fault and why. Two that would have the same thing at once are refused: a fault has it from when it is made ready, for
some look at the undisturbed target first, until it is over, and what \`promote\` did is not over before the run is.

## A plan file

\`--chaos night.ts\` (or \`.yaml\`, \`.json\`): the same words as fields, with a seed of its own, repetition, and spans in which nothing may be disturbed.

\`\`\`ts
// night.ts
import { defineChaosPlan } from "stagebench/chaos";

export default defineChaosPlan({
  seed: 7,
  faults: [
    { fault: "kill", where: "tier=app*1", at: "10s", for: "5s", repeat: { times: 2, every: "20s" } },
    { fault: "replica-lag", value: "2s", where: "tier=db", at: "20s", for: "8s" },
    { fault: "hook", value: "drain", at: "50s", for: "5s" },
  ],
  quiet: [["40s", "50s"]],
  hooks: {
    drain: {
      inject: "kubectl cordon node-3",
      verify: "s=$(kubectl get node node-3) || exit 126; echo $s | grep SchedulingDisabled",
      undo: "kubectl uncordon node-3",
      limit: "10s",
    },
  },
});
\`\`\`

## Your own faults

A *hook* is a fault by your own commands, or by requests (\`POST http://localhost:3000/chaos/on {"depth":3}\`), described in a plan file or under \`hooks:\` in the settings file, and used as \`--chaos hook=drain@20s+10s\`.
It is the fault for systems that we did not bring up. \`inject\` does it; \`verify\` succeeds while it bites and fails when it does not, and its last line is the sentence of the report; \`undo\` takes it back and may be
carried out more than once. Commands are run by \`sh\` where the bench was started, each for \`limit\` at most (10 s), and end with all they started. A hook without \`undo\` cannot be undone: on a system of
your own that needs \`--allow-irreversible\`. One that takes long to inject is kept up for its whole length from when that is done.

A \`verify\` must not say that nothing is there because nobody could look. It could not when it took longer than \`limit\`, was ended by a signal, or ended with 126 or more, as a shell does that does not find its command; a request,
when it was not answered, or with 500 or more. Then it is not known whether the fault is gone, and what is not known to be gone after a minute and twice \`limit\` is a leak. In a pipe only the last command counts, so end one that failed earlier yourself, as above.

## Proven

Nobody believes an injection. Each fault has a probe that looks at the world and not at what was done: whether anybody listens, which processes stand still, how old an answer is, what a server counts. What it sees is in
the report, and the clocks of recovery start when it is first seen and when it is seen to be gone. It is asked before anything is done as well: what is there already, or cannot be looked at, and is not otherwise within 5 s (a hook: its last look, begun by then, may take \`limit\`), is
not injected, and has *failed* (exit 5). A fault of which nobody could see anything is *vacuous*: it proves nothing, and the run is inconclusive (exit 5).

## Undone

Before a fault is injected, its mends are on the disk, in \`guard.ndjson\` of the run, written by the guard, a process that outlives the run. It mends when the run dies, when it says nothing for 5 s, and when a fault lasts
longer than planned ([why so](decisions/0018-a-mend-is-data.md)). What cannot be taken back is a leak, also when injecting it failed half-way: exit 15, with the command that does it by hand. A node of a target of
ours that was ended and is not up again after a minute is none, for it goes with the target, and there is nothing to do by hand: that fault has *failed* (exit 5). So has one that should have been over by itself there, and has nothing to take back.
With \`--keep-target\` the target stays, and both are leaks. When a run is broken off there are three seconds (for a hook on a system of your own twice its \`limit\` more): what was taken back in a target of ours by then, and is not seen to be gone, is left, for it goes with the target.

\`bench halt\` undoes everything from the journals alone: of runs that live (it mends, then ends them as Ctrl-C would), of runs that died, and of those whose guard died with them. It looks at all runs in
\`.bench/runs\` and at the folders it is given (\`--out\`), touches nothing that no journal names, leaves runs that are over or without faults, and targets of \`bench targets up\`, alone, and may be called as often as you like. It exits with 0
when nothing is left, and with 15 and what to type when something is, or may be: a run whose folder cannot be read, and one of another container or another machine, of which only what it did to somebody else's system can be taken back
from here (\`bench halt\` there does the rest). One such run, or a word that names none, does not keep it from the others.

## Faults

${tableOf(
  ["fault", "what it does", "then"],
  faults.map((fault) => [`[${fault.name}](#${fault.name})`, fault.does, wordsOfFault(fault).undo]),
)}

${faults.map(sectionOf).join("\n\n")}
`;
}

function sectionOf(fault: Fault): string {
  const { example, where, lasts, undo, value } = wordsOfFault(fault);
  const first = fault.does[0]?.toUpperCase();
  return [
    `### ${fault.name}`,
    `${first}${fault.does.slice(1)}.`,
    [
      `- written: \`${example}\``,
      `- where: ${where}`,
      ...(value === undefined ? [] : [`- value: ${value}`]),
      `- lasts: ${lasts}`,
      `- then: ${undo}`,
    ].join("\n"),
  ].join("\n\n");
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
