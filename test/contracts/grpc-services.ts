/** Services for tests: a real gRPC server with the methods a test gives it, and one that breaks calls in the middle. */
import { createServer as createHttp2Server, type Http2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type ServiceError,
  type sendUnaryData,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import type { MessageType } from "../../targets/shop/services/service-member.ts";

interface Definition {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, GeneratedMethod>>;
}

interface GeneratedMethod {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: of any message, as gRPC's own definitions have it
  readonly requestType: MessageType<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly responseType: MessageType<any>;
  readonly responseStream: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asks
type Unary = (request: any, call: ServerUnaryCall<any, any>) => Promise<unknown> | unknown;
// biome-ignore lint/suspicious/noExplicitAny: as above
type Stream = (call: ServerWritableStream<any, any>) => void;

export interface RunningService extends AsyncDisposable {
  readonly address: string;
}

/** Serves these methods of a service; one that throws a ServiceError says that to its caller. */
export async function grpcService(
  definition: Definition,
  handlers: Readonly<Record<string, { readonly unary: Unary } | { readonly stream: Stream }>>,
  port = 0,
): Promise<RunningService> {
  const server = new Server();
  server.addService(
    grpcDefinition(definition),
    Object.fromEntries(
      Object.entries(handlers).map(([name, handler]): [string, UntypedHandleCall] => [
        name,
        "stream" in handler
          ? handler.stream
          : (call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>) => {
              Promise.resolve()
                .then(() => handler.unary(call.request, call))
                .then(
                  (answer) => done(null, answer),
                  (error: Partial<ServiceError>) => done(error),
                );
            },
      ]),
    ),
  );
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, boundPort) =>
      error ? reject(error) : resolve(boundPort),
    ),
  );
  return { address: `127.0.0.1:${bound}`, [Symbol.asyncDispose]: async () => server.forceShutdown() };
}

/** Speaks HTTP/2, and does with each call what the test wants, on its bare stream. */
export async function bareService(
  onCall: (stream: ServerHttp2Stream, session: Http2Session) => void,
): Promise<RunningService> {
  const server = createHttp2Server();
  const sessions = new Set<Http2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session)).on("error", () => {});
  });
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    onCall(stream, stream.session!);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function grpcDefinition({ fullName, methods }: Definition): ServiceDefinition {
  const entries = Object.entries(methods).map(
    ([key, { name, requestType, responseType, responseStream }]) => [
      key,
      {
        path: `/${fullName}/${name}`,
        requestStream: false,
        responseStream,
        requestSerialize: (value: unknown) => Buffer.from(requestType.encode(value).finish()),
        requestDeserialize: (bytes: Buffer) => requestType.decode(bytes),
        responseSerialize: (value: unknown) => Buffer.from(responseType.encode(value).finish()),
        responseDeserialize: (bytes: Buffer) => responseType.decode(bytes),
      },
    ],
  );
  return Object.fromEntries(entries) as ServiceDefinition;
}
