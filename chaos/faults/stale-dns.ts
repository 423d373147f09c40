/** A name server goes on telling of addresses where nobody is any more, to whoever asks and for as long as answers are kept. */

import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zoneFileName } from "../../targets/launch/render-knot.ts";
import type { EntryName, NodeHandle } from "../../targets/running-target.ts";
import type { Fault } from "../fault.ts";
import { isListening } from "../listening.ts";
import { type Mend, performMend } from "../mend.ts";
import { shareIn } from "../share.ts";

export const staleDns: Fault = {
  name: "stale-dns",
  does: "has a name server answer with addresses where nobody is any more, instead of a share of the ways in",
  place: "node",
  only: { what: "a name server", fits: ({ component }) => component === "knot" },
  value: { means: "the share of the ways in whose address is stale, at least one", usual: "50%" },
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name], value = "" }) => ({
    mechanism:
      "other addresses in the zone of the name server, read at SIGHUP; there connections are refused",
    problems: shareIn(value) === undefined ? [`"${value}" is not a share above 0% and up to 100%`] : [],
    takes: [`zone of ${name}`],
  }),
  async prepare({ nodes: [name = ""], value = "" }, { node, target }) {
    const server = node(name);
    const { entryName } = target;
    if (entryName === undefined) throw new Error(`nothing is entered by a name that ${name} knows`);
    const before = parseZone(readFileSync(zonePathOf(server), "utf8"));
    const stale = staleZone(before, shareIn(value) ?? 1);
    await mustBeNobody(stale.dead, entryName);
    const afterwards = renderedZone({ ...before, serial: stale.serial + 1 });
    return {
      mends: [reloadOf(server, afterwards)],
      inject: () => performMend(reloadOf(server, renderedZone(stale)), AbortSignal.timeout(1_000)),
      async verify() {
        const told = await addressesBy(entryName);
        const dead = await deserted(told, entryName);
        if (dead.length === 0) return undefined;
        return `${dead.length} of ${told.length} addresses that ${name} answers with have nobody: ${dead.join(", ")}`;
      },
      // It may have been started again since, as another process.
      undo: (signal) => performMend(reloadOf(server, afterwards), signal),
      async verifyUndone() {
        const left = (await addressesBy(entryName)).filter((address) => stale.dead.includes(address));
        return left.length === 0 ? undefined : `${name} still answers with ${left.join(", ")}`;
      },
    };
  },
};

const zonePathOf = (server: NodeHandle): string => join(server.grip().dataFolder, zoneFileName);

function reloadOf(server: NodeHandle, text: string): Mend {
  const grip = server.grip();
  const [first] = grip.kind === "processes" ? grip.processes : [grip.process];
  if (first === undefined) throw new Error(`${server.name} is down`);
  return { mend: "reload", path: zonePathOf(server), text, process: first };
}

/** What counts of a master file of ours; the rest is kept as it stands. */
export interface Zone {
  readonly lines: readonly string[];
  readonly serial: number;
}

const startOfAuthority = /^(@ SOA \S+ \S+ )(\d+)( .*)$/;
const addressRecord = /^(\S+ A )(\d+\.\d+\.\d+\.\d+)$/;

/** @throws {Error} when it is not a zone as the launcher writes it */
export function parseZone(text: string): Zone {
  const lines = text.split("\n");
  const serial = lines.flatMap((line) => startOfAuthority.exec(line)?.[2] ?? []).map(Number)[0];
  if (serial === undefined) throw new Error("the zone has no serial number");
  return { lines, serial };
}

export function renderedZone({ lines, serial }: Zone): string {
  return lines.map((line) => line.replace(startOfAuthority, `$1${serial}$3`)).join("\n");
}

/**
 * The next version of a zone in which a share of the ways in, at least one and the first ones, have the address of a neighbour
 * that is nobody. A name server that tells of a version it has told of before is not believed: numbers only rise (RFC 1982).
 */
export function staleZone(
  { lines, serial }: Zone,
  share: number,
): Zone & { readonly dead: readonly string[] } {
  const ways = [
    ...new Set(
      lines.flatMap((line) => (line.startsWith("@ A ") ? (addressRecord.exec(line)?.[2] ?? []) : [])),
    ),
  ];
  const lost = new Map<string, string>();
  for (const address of ways.slice(0, Math.max(1, Math.round(ways.length * share))))
    lost.set(address, besides(address, [...lost.values()]));
  return {
    lines: lines.map((line) =>
      line.replace(addressRecord, (whole, name: string, address: string) =>
        lost.has(address) ? `${name}${lost.get(address)}` : whole,
      ),
    ),
    serial: serial + 1,
    dead: [...lost.values()],
  };
}

/** The last numbers of addresses beyond everything a launcher gives away; each is looked at before it is used. */
const FIRST_DEAD_HOST = 250;
const LAST_DEAD_HOST = 254;

/** In the same network, the next one that is free. @throws {Error} when there are no more */
function besides(address: string, taken: readonly string[]): string {
  const network = address.split(".").slice(0, 3).join(".");
  for (let host = FIRST_DEAD_HOST; host <= LAST_DEAD_HOST; host++)
    if (!taken.includes(`${network}.${host}`)) return `${network}.${host}`;
  throw new Error(
    `${network}.${FIRST_DEAD_HOST} to .${LAST_DEAD_HOST} are not enough for so many stale addresses`,
  );
}

async function mustBeNobody(dead: readonly string[], { url }: EntryName): Promise<void> {
  const taken = (await Promise.all(dead.map((host) => isListening(at(host, url))))).indexOf(true);
  if (taken >= 0)
    throw new Error(`${dead[taken]} was to be an address without anybody, and somebody listens there`);
}

/** What the name server itself says, for the whole shop and for each zone. */
async function addressesBy({ url, nameServer, near }: EntryName): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([nameServer]);
  const answers = await Promise.all([new URL(url).hostname, ...near].map((name) => resolver.resolve4(name)));
  return [...new Set(answers.flat())];
}

async function deserted(addresses: readonly string[], { url }: EntryName): Promise<readonly string[]> {
  const are = await Promise.all(addresses.map((host) => isListening(at(host, url))));
  return addresses.filter((_, index) => !are[index]);
}

const at = (host: string, url: string) => `${host}:${new URL(url).port}`;
