/** What the nodes of a target on this machine are joined by. */
import { unknownName } from "../base/failure.ts";

/** `auto`: networks of their own where the machine can, else loopback. */
export const networkNames = ["loopback", "auto", "namespaces"] as const;
export type NetworkName = (typeof networkNames)[number];

/** Why nodes cannot be joined like this; undefined when they can, or nothing was said. */
export function networkProblem(
  word: string | undefined,
  launcher: "processes" | "compose" | "external",
): string | undefined {
  if (word === undefined) return undefined;
  if (!networkNames.some((name) => name === word)) return unknownName("network", word, networkNames);
  if (launcher === "processes") return undefined;
  return `--network is for the processes launcher; ${launcher === "compose" ? "containers have networks of their own" : "your own system has its own"}`;
}

/** The network of that name; loopback when nothing was said. */
export const networkNamed = (word: string | undefined): NetworkName =>
  networkNames.find((name) => name === word) ?? "loopback";
