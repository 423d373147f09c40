/** Rules of nftables by which a share of the packets on some lines is lost, as text. Pure. */
import { matching } from "./drop-rules.ts";
import type { Peer } from "./places.ts";

export interface LossyLine {
  /** The line's far end. */
  readonly device: string;
  readonly peers: readonly Peer[];
}

/** As fine as the kernel's dice are thrown: a millionth. */
const SIDES = 1_000_000;

/** @param ratio of the packets, each way; the kernel throws its own dice, which no seed decides */
export function lossRules(table: string, lines: readonly LossyLine[], ratio: number): string {
  const fewer = Math.max(1, Math.round(ratio * SIDES));
  const lost = `numgen random mod ${SIDES} < ${fewer} counter drop`;
  const chains = lines.flatMap(({ device, peers }) => [
    chain(device, "egress", matching(peers, "from"), lost),
    chain(device, "ingress", matching(peers, "to"), lost),
  ]);
  return `table netdev ${table} {\n${chains.join("")}}\n`;
}

const chain = (device: string, hook: "egress" | "ingress", matches: readonly string[], lost: string) =>
  `  chain ${device}_${hook} {
    type filter hook ${hook} device "${device}" priority 0; policy accept;
${matches.map((match) => `    ${match} ${lost}\n`).join("")}  }
`;
