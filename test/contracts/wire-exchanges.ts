/** What is asked of every server, and what of it every client has to hear. */
import type { ShopRequest } from "../../scenarios/scenario.ts";
import type { WitnessedAnswer } from "./wire-asking.ts";
import { cookies, large, largeBytes } from "./wire-site.ts";

export interface AskedOfAll {
  readonly why: string;
  readonly request: ShopRequest;
  /** Whatever the server; matched as a part. */
  readonly heard: Partial<Omit<WitnessedAnswer, "fields">> & {
    readonly fields?: Readonly<Record<string, unknown>>;
  };
  /**
   * Whether a server in front may know the whole body when it sends the head, or not, as it happens: then it announces
   * a length in one answer and sends chunks in the next.
   */
  readonly framingVaries?: boolean;
}

const get = (path: string, headers?: Record<string, string>): ShopRequest =>
  headers === undefined ? { method: "GET", path } : { method: "GET", path, headers };
const probe = { "x-probe": "here" };
const note = '{"item":"数量","count":1}';
const long = "y".repeat(300_000);
const told = (type: string, length: string, here: string) =>
  `POST\ncontent-type: ${type}\ncontent-length: ${length}\nx-probe: ${here}\n\n`;

export const askedOfAll: readonly AskedOfAll[] = [
  {
    why: "a body of a given length",
    request: get("/length"),
    heard: { status: 200, text: "hello", fields: { "content-length": "5" } },
  },
  {
    why: "an answer that the server makes by itself",
    request: get("/own"),
    heard: { status: 200, text: "own\n", fields: { "content-length": "4" } },
  },
  {
    why: "a body of length 0",
    request: get("/empty"),
    heard: { status: 200, text: "", fields: { "content-length": "0" } },
  },
  {
    why: "chunks",
    request: get("/chunked"),
    heard: { status: 200, text: "one,two" },
    framingVaries: true,
  },
  { why: "204", request: get("/204"), heard: { status: 204, text: "" } },
  {
    why: "304",
    request: get("/length", { "if-none-match": '"1"' }),
    heard: { status: 304, text: "", fields: { etag: '"1"' } },
  },
  {
    why: "HEAD of a body of a given length",
    request: { method: "HEAD", path: "/length" },
    heard: { status: 200, text: "", fields: { "content-length": "5" } },
  },
  {
    why: "HEAD of chunks",
    request: { method: "HEAD", path: "/chunked" },
    heard: { status: 200, text: "" },
    framingVaries: true,
  },
  {
    why: "3 MiB of a given length",
    request: get("/large"),
    heard: {
      status: 200,
      text: large.slice(0, 1024 * 1024),
      bodyBytes: largeBytes,
      fields: { "content-length": String(largeBytes) },
    },
  },
  {
    why: "3 MiB in chunks",
    request: get("/large-chunked"),
    heard: { status: 200, text: large.slice(0, 1024 * 1024), bodyBytes: largeBytes },
    framingVaries: true,
  },
  {
    why: "a body that the site ends by closing",
    request: get("/until-close"),
    heard: { status: 200, text: "to the end" },
    framingVaries: true,
  },
  {
    why: "a server that closes behind its answer",
    request: get("/last"),
    heard: { status: 200, text: "last", fields: { connection: "close" } },
  },
  {
    why: "a client that asks to close",
    request: get("/length", { connection: "close" }),
    heard: { status: 200, text: "hello", fields: { connection: "close" } },
  },
  {
    why: "many fields of one name",
    request: get("/fields"),
    heard: {
      status: 200,
      text: "ok",
      fields: {
        "set-cookie": Array.from({ length: cookies }, (_, n) => `crumb${n}=${"x".repeat(100)}; Path=/`).join(
          ", ",
        ),
      },
    },
  },
  {
    why: "404",
    request: get("/nothing-here"),
    heard: { status: 404, text: "no such thing" },
    framingVaries: true,
  },
  {
    why: "POST with a body that is not ASCII",
    request: { method: "POST", path: "/echo", body: note, headers: probe },
    heard: { status: 200, text: told("application/json", "27", "here") + note },
    framingVaries: true,
  },
  {
    why: "POST with 300,000 bytes, which come back",
    request: { method: "POST", path: "/echo", body: long, headers: { "content-type": "text/plain" } },
    heard: { status: 200, text: told("text/plain", "300000", "none") + long },
    framingVaries: true,
  },
  {
    why: "POST without a body",
    request: { method: "POST", path: "/echo" },
    heard: { status: 200, text: told("none", "0", "none") },
    framingVaries: true,
  },
];

/** The body goes along: nobody has to wait for the server's word. */
export const expecting: ShopRequest = {
  method: "POST",
  path: "/echo",
  body: "z",
  headers: { expect: "100-continue" },
};
export const toldOfExpecting = `${told("application/json", "1", "none")}z`;
