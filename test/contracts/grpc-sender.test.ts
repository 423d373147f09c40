/** The gRPC sender beside grpc-js's own client: the same calls to the same servers give the same status and message. */
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import {
  Client,
  credentials,
  type Deadline,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type ServiceError,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grpcSender } from "../../agents/senders/grpc.ts";
import type { Http2Sender } from "../../agents/senders/http2.ts";
import { systemClock } from "../../base/clock.ts";
import { Heard } from "../fakes/heard-exchange.ts";

const bytes = (message: Buffer): Buffer => message;
const unary = {
  requestStream: false,
  responseStream: false,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
} as const;

/** `Fail` fails with the status in its first octet, `Late` never answers. */
const service: ServiceDefinition = {
  Echo: { path: "/test.Shop/Echo", ...unary },
  Fail: { path: "/test.Shop/Fail", ...unary },
  Late: { path: "/test.Shop/Late", ...unary },
};

interface Seen {
  readonly code: number;
  readonly details: string;
  readonly message: string | undefined;
}

/** How grpc-js's client hears a call. */
function byGrpcJs(client: Client, path: string, message: string, deadlineMs = 5_000): Promise<Seen> {
  const deadline: Deadline = Date.now() + deadlineMs;
  return new Promise((resolve) => {
    const onEnd = (error: ServiceError | null, answer?: Buffer): void =>
      resolve({
        code: error?.code ?? 0,
        details: error?.details ?? "",
        message: answer?.toString("latin1"),
      });
    client.makeUnaryRequest(path, bytes, bytes, Buffer.from(message, "latin1"), { deadline }, onEnd);
  });
}

function heardBy(
  sender: Http2Sender,
  path: string,
  body: string,
  headers?: Record<string, string>,
): Promise<Heard> {
  const heard = new Heard();
  sender.send({ method: "POST", path, body, ...(headers && { headers }) }, heard);
  return heard.over;
}

/** The same, by our sender. */
async function byOurs(sender: Http2Sender, path: string, message: string): Promise<Seen> {
  const { answer } = await heardBy(sender, path, message);
  const code = Number(answer!.header("grpc-status"));
  return {
    code,
    details: answer!.header("grpc-message")!,
    message: code === 0 ? answer!.text : undefined,
  };
}

const senderTo = (port: number, requestTimeoutMs = 5_000): Http2Sender =>
  grpcSender({
    baseUrls: [`http://127.0.0.1:${port}`],
    maxConnections: 2,
    requestTimeoutMs,
    clock: systemClock,
  });

const everyOctet = String.fromCharCode(...Array.from({ length: 256 }, (_, octet) => octet));

describe("a server by grpc-js", () => {
  let server: Server;
  let port: number;
  let client: Client;
  let timeouts: string[];

  beforeAll(async () => {
    timeouts = [];
    server = new Server({ "grpc.max_receive_message_length": 8 * 1024 * 1024 });
    server.addService(service, {
      Echo(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) {
        const trailers = new Metadata();
        trailers.set("x-in-trailers", "yes");
        const head = new Metadata();
        head.set("x-in-head", "yes");
        call.sendMetadata(head);
        answer(null, call.request, trailers);
      },
      Fail(call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) {
        answer({ code: call.request[0]!, details: `no: 100 % "außer" ${call.request[0]}` });
      },
      Late(call: ServerUnaryCall<Buffer, Buffer>) {
        const leftMs = Number(call.getDeadline()) - Date.now();
        timeouts.push(leftMs > 200 && leftMs <= 300 ? "about what we wait" : `${leftMs}`);
      },
    });
    port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  afterAll(() => {
    client.close();
    server.forceShutdown();
  });

  test.each([
    { what: "a message", message: "hello" },
    { what: "an empty message", message: "" },
    { what: "every octet there is", message: everyOctet },
    { what: "a message of many frames and windows", message: everyOctet.repeat(12 * 1024) },
  ])("$what comes back as it was", async ({ message }) => {
    await using sender = senderTo(port);
    const ours = await byOurs(sender, "/test.Shop/Echo", message);
    expect(ours).toMatchObject({ code: 0, message });
    const theirs = await byGrpcJs(client, "/test.Shop/Echo", message);
    expect(theirs).toMatchObject({ code: 0, message });
  });

  test.each(Array.from({ length: 16 }, (_, index) => ({ code: index + 1, name: status[index + 1]! })))(
    "$name is the status that grpc-js sees",
    async ({ code }) => {
      await using sender = senderTo(port);
      const message = String.fromCharCode(code);
      const ours = await byOurs(sender, "/test.Shop/Fail", message);
      expect(ours).toMatchObject({ code, details: `no: 100 % "außer" ${code}` });
      expect(ours).toEqual(await byGrpcJs(client, "/test.Shop/Fail", message));
    },
  );

  test("statuses are told in HTTP's words too, and headers of head and trailers are found", async () => {
    await using sender = senderTo(port);
    const fine = await heardBy(sender, "/test.Shop/Echo", "x");
    expect(fine.answer).toMatchObject({ status: 200 });
    expect(["x-in-head", "X-In-Trailers", "x-nowhere"].map((name) => fine.answer!.header(name))).toEqual([
      "yes",
      "yes",
      undefined,
    ]);
    const codes = [3, 4, 5, 7, 8, 13, 14, 16];
    const answers = await Promise.all(
      codes.map((code) => heardBy(sender, "/test.Shop/Fail", String.fromCharCode(code))),
    );
    expect(answers.map(({ answer }) => answer!.status)).toEqual([400, 504, 404, 403, 429, 500, 503, 401]);
  });

  test("a method that is not there is unimplemented", async () => {
    await using sender = senderTo(port);
    const ours = await byOurs(sender, "/test.Shop/Nothing", "x");
    expect(ours.code).toBe(status.UNIMPLEMENTED);
    expect(ours).toEqual(await byGrpcJs(client, "/test.Shop/Nothing", "x"));
  });

  test("a deadline is told to the server, and ends the call on our side as a time-out", async () => {
    await using sender = senderTo(port, 300);
    const { failure, events } = await heardBy(sender, "/test.Shop/Late", "x");
    expect(events).toEqual(["fired", "failed"]);
    expect(failure).toEqual({ how: "timeout", isSent: true });
    expect(timeouts).toEqual(["about what we wait"]);
    expect(await byGrpcJs(client, "/test.Shop/Late", "x", 300)).toMatchObject({
      code: status.DEADLINE_EXCEEDED,
    });
  });

  test("a scenario's own deadline goes before ours, and the server's word about it is an answer", async () => {
    await using sender = senderTo(port);
    const { answer } = await heardBy(sender, "/test.Shop/Late", "x", { "grpc-timeout": "50m" });
    expect(answer).toMatchObject({ status: 504 });
    expect(answer!.header("grpc-status")).toBe(String(status.DEADLINE_EXCEEDED));
  });

  test("a server that goes away under a call is a disconnection, where grpc-js says unavailable", async () => {
    const leaving = new Server();
    const called = new Promise<void>((resolve) => {
      let calls = 0;
      leaving.addService(service, {
        Echo() {},
        Fail() {},
        Late() {
          if (++calls === 2) resolve();
        },
      });
    });
    const at = await new Promise<number>((resolve) =>
      leaving.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, bound) => resolve(bound)),
    );
    await using sender = senderTo(at);
    const its = new Client(`127.0.0.1:${at}`, credentials.createInsecure());
    const ours = heardBy(sender, "/test.Shop/Late", "x");
    const theirs = byGrpcJs(its, "/test.Shop/Late", "x");
    await called;
    leaving.forceShutdown();
    expect((await ours).failure).toEqual({ how: "disconnected", isSent: true });
    expect([status.UNAVAILABLE, status.CANCELLED]).toContain((await theirs).code);
    expect((await heardBy(sender, "/test.Shop/Late", "x")).failure).toEqual({
      how: "disconnected",
      isSent: false,
    });
    its.close();
  });

  test.each([
    { why: "a path that names no method", request: { method: "POST", path: "/echo", body: "" } },
    { why: "a GET", request: { method: "GET", path: "/test.Shop/Echo" } },
    {
      why: "a character that is not one octet",
      request: { method: "POST", path: "/test.Shop/Echo", body: "Zoë €" },
    },
    {
      why: "another type",
      request: {
        method: "POST",
        path: "/test.Shop/Echo",
        headers: { "content-type": "application/json" },
      },
    },
    {
      why: "a compressed message",
      request: { method: "POST", path: "/test.Shop/Echo", headers: { "grpc-encoding": "gzip" } },
    },
    {
      why: "a deadline that is none",
      request: { method: "POST", path: "/test.Shop/Echo", headers: { "grpc-timeout": "soon" } },
    },
  ] as const)("$why cannot be sent", async ({ request }) => {
    await using sender = senderTo(port);
    const heard = new Heard();
    sender.send(request, heard);
    expect((await heard.over).events).toEqual(["impossible"]);
  });

  test("a message nobody asked for is not kept, and the status is known all the same", async () => {
    await using sender = senderTo(port);
    const heard = new Heard(false);
    sender.send({ method: "POST", path: "/test.Shop/Echo", body: "hello" }, heard);
    await heard.over;
    expect(heard.answer).toMatchObject({ status: 200, text: "" });
    expect(heard.answer!.header("grpc-status")).toBe("0");
  });
});

describe("a server that answers otherwise", () => {
  const frame = (message: string, flags = 0): Buffer =>
    Buffer.concat([Buffer.from([flags, 0, 0, 0, message.length]), Buffer.from(message, "latin1")]);
  const head = { ":status": 200, "content-type": "application/grpc" };

  /** Answers with these pieces, one DATA frame each, and these trailers. */
  const withTrailers =
    (pieces: readonly Buffer[], trailers: Record<string, string>) =>
    (stream: ServerHttp2Stream): void => {
      stream.respond(head, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers(trailers));
      const next = (at: number): void => {
        if (at === pieces.length) stream.end();
        else stream.write(pieces[at]!, () => setImmediate(next, at + 1));
      };
      next(0);
    };

  const behaviours: Record<string, (stream: ServerHttp2Stream) => void> = {
    "one octet at a time": withTrailers(
      [...frame("hello")].map((octet) => Buffer.from([octet])),
      { "grpc-status": "0" },
    ),
    "no message": withTrailers([], { "grpc-status": "0" }),
    "two messages": withTrailers([frame("a"), frame("b")], { "grpc-status": "0" }),
    "half a message": withTrailers([frame("hello").subarray(0, 7)], { "grpc-status": "0" }),
    "a compressed message": withTrailers([frame("hello", 1)], { "grpc-status": "0" }),
    "no status": withTrailers([frame("a")], { "x-other": "1" }),
    "a status nobody knows": withTrailers([], { "grpc-status": "77", "grpc-message": "what" }),
    "a message that is badly encoded": withTrailers([], { "grpc-status": "5", "grpc-message": "100%" }),
    "trailers only": (stream) =>
      stream.respond({ ...head, "grpc-status": "5", "grpc-message": "no such item" }, { endStream: true }),
    "trailers only, of another HTTP status": (stream) =>
      stream.respond({ ...head, ":status": 503, "grpc-status": "8" }, { endStream: true }),
    "a proxy's 502": (stream) => {
      stream.respond({ ":status": 502, "content-type": "text/html" });
      stream.end("<h1>Bad Gateway</h1>");
    },
    "a 404": (stream) => stream.respond({ ":status": 404 }, { endStream: true }),
  };

  let server: Http2Server;
  let port: number;
  let client: Client;
  const sessions = new Set<ServerHttp2Session>();
  const requestHeads: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    server = createServer();
    server.on("session", (session) => sessions.add(session));
    server.on("stream", (stream, head) => {
      requestHeads.push(head);
      stream.on("error", () => {});
      stream.resume();
      stream.on("end", () => behaviours[decodeURIComponent(head[":path"]!.split("/")[2]!)]!(stream));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  afterAll(async () => {
    client.close();
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    { behaviour: "one octet at a time", code: 0, httpStatus: 200 },
    { behaviour: "no message", code: 12, httpStatus: 501 },
    { behaviour: "no status", code: 2, httpStatus: 500 },
    { behaviour: "a status nobody knows", code: 77, httpStatus: 500 },
    { behaviour: "a message that is badly encoded", code: 5, httpStatus: 404 },
    { behaviour: "trailers only", code: 5, httpStatus: 404 },
    { behaviour: "trailers only, of another HTTP status", code: 8, httpStatus: 429 },
    { behaviour: "a proxy's 502", code: 14, httpStatus: 502 },
    { behaviour: "a 404", code: 12, httpStatus: 404 },
  ])("$behaviour is $code to grpc-js and to us, and $httpStatus to a judge", async (row) => {
    const path = `/test.Shop/${encodeURIComponent(row.behaviour)}`;
    await using sender = senderTo(port);
    const { answer, events } = await heardBy(sender, path, "x");
    expect(events).toEqual(["fired", "answered"]);
    const theirs = await byGrpcJs(client, path, "x");
    expect({ ours: answer!.header("grpc-status"), judge: answer!.status, theirs: theirs.code }).toEqual({
      ours: String(row.code),
      judge: row.httpStatus,
      theirs: row.code,
    });
    if (row.code === 0) expect(answer!.text).toBe(theirs.message);
  });

  test.each([
    { behaviour: "two messages", code: 12, theirs: 4, because: "grpc-js reads no further and waits" },
    { behaviour: "half a message", code: 13, theirs: 12, because: "grpc-js takes it for none" },
    { behaviour: "a compressed message", code: 13, theirs: 0, because: "grpc-js hands it on as it is" },
  ])("$behaviour is $code to us and $theirs to grpc-js: $because", async ({ behaviour, code, theirs }) => {
    const path = `/test.Shop/${encodeURIComponent(behaviour)}`;
    await using sender = senderTo(port);
    const { answer } = await heardBy(sender, path, "x");
    expect(answer!.header("grpc-status")).toBe(String(code));
    expect((await byGrpcJs(client, path, "x", 200)).code).toBe(theirs);
  });

  test("the request says what gRPC wants said", async () => {
    await using sender = senderTo(port);
    await heardBy(sender, "/test.Shop/trailers%20only", "x", { "x-user": "7" });
    expect(requestHeads.at(-1)).toMatchObject({
      ":method": "POST",
      ":scheme": "http",
      ":authority": `127.0.0.1:${port}`,
      te: "trailers",
      "content-type": "application/grpc",
      "grpc-accept-encoding": "identity",
      "grpc-timeout": "5000000u",
      "x-user": "7",
    });
  });
});
