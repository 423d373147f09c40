/** Services on a gRPC server, from their generated definitions and what answers them. */
import type { ServerWritableStream, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { Metadata, type Server, status } from "@grpc/grpc-js";
import { NotDone } from "../data/not-done.ts";
import type { Answering } from "./answering.ts";
import { undone } from "./grpc-outcome.ts";
import { type Method, methodAt } from "./service-member.ts";

interface Definition {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, DefinedMethod>>;
}

// biome-ignore lint/suspicious/noExplicitAny: the messages of all methods together; each handler is checked where it is written
type DefinedMethod = Method<any, any> & { readonly responseStream: boolean };
// biome-ignore lint/suspicious/noExplicitAny: the same
type Handlers = Readonly<Record<string, (request: any) => any>>;

export function serve(
  server: Server,
  { definition, handlers }: { readonly definition: Definition; readonly handlers: Handlers },
  answering: Answering,
): void {
  const described: Record<string, ServiceDefinition[string]> = {};
  const answered: UntypedServiceImplementation = {};
  for (const [key, method] of Object.entries(definition.methods)) {
    const { requestType, responseType, responseStream, name } = method;
    described[key] = {
      path: methodAt(definition, method).path,
      requestStream: false,
      responseStream,
      requestSerialize: (message) => Buffer.from(requestType.encode(message).finish()),
      requestDeserialize: (bytes) => requestType.decode(bytes),
      responseSerialize: (message) => Buffer.from(responseType.encode(message).finish()),
      responseDeserialize: (bytes) => responseType.decode(bytes),
    };
    const handler = handlers[key]!;
    answered[key] = responseStream ? streaming(handler) : answering.unary(definition.fullName, name, handler);
  }
  server.addService(described, answered);
}

/** As fast as the caller reads. Lists are asked for by who keeps books, and are not limited. */
function streaming<Q, A>(handler: (request: Q) => AsyncIterable<A>) {
  return (call: ServerWritableStream<Q, A>): void => {
    write(call, handler(call.request)).then(
      () => call.end(),
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        const failure = { code: status.INTERNAL, details, metadata: new Metadata() };
        call.emit("error", error instanceof NotDone ? undone(error) : failure);
      },
    );
  };
}

async function write<Q, A>(call: ServerWritableStream<Q, A>, answers: AsyncIterable<A>): Promise<void> {
  for await (const answer of answers) {
    if (call.cancelled) return;
    if (!call.write(answer)) await writable(call);
  }
}

const writable = <Q, A>(call: ServerWritableStream<Q, A>) =>
  new Promise<void>((resolve) => {
    const go = () => {
      call.off("drain", go).off("cancelled", go).off("close", go);
      resolve();
    };
    call.on("drain", go).on("cancelled", go).on("close", go);
  });
