/** Carries connections on to a server, until it is cut: then those it has stay open and carry nothing, as in a network that drops everything. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class Cable implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();

  private constructor(toPort: number) {
    this.#server = createServer((near) => {
      const far = connect(toPort, "127.0.0.1");
      for (const [end, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#ends.add(end);
        end.on("error", () => other.destroy());
        end.on("close", () => {
          this.#ends.delete(end);
          other.destroy();
        });
        end.pipe(other);
      }
    });
  }

  /** @param url of the server, on loopback */
  static async to(url: string): Promise<Cable> {
    const cable = new Cable(Number(new URL(url).port));
    await new Promise<void>((resolve) => cable.#server.listen(0, "127.0.0.1", resolve));
    return cable;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What is connected now hears nothing any more; new connections work. */
  cut(): void {
    for (const end of this.#ends) end.unpipe().pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
