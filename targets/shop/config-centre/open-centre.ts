/** The settings centre over a real ZooKeeper, by its address. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log.ts";
import { keptSettings } from "./kept-settings.ts";
import { SettingsCentre } from "./settings-centre.ts";
import { ZooKeeperSession } from "./zookeeper-session.ts";

/** A server that says nothing is given up after two thirds of it. */
const SESSION_MS = 6_000;

export interface CentreAddress {
  /** host:port */
  readonly address: string;
  readonly keptPath?: string | undefined;
}

/** Starts watching; what is known from disk is in force when this resolves. */
export async function openCentre({ address, keptPath }: CentreAddress, log: Log): Promise<SettingsCentre> {
  const colon = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
  const centre = new SettingsCentre({
    open: (onChange, signal) =>
      ZooKeeperSession.open({ host, port, timeoutMs: SESSION_MS, onChange }, signal),
    ...(keptPath !== undefined && { kept: keptSettings(keptPath) }),
    log,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });
  await centre.start();
  return centre;
}
