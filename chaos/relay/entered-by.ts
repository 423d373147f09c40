/** A target whose ways in lead through the relay, where a fault wants the clients' edge. */
import { Failure } from "../../base/failure.ts";
import type { EdgeDoor } from "../../targets/launch/edge-door.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import { clients, entry } from "../fault.ts";

const loopback = "127.0.0.1";

/**
 * The same target with other entry addresses; the target itself when no client's edge is asked for.
 * @throws {Failure} `usage` for https, whose certificate is for another host
 * @throws when the relay cannot listen
 */
export async function enteredBy(target: RunningTarget, relay: EdgeDoor): Promise<RunningTarget> {
  const urls = await Promise.all(
    target.entryUrls.map(async (url) => {
      const { host, protocol } = new URL(url);
      const to = target.nodes.find(({ address }) => address === host)?.name ?? entry;
      if (!relay.leads(clients, to)) return url;
      if (protocol === "https:") throw namedByCertificate(url);
      return `${protocol}//${await relay.open(clients, to, withPort(url), loopback)}`;
    }),
  );
  if (urls.every((url, index) => url === target.entryUrls[index])) return target;
  return new Proxy(target, {
    get(whole, key) {
      if (key === "entryUrls") return urls;
      const value: unknown = Reflect.get(whole, key, whole);
      return typeof value === "function" ? value.bind(whole) : value;
    },
  });
}

function namedByCertificate(url: string): Failure {
  const { hostname } = new URL(url);
  return new Failure("usage", `${url} cannot be led through the relay: its certificate is for ${hostname}`, {
    hint: "name an address without TLS, or leave out the faults of clients>entry",
  });
}

function withPort(url: string): string {
  const { host, port, hostname } = new URL(url);
  return port === "" ? `${hostname}:80` : host;
}
