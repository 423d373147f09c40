/**
 * The door of a service: gRPC and HTTP/1.1 on one port, so that whoever looks after nodes asks a service for its health
 * and its figures as it asks a shop. The first bytes of a connection tell them apart.
 */

import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type ConnectionInjector, type Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";

const nothingHere: TextAnswer = { status: 404, type: "application/json", body: '{"status":"absent"}' };

/** How every HTTP/2 connection begins. Source: RFC 9113, 3.4. A shorter first segment is nobody's. */
const PREFACE = "PRI";

export interface TextAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

export class ServiceDoor {
  readonly #grpc: GrpcServer;
  readonly #injector: ConnectionInjector;
  readonly #http: HttpServer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** `own` answers what is asked by HTTP/1.1, by path; undefined for a path nobody knows. */
  constructor(grpc: GrpcServer, own: (path: string) => Promise<TextAnswer> | undefined) {
    this.#grpc = grpc;
    this.#injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#http = createHttpServer(async (request, response) => {
      const path = (request.url ?? "/").split("?")[0]!;
      const { status, type, body } = (await own(path)) ?? nothingHere;
      response.writeHead(status, { "content-type": type }).end(body);
    });
    this.#server = createServer({ noDelay: true }, (socket) => this.#receive(socket));
  }

  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port, backlog: 4_096 }, () => {
        this.#server.off("error", reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Stops accepting, lets what is in hand finish for at most `limitMs`, then closes what is left. */
  async close(limitMs: number): Promise<void> {
    this.#server.close();
    this.#http.closeIdleConnections();
    this.#injector.drain(limitMs);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#grpc.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#grpc.forceShutdown();
    for (const socket of this.#sockets) socket.destroy();
  }

  #receive(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // One that breaks before it has said anything is nobody's.
    const broken = () => socket.destroy();
    socket.once("error", broken);
    socket.once("readable", () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      socket.off("error", broken);
      socket.unshift(first);
      if (first.toString("latin1", 0, PREFACE.length) === PREFACE) this.#injector.injectConnection(socket);
      else this.#http.emit("connection", socket);
    });
  }
}
