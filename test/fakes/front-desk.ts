/** The controller's end of the protocol over real gRPC, for one agent: a test says what it says. */
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { BenchServiceService, type JoinRequest, type JoinResponse } from "../../proto/generated/bench.ts";

type Heard = NonNullable<JoinRequest["say"]>;

export class FrontDesk implements AsyncDisposable {
  readonly heard: Heard[] = [];
  address = "";
  readonly #server = new Server();
  readonly #awaited: { readonly what: Heard["$case"]; readonly resolve: (heard: never) => void }[] = [];
  #agent: ServerDuplexStream<JoinRequest, JoinResponse> | undefined;

  static async open(): Promise<FrontDesk> {
    const desk = new FrontDesk();
    desk.#server.addService(BenchServiceService, {
      join: (agent: ServerDuplexStream<JoinRequest, JoinResponse>) => desk.#meet(agent),
    });
    const port = await new Promise<number>((resolve, reject) =>
      desk.#server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    desk.address = `127.0.0.1:${port}`;
    return desk;
  }

  /** The first of that kind, heard already or still to come. */
  hear<Case extends Heard["$case"]>(what: Case): Promise<Extract<Heard, { $case: Case }>> {
    const before = this.heard.find(({ $case }) => $case === what);
    if (before !== undefined) return Promise.resolve(before as Extract<Heard, { $case: Case }>);
    return new Promise((resolve) => this.#awaited.push({ what, resolve }));
  }

  say(say: NonNullable<JoinResponse["say"]>): void {
    this.#agent!.write({ say });
  }

  /** Breaks every connection, as a killed controller does. */
  vanish(): void {
    this.#server.forceShutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }

  #meet(agent: ServerDuplexStream<JoinRequest, JoinResponse>): void {
    this.#agent = agent;
    agent.on("error", () => {});
    agent.on("end", () => agent.end());
    agent.on("data", ({ say }: JoinRequest) => {
      if (say === undefined) return;
      this.heard.push(say);
      for (let n = this.#awaited.length - 1; n >= 0; n--) {
        if (this.#awaited[n]!.what === say.$case) this.#awaited.splice(n, 1)[0]!.resolve(say as never);
      }
    });
  }
}
