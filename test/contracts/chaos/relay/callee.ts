/** A relay in this process with one edge, a callee behind it, and callers in front: all of them real sockets. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { Cleanup } from "../../../../base/cleanup.ts";
import type { Clock } from "../../../../base/clock.ts";
import { Relay } from "../../../../chaos/relay/relay.ts";
import type { RelayAnswer, RelayAsk, RelayFault, RelaySeen } from "../../../../chaos/relay/relay-control.ts";

export const edge = { from: "shop", to: "db" } as const;

export interface Stand extends AsyncDisposable {
  readonly relay: Relay;
  /** host:port of the relay. */
  readonly address: string;
  /** The callee's ends of connections, as they come. */
  readonly callees: Socket[];
  ask(ask: RelayAsk): Promise<Extract<RelayAnswer, { ok: true }>>;
  put(fault: Partial<RelayFault> & Pick<RelayFault, "does">): Promise<void>;
  lift(fault?: string): Promise<void>;
  seen(fault?: string): Promise<RelaySeen>;
  /** A caller that is connected, and its callee's end once that is there. */
  call(): Promise<Socket>;
  callee(index: number): Promise<Socket>;
}

/** @param serve what the callee does with each connection */
export async function openStand(serve: (socket: Socket) => void, clock?: Clock): Promise<Stand> {
  const cleanup = new Cleanup();
  const callees: Socket[] = [];
  const server = await listening((socket) => {
    callees.push(socket);
    server.emit("callee");
    serve(socket);
  });
  cleanup.defer(() => server.close());
  cleanup.defer(() => callees.forEach((socket) => void socket.destroy()));
  const relay = new Relay(clock === undefined ? {} : { clock });
  cleanup.defer(() => relay.close());
  const answer = await relay.answer({ ask: "open", edge, upstream: addressOf(server), host: "127.0.0.1" });
  if (!answer.ok) throw new Error(answer.because);
  const ask = async (asked: RelayAsk) => {
    const said = await relay.answer(asked);
    if (!said.ok) throw new Error(said.because);
    return said;
  };
  return {
    relay,
    address: answer.address ?? "",
    callees,
    ask,
    put: async (fault) => {
      const usual = { id: "fault", edges: [edge], share: 1, seed: 1, leaseMs: 60_000 };
      await ask({ ask: "put", fault: { ...usual, ...fault } });
    },
    lift: async (fault = "fault") => void (await ask({ ask: "lift", fault })),
    seen: async (fault = "fault") => (await ask({ ask: "seen", fault })).seen!,
    call: () => caller(answer.address ?? "", cleanup),
    async callee(index) {
      while (callees[index] === undefined) await once(server, "callee");
      return callees[index];
    },
    [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose](),
  };
}

async function caller(address: string, cleanup: Cleanup): Promise<Socket> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
  cleanup.defer(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** A server on a free port, half-open as the relay is. */
export async function listening(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {}); // Resets are what is tested: seen by `endOf`.
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

export function addressOf(server: Server): string {
  const { port } = server.address() as { readonly port: number };
  return `127.0.0.1:${port}`;
}

/** How a connection ended: "FIN", or the code of its error. */
export function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("end", () => resolve("FIN"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
    socket.resume();
  });
}

/** The next so many bytes. */
export async function read(socket: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.resume();
  for (let have = 0; have < bytes; ) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    chunks.push(chunk);
    have += chunk.length;
  }
  socket.pause();
  return Buffer.concat(chunks);
}
