/** docs/stages.md, told from the target files: what each stage is made of, and what is new in it. Pure. */
import { type Member, membersOf } from "../../targets/launch/members.ts";
import { launcherNames } from "../../targets/launchers.ts";
import type { NodeSpec, TargetSpec } from "../../targets/target.ts";
import { valuesOf, variantsOf } from "../../targets/variant.ts";
import { limitsOf } from "../../verdict/telling/limits.ts";

type Spec = NodeSpec<string>;

export function stagesPage(targets: readonly TargetSpec[]): string {
  return `# Stages

What each built-in target is made of, and what is new in it against the one before. Told from \`targets/stages/\`, and checked against it: change those
files, then \`npx vitest run --project house -u\`. Budgets are thousandths of a core; how long a stage takes to come up and what it holds in
memory is in [performance.md](performance.md); the words are in the [glossary](glossary.md), how to add one is in [add-a-target.md](add-a-target.md).

${tableOf(["stage", "what it is", "nodes", "budgets together"], targets.map(overview))}

${targets.map((target, index) => sectionOf(target, targets[index - 1])).join("\n\n")}
`;
}

function overview(target: TargetSpec): readonly string[] {
  const members = membersOf(target);
  const sum = members.reduce((millicores, member) => millicores + member.cpuMillicores, 0);
  return [`[${target.id}](#${target.id})`, target.title, String(members.length), `${sum} m`];
}

function sectionOf(target: TargetSpec, before: TargetSpec | undefined): string {
  const { id, title, nodes, strategies, defaultStrategy, claims } = target;
  const members = membersOf(target);
  const standIns = Object.entries(nodes).flatMap(([name, { standInFor }]) =>
    standInFor === undefined ? [] : [`- \`${name}\` stands in for ${standInFor}.`],
  );
  return [
    `## ${id}`,
    `${title[0]?.toUpperCase()}${title.slice(1)}.`,
    ...(before === undefined
      ? []
      : [
          `New against ${before.id}:\n\n${whatIsNew(before, target)
            .map((line) => `- ${line}`)
            .join("\n")}`,
        ]),
    diagramOf(target.entry, members),
    tableOf(
      ["node", "program", "tier", "zone", "members", "budget of each", "holds", "is told"],
      Object.entries(nodes).map(([name, node]) => [
        `\`${name}\``,
        node.component,
        node.tier,
        zonesOf(node),
        String(members.filter((member) => member.node === name).length),
        `${node.cpuMillicores} m${node.machine === undefined ? "" : `, on machine \`${node.machine}\``}`,
        holdsOf(node),
        toldOf(node),
      ]),
    ),
    tableOf(
      ["variant", "values", "usual", "what it changes"],
      Object.entries(variantsOf(target)).map(([name, variant]) => [
        `\`${name}\``,
        valuesOf(variant),
        variant.usual,
        variant.title,
      ]),
    ),
    `Ways to sell: ${strategies.join(", ")}; usually ${defaultStrategy}.`,
    `Brought up as: ${(target.launchers ?? launcherNames).join(", ")}.${orchestrationOf(target)}`,
    tableOf(
      ["claim", "arrivals/s at the peak", "limits", "source"],
      claims.map((claim) => [claim.scenario, String(claim.ratePerS), limitsOf(claim), claim.source]),
    ),
    standIns.length === 0 ? "Nothing in it stands in for something else." : standIns.join("\n"),
  ].join("\n\n");
}

/** What `after` has and `before` has not, and the other way round; as ends of a list. */
export function whatIsNew(before: TargetSpec, after: TargetSpec): readonly string[] {
  const names = [...new Set([...Object.keys(before.nodes), ...Object.keys(after.nodes)])];
  const lines = names.flatMap((name) => nodeNews(name, before.nodes[name], after.nodes[name]));
  if (before.entry !== after.entry)
    lines.push(`one enters at \`${after.entry}\` instead of \`${before.entry}\``);
  lines.push(
    ...listNews("ways to sell", before.strategies, after.strategies),
    ...listNews("variants", Object.keys(variantsOf(before)), Object.keys(variantsOf(after)), quoted),
  );
  return lines.length === 0 ? ["the same nodes"] : lines;
}

function nodeNews(name: string, before: Spec | undefined, after: Spec | undefined): string[] {
  if (after === undefined) return [`\`${name}\` is gone`];
  if (before === undefined) {
    const { component, cpuMillicores } = after;
    const members = countOf(after) === 1 ? "" : `, ${countOf(after)} members`;
    const calls = listNews("calls", [], after.calls ?? [], quoted);
    return [[`\`${name}\`: ${component}${members}, ${cpuMillicores} m`, ...calls].join(", ")];
  }
  const news = [
    ...changeOf("", before.component, after.component),
    ...changeOf("members", countOf(before), countOf(after)),
    ...changeOf("m of budget", before.cpuMillicores, after.cpuMillicores),
    ...changeOf("(machine)", before.machine ?? "its own", after.machine ?? "its own"),
    ...changeOf("(zones)", zonesOf(before) || "none", zonesOf(after) || "none"),
    ...changeOf("(what it holds)", holdsOf(before), holdsOf(after)),
    ...changeOf("(what it is told)", toldOf(before) || "nothing", toldOf(after) || "nothing"),
    ...listNews("calls", before.calls ?? [], after.calls ?? [], quoted),
  ];
  return news.length === 0 ? [] : [`\`${name}\`: ${news.join(", ")}`];
}

function changeOf(what: string, before: string | number, after: string | number): string[] {
  return before === after ? [] : [`${before} → ${after} ${what}`.trim()];
}

const quoted = (name: string) => `\`${name}\``;

/** `calls a, b` when there were none before; else what came and what went. */
function listNews(
  what: string,
  before: readonly string[],
  after: readonly string[],
  show: (name: string) => string = String,
): string[] {
  const added = after.filter((name) => !before.includes(name)).map(show);
  const gone = before.filter((name) => !after.includes(name)).map(show);
  return [
    ...(added.length === 0 ? [] : [`${what} ${before.length === 0 ? "" : "also "}${added.join(", ")}`]),
    ...(gone.length === 0 ? [] : [`no longer ${what} ${gone.join(", ")}`]),
  ];
}

/** In all zones together. */
const countOf = ({ count = 1, zones = [""] }: Spec) => count * zones.length;

const zonesOf = ({ zone, zones = [] }: Spec) => [...(zone === undefined ? [] : [zone]), ...zones].join(", ");

function orchestrationOf({ orchestration }: TargetSpec): string {
  if (orchestration === undefined) return "";
  const { restart, scales } = orchestration;
  const grown = Object.entries(scales).map(([name, most]) => `\`${name}\` up to ${most} members`);
  const again = restart === "no" ? "stays down" : "is started again";
  return ` While it runs, a node that ends by itself ${again}; it can be scaled: ${grown.join(", ")}.`;
}

function holdsOf(node: Spec): string {
  const { holds = [], replicaOf } = node;
  const what = holds.join(", ");
  if (replicaOf !== undefined) return `${what}, streamed from \`${replicaOf}\``;
  return countOf(node) > 1 && what !== "" ? `${what}, split over its members` : what;
}

/** Its settings, other than the usual. */
function toldOf({ settings = {} }: Spec): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${Array.isArray(value) ? value.join(" + ") : String(value)}`)
    .join(", ");
}

/** Who calls whom: one box for all members of a node in one zone; dashed lines are what databases stream to replicas. */
function diagramOf(entry: string, members: readonly Member[]): string {
  const boxOf = ({ node, zone = "" }: Member) => idOf(zone === "" ? node : `${node} ${zone}`);
  const byName = new Map(members.map((member) => [member.name, member]));
  const boxLines = [...new Set(members.map(boxOf))].map((id) => {
    const [first, ...others] = members.filter((member) => boxOf(member) === id);
    const count = others.length === 0 ? "" : ` × ${others.length + 1}`;
    return { zone: first?.zone, line: `${id}["${first?.node}${count}<br/>${first?.component}"]` };
  });
  const zones = [...new Set(boxLines.map(({ zone }) => zone))].flatMap((zone) => {
    const lines = boxLines.filter((box) => box.zone === zone).map(({ line }) => line);
    if (zone === undefined) return lines.map((line) => `  ${line}`);
    return [`  subgraph z_${idOf(zone)}["zone ${zone}"]`, ...lines.map((line) => `    ${line}`), "  end"];
  });
  const arrows = members.flatMap((member) => [
    ...member.calls.map((called) => `  ${boxOf(member)} --> ${boxOf(byName.get(called)!)}`),
    ...(member.replicaOf === undefined
      ? []
      : [`  ${boxOf(byName.get(member.replicaOf)!)} -. streams .-> ${boxOf(member)}`]),
  ]);
  const entries = members
    .filter(({ node }) => node === entry)
    .map((member) => `  shoppers --> ${boxOf(member)}`);
  const asked = members
    .filter(({ tier }) => tier === "dns")
    .map((member) => `  shoppers -. ask .-> ${boxOf(member)}`);
  const lines = [
    "flowchart LR",
    '  shoppers(("shoppers"))',
    ...asked,
    ...new Set(entries),
    ...zones,
    ...new Set(arrows),
  ];
  return `\`\`\`mermaid\n${lines.join("\n")}\n\`\`\``;
}

/** Words like `end` mean something to Mermaid, so none is left bare. */
const idOf = (name: string) => `n_${name.replaceAll(/\W/g, "_")}`;

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
