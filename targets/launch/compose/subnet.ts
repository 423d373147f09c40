/** A network address nobody here uses yet, and the addresses of the nodes in it. */
import { networkInterfaces } from "node:os";
import { Failure } from "../../../base/failure.ts";

/** Of 10.64.0.0/10 a /24 each. Docker's own pools begin at 172.17, and 10.0 to 10.63 is where offices live. */
const FIRST = 64;
const LAST = 127;
const TRIES = 200;

/** The first node gets .10; below are the gateway and room for what an engine may want. */
const FIRST_HOST = 10;

/**
 * A free /24, for example `10.97.12.0/24`.
 * @param used subnets and addresses in use
 * @throws {Failure} `environment` when none of many was free
 */
export function freeSubnet(used: readonly string[], pick: (from: number, below: number) => number): string {
  const ranges = used.flatMap((text) => rangeOf(text) ?? []);
  for (let tried = 0; tried < TRIES; tried++) {
    const subnet = `10.${pick(FIRST, LAST + 1)}.${pick(0, 256)}.0/24`;
    const own = rangeOf(subnet)!;
    if (ranges.every(({ from, to }) => own.to < from || to < own.from)) return subnet;
  }
  throw new Failure("environment", `no free network among ${TRIES} in 10.64.0.0/10`, {
    hint: "`docker network prune` removes networks that nobody uses",
  });
}

/** Address of this machine in it, by which containers reach it. */
export const gatewayIn = (subnet: string): string => subnet.replace(/0\/24$/, "1");

/** Address of the node with this index, from 0. */
export function addressIn(subnet: string, index: number): string {
  const host = FIRST_HOST + index;
  if (host > 250) throw new Error(`${subnet} has no room for a node number ${index}`);
  return subnet.replace(/0\/24$/, String(host));
}

/** Address of the first node that has none of these. */
export function firstFree(subnet: string, taken: ReadonlySet<string>): string {
  for (let index = 0; ; index++) {
    const address = addressIn(subnet, index);
    if (!taken.has(address)) return address;
  }
}

/** Networks that this machine's own interfaces are in. */
export function ownSubnets(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((each) => (each ?? []).flatMap(({ cidr }) => cidr ?? []));
}

function rangeOf(cidr: string): { from: number; to: number } | undefined {
  const [, a, b, c, d, bits = "32"] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(cidr) ?? [];
  if (a === undefined) return undefined; // Of the sixth version: ours is of the fourth.
  const size = 2 ** (32 - Number(bits));
  const at = ((Number(a) * 256 + Number(b)) * 256 + Number(c)) * 256 + Number(d);
  const from = Math.floor(at / size) * size;
  return { from, to: from + size - 1 };
}
