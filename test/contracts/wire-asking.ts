/** Asks the same of a server by our wire sender and by Node's own client, and writes down what each of them heard. */
import { type Agent, type IncomingMessage, request as requestByNode } from "node:http";
import type { Exchange, Sender } from "../../agents/senders/sender.ts";
import { keptBodyBytes } from "../../agents/senders/wire/kept-body.ts";
import type { Answer, ShopRequest } from "../../scenarios/scenario.ts";

/** One answer, in a form that two clients can be compared by. */
export interface HeardAnswer {
  readonly status: number;
  /** By lower-case name; several of one name joined by commas. */
  readonly fields: Readonly<Record<string, string>>;
  /** As far as a judge is shown it. */
  readonly text: string;
}

/** Node's client also tells what stood around the answer. */
export interface WitnessedAnswer extends HeardAnswer {
  readonly bodyBytes: number;
  readonly trailers: Readonly<Record<string, string | undefined>>;
  /** Statuses of interim answers, in order. */
  readonly interim: readonly number[];
}

export function askByNode(
  port: number,
  { method, path, body, headers }: ShopRequest,
  agent: Agent,
): Promise<WitnessedAnswer> {
  const fields: Record<string, string | number> = { ...headers };
  if (body !== undefined) {
    fields["content-type"] ??= "application/json";
    fields["content-length"] = Buffer.byteLength(body);
  }
  return new Promise((resolve, reject) => {
    const interim: number[] = [];
    const asked = requestByNode({ port, host: "127.0.0.1", method, path, headers: fields, agent });
    asked.once("error", reject);
    asked.on("information", ({ statusCode }) => interim.push(statusCode));
    asked.once("response", (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.once("error", reject);
      response.once("end", () => {
        const bytes = Buffer.concat(pieces);
        resolve({
          status: response.statusCode!,
          fields: joined(response),
          text: bytes.toString("utf8", 0, keptBodyBytes),
          bodyBytes: bytes.length,
          trailers: { ...response.trailers },
          interim,
        });
      });
    });
    asked.end(body);
  });
}

function joined({ rawHeaders }: IncomingMessage): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    const value = rawHeaders[at + 1]!;
    fields[name] = name in fields ? `${fields[name]}, ${value}` : value;
  }
  return fields;
}

export type WireEnd = HeardAnswer | { readonly failed: string; readonly isSent: boolean };

/** Resolves to the answer, with those of the fields named that it has, or to how it failed. */
export function askByWire(
  sender: Sender,
  request: ShopRequest,
  names: Iterable<string> = [],
): Promise<WireEnd> {
  return new Promise((resolve, reject) => {
    let fired = 0;
    const end = (how: WireEnd) => {
      // An answer to what was never sent, or sent twice over, is none.
      if (fired === 1) resolve(how);
      else reject(new Error(`fired ${fired} times`));
    };
    const exchange: Exchange = {
      wantsBody: true,
      fired: () => fired++,
      answered: (answer) => end(noted(answer, names)),
      failed: (failed, isSent) => end({ failed, isSent }),
      dropped: () => reject(new Error("dropped")),
      impossible: (because) => reject(new Error(because)),
    };
    sender.send(request, exchange);
  });
}

/** At once, because the sender reuses the answer. */
function noted(answer: Answer, names: Iterable<string>): HeardAnswer {
  const fields: Record<string, string> = {};
  for (const name of names) {
    const value = answer.header(name);
    if (value !== undefined) fields[name] = value;
  }
  return { status: answer.status, fields, text: answer.text() };
}
