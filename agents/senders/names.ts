/** Names looked up at the name server of the target, kept as long as they may be, and handed to sockets in turn. */
import type { LookupAddress } from "node:dns";
import { Resolver } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { Failure, unknownName } from "../../base/failure.ts";

/** Asks again when the time of an answer is over; keeps the first for ever; or prefers the near zone, and asks again. */
const ways = ["honour", "ignore", "geo"] as const;
export type Lookups = (typeof ways)[number];

export interface Told {
  readonly address: string;
  /** For how long it may be kept. */
  readonly ttlS: number;
}

/** Asks for the IPv4 addresses of a name. */
export type Ask = (name: string) => Promise<readonly Told[]>;

export interface NamesOptions {
  readonly ask: Ask;
  readonly lookups: Lookups;
  /** The name of the near zone alone; asked for by `geo`. */
  readonly near?: string;
  readonly clock: Clock;
}

interface Kept {
  readonly addresses: readonly string[];
  readonly untilMs: number;
}

export class Names {
  readonly #options: NamesOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<Kept>>();
  #turn = 0;

  constructor(options: NamesOptions) {
    this.#options = options;
  }

  /**
   * Every address of the name, the one whose turn it is first; `geo`: the near ones before all others. Asks when nothing
   * is kept or its time is over; those who want to know at the same moment share one question.
   * @throws what asking throws: an answer whose time is over is not used instead
   */
  async addressesOf(name: string): Promise<readonly string[]> {
    const { lookups, near } = this.#options;
    const all = await this.#look(name);
    const turn = this.#turn++;
    const inTurn = rotated(all, turn);
    if (lookups !== "geo" || near === undefined) return inTurn;
    // A near zone of which nothing is known is no reason not to go to another one.
    const nearby = await this.#look(near).catch(() => []);
    const first = rotated(nearby, turn);
    return [...first, ...inTurn.filter((address) => !first.includes(address))];
  }

  /** For `net.connect`, which tries one address after the other, as browsers do. */
  readonly lookup: LookupFunction = (name, options, done) => {
    this.addressesOf(name).then(
      (addresses) => {
        const found: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
        if (options.all === true) done(null, found);
        else done(null, found[0]!.address, 4);
      },
      (error: NodeJS.ErrnoException) => done(error, []),
    );
  };

  async #look(name: string): Promise<readonly string[]> {
    const { lookups, clock } = this.#options;
    const kept = this.#kept.get(name);
    if (kept !== undefined && (lookups === "ignore" || clock.nowMs() < kept.untilMs)) return kept.addresses;
    const asking = this.#asking.get(name) ?? this.#ask(name);
    this.#asking.set(name, asking);
    return (await asking).addresses;
  }

  async #ask(name: string): Promise<Kept> {
    const { ask, clock } = this.#options;
    // Its time begins with the question: that it was older already when the answer came cannot be seen.
    const askedAtMs = clock.nowMs();
    try {
      const told = await ask(name);
      if (told.length === 0) throw new Error(`${name} has no address`);
      const ttlS = Math.min(...told.map((each) => each.ttlS));
      const kept = { addresses: told.map(({ address }) => address), untilMs: askedAtMs + ttlS * 1_000 };
      this.#kept.set(name, kept);
      return kept;
    } finally {
      this.#asking.delete(name);
    }
  }
}

/** Between question and giving up; twice of it stays below what making a connection may take. Our choice. */
const askLimitMs = 1_000;

/** Asks this server and no other, by UDP. */
export function askServer(server: string): Ask {
  const resolver = new Resolver({ timeout: askLimitMs, tries: 2 });
  resolver.setServers([server]);
  return async (name) =>
    (await resolver.resolve4(name, { ttl: true })).map(({ address, ttl }) => ({ address, ttlS: ttl }));
}

/** What the controller says about names. */
export interface NamesTold {
  /** host:port */
  readonly server: string;
  readonly lookups: string;
  /** The name of each zone alone. */
  readonly near: readonly string[];
}

/**
 * Names as the controller says. Agents are at home in the zones in turn, by their place in the fleet.
 * @throws {Failure} `usage` when there is no such way of looking up
 */
export function namesFrom({ server, lookups, near }: NamesTold, shareIndex: number, clock: Clock): Names {
  const known = ways.find((each) => each === lookups);
  if (known === undefined) throw new Failure("usage", unknownName("way of looking up", lookups, ways));
  const home = near[shareIndex % Math.max(1, near.length)];
  return new Names({
    ask: askServer(server),
    lookups: known,
    ...(home !== undefined && { near: home }),
    clock,
  });
}

function rotated(all: readonly string[], turn: number): readonly string[] {
  const from = all.length === 0 ? 0 : turn % all.length;
  return [...all.slice(from), ...all.slice(0, from)];
}
