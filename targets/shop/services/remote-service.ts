/** A service as its callers see it: its members behind governed calls. */
import type { BreakerState } from "./circuit-breaker.ts";
import { GovernedCalls, type GovernedCallsOptions, type Kind } from "./governed-calls.ts";
import { type Method, methodAt, type ServiceMember } from "./service-member.ts";

export interface RemoteServiceOptions extends Omit<GovernedCallsOptions, "members"> {
  /** Its full name is that of the generated definition. */
  readonly definition: { readonly fullName: string };
  readonly members: readonly ServiceMember[];
  /** The longest one call may take. */
  readonly timeoutMs: number;
}

/** A list of the books is long, and nobody else waits for it. */
const STREAM_LIMIT_MS = 60_000;

export class RemoteService {
  readonly #options: RemoteServiceOptions;
  readonly #calls: GovernedCalls;

  constructor(options: RemoteServiceOptions) {
    this.#options = options;
    this.#calls = new GovernedCalls({ ...options, members: options.members.length });
  }

  /** Of each member by its address; empty without governance. */
  get breakers(): readonly (readonly [address: string, state: BreakerState])[] {
    return this.#calls.breakers.map(({ state }, index) => [this.#options.members[index]!.address, state]);
  }

  /**
   * @throws {NotDone} when nothing was done, and always when something was only to be read
   * @throws {CallFailed} when it is unknown what was done
   */
  ask<Q, A>(
    kind: Kind,
    method: Method<Q, A>,
    request: Q,
    timeoutMs: number = this.#options.timeoutMs,
  ): Promise<A> {
    const { definition, members } = this.#options;
    const at = methodAt(definition, method);
    return this.#calls.run({
      name: method.name,
      kind,
      timeoutMs,
      once: (member, limitMs) => members[member]!.unary(at, request, limitMs),
    });
  }

  /** For whoever keeps books, and not for shoppers: not governed, from the first member that answers at all. */
  async *stream<Q, A>(method: Method<Q, A>, request: Q): AsyncGenerator<A> {
    const { definition, members } = this.#options;
    const at = methodAt(definition, method);
    let failure: unknown;
    for (const member of members) {
      let hasBegun = false;
      try {
        for await (const answer of member.stream(at, request, STREAM_LIMIT_MS)) {
          hasBegun = true;
          yield answer;
        }
        return;
      } catch (error) {
        // Half a list from one member and half from another would be neither.
        if (hasBegun) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  close(): void {
    for (const member of this.#options.members) member.close();
  }
}
