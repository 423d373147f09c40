#!/usr/bin/env node
/** A layer-4 node: the kernel's rules, kept to the backends that answer, and keepalived beside them. Ends when that ends. */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { afterCheck, type Health, startsUp } from "./health.ts";
import { rules } from "./rules.ts";

/** Written by programs/keepalived.ts. */
export interface DirectorConfig {
  readonly port: number;
  /** host:port */
  readonly backends: readonly string[];
  /** Path of nft. */
  readonly nft: string;
  /** keepalived and its words. */
  readonly keepalived: readonly string[];
  /** Where it notes its processes. Left over from before a kill they may be somebody else's by now, and it would not start. */
  readonly pidPaths: readonly string[];
}

const CHECK_EVERY_MS = 500;
const CHECK_LIMIT_MS = 200;

const { port, backends, nft, keepalived, pidPaths } = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
) as DirectorConfig;

let states: readonly Health[] = backends.map(startsUp);
apply();
for (const path of pidPaths) rmSync(path, { force: true });
const [command, ...words] = keepalived;
const child = spawn(command!, words, { stdio: "inherit" });
child.once("error", (error) => {
  say(`${command} could not be started: ${error.message}`);
  process.exit(1);
});
child.once("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => child.kill(signal));
setInterval(() => void check(), CHECK_EVERY_MS);
say(`connections to port ${port} go to ${backends.join(", ")}`);

async function check(): Promise<void> {
  const before = states;
  const checked = await Promise.all(
    before.map(async (state) => afterCheck(state, await answers(state.backend))),
  );
  states = checked;
  const changed = checked.filter(({ isUp }, index) => isUp !== before[index]!.isUp);
  if (changed.length === 0) return;
  for (const { backend, isUp } of changed) say(`${backend} is ${isUp ? "back" : "out"}`);
  apply();
}

/** @throws when the kernel does not take the rules: a node without them would be a hole */
function apply(): void {
  const up = states.filter(({ isUp }) => isUp).map(({ backend }) => backend);
  const { status, stderr, error } = spawnSync(nft, ["-f", "-"], { input: rules(port, up), encoding: "utf8" });
  if (error || status !== 0)
    throw new Error(`nft did not take the rules: ${error?.message ?? stderr.trim()}`);
}

function answers(backend: string): Promise<boolean> {
  const { hostname, port: itsPort } = new URL(`tcp://${backend}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(itsPort), timeout: CHECK_LIMIT_MS });
    const end = (hasAnswered: boolean) => {
      socket.destroy();
      resolve(hasAnswered);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}
