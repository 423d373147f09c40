/** What the contract of senders needs to know about the one it holds to it. */
import type { Sender } from "../../agents/senders/sender.ts";
import type { HangingUp } from "../fakes/distant-server.ts";
import type { MisbehavingServer } from "../fakes/misbehaving-server.ts";

export interface SenderUnderTest {
  readonly name: string;
  make(options: {
    readonly baseUrls: readonly string[];
    readonly maxConnections: number;
    readonly requestTimeoutMs: number;
  }): Sender;
  /** Why it does not talk to servers, when it does not: the cases about them are then skipped. */
  readonly noNetworkBecause?: string;
  /** Why requests share its connections, when they do: the cases about one request at a time are then skipped. */
  readonly sharesBecause?: string;
  /** Why it cannot tell bytes out of place from silence, when it cannot: the case about them is then skipped. */
  readonly missesGarbageBecause?: string;
  /** Servers that speak its protocol. Default: HTTP/1.1. */
  readonly servers?: ServersOfContract;
}

/** A web server that misbehaves by path, and one on a thread of its own. */
export interface ServersOfContract {
  misbehaving(): Pick<MisbehavingServer, keyof MisbehavingServer>;
  distant(hangingUp: HangingUp): Promise<AsyncDisposable & { readonly url: string }>;
}
