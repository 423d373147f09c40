/** Three doors, each with a known way of answering, and a desk where the server tells what it did. */
import { createServer as createDesk, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createDoor, type Server, type Socket } from "node:net";
import type { Behaviour } from "./behaviour.ts";
import { drawMs } from "./draw.ts";
import { DueAnswers, type DueTools } from "./due-answers.ts";
import { answerableAtMs } from "./freeze.ts";
import { GetReader } from "./get-reader.ts";
import { Truth } from "./truth.ts";

/** At once, after a drawn delay, and with freezes. */
export const doors = ["now", "drawn", "freezing"] as const;
export type Door = (typeof doors)[number];

export type Ports = Readonly<Record<Door | "desk", number>>;

export interface KnownLatencyServer {
  readonly ports: Ports;
  close(): void;
}

/** 200 bytes of JSON, always the same. */
const body = JSON.stringify({ answer: "x".repeat(187) });
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
);

/** Listens on loopback ports of the system's choice. */
export async function openServer(
  { delays, freeze, unsaidMs }: Behaviour,
  tools: DueTools,
): Promise<KnownLatencyServer> {
  const due = new DueAnswers(tools);
  const truth = new Truth();
  /** The beginning of a cycle of the freezing door. */
  let cycleFromMs = tools.nowMs();
  const requests: Record<Door, number> = { now: 0, drawn: 0, freezing: 0 };

  const ways: Readonly<Record<Door, (socket: Socket, n: number) => void>> = {
    now(socket) {
      requests.now++;
      socket.write(answer);
    },
    drawn(socket, n) {
      const readMs = tools.nowMs();
      requests.drawn++;
      const delayMs = drawMs(delays, n);
      due.add(readMs + delayMs + unsaidMs, () => {
        socket.write(answer);
        truth.note(n, delayMs, tools.nowMs() - readMs - unsaidMs);
      });
    },
    freezing(socket) {
      const sinceMs = tools.nowMs() - cycleFromMs;
      requests.freezing++;
      const atMs = answerableAtMs(freeze, sinceMs);
      if (atMs <= sinceMs) socket.write(answer);
      else due.add(cycleFromMs + atMs, () => socket.write(answer));
    },
  };

  const desk = createDesk((asked, told) => {
    const url = new URL(asked.url ?? "/", "http://desk");
    const asksFor = `${asked.method} ${url.pathname}`;
    if (asksFor === "GET /self") {
      const { user, system } = process.cpuUsage();
      tell(told, { cpuS: (user + system) / 1e6, requests });
    } else if (asksFor === "GET /truth") {
      tell(told, truth.tell(numberOf(url, "from"), numberOf(url, "to")));
    } else if (asksFor === "POST /forget") {
      truth.forget();
      for (const door of doors) requests[door] = 0;
      cycleFromMs = tools.nowMs();
      tell(told, {});
    } else {
      told.writeHead(404).end();
    }
    drain(asked);
  });

  const servers = doors.map((door) => openDoor(ways[door]));
  const ports = await Promise.all([...servers, desk].map(listen));
  const [now, drawn, freezing, deskPort] = ports as [number, number, number, number];
  return {
    ports: { now, drawn, freezing, desk: deskPort },
    close() {
      for (const server of [...servers, desk]) server.close();
    },
  };
}

function openDoor(way: (socket: Socket, n: number) => void): Server {
  return createDoor({ noDelay: true }, (socket) => {
    const reader = new GetReader((n) => way(socket, n));
    socket.on("data", (chunk) => {
      if (!reader.read(chunk))
        socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    });
    // A client that went away is no error of ours.
    socket.on("error", () => socket.destroy());
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // A thousand connections may come at once while the loop is busy.
    server.listen({ host: "127.0.0.1", port: 0, backlog: 1_024 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function tell(told: ServerResponse, what: unknown): void {
  told.setHeader("content-type", "application/json").end(JSON.stringify(what));
}

function drain(asked: IncomingMessage): void {
  asked.resume();
}

const numberOf = (url: URL, name: string): number => Number(url.searchParams.get(name) ?? 0);
