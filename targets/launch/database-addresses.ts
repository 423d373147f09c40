/** Where the databases are among the members that somebody calls, as a program of ours is told. Pure. */
import type { Business } from "../target.ts";
import type { Member } from "./members.ts";
import { postgresDatabase, postgresRole } from "./render-postgres.ts";

export interface Replicated {
  readonly primary: string;
  readonly replicas: readonly string[];
}

export interface Split {
  readonly shards: readonly string[];
  readonly replicas?: readonly (readonly string[])[];
}

export class DatabaseAddresses {
  readonly #databases: readonly Member[];
  readonly #addressOf: (name: string) => string;

  /** `addressOf` gives host:port of a member. */
  constructor(called: readonly Member[], addressOf: (name: string) => string) {
    this.#databases = called.filter(({ component }) => component === "postgres");
    this.#addressOf = addressOf;
  }

  /** Whether any of them lags behind another one. */
  get haveReplicas(): boolean {
    return this.#databases.some(({ replicaOf }) => replicaOf !== undefined);
  }

  primariesOf(business: Business): readonly Member[] {
    return this.#databases.filter(
      ({ holds, replicaOf }) => replicaOf === undefined && holds.includes(business),
    );
  }

  urlOf({ name }: Member): string {
    return `postgres://${postgresRole}@${this.#addressOf(name)}/${postgresDatabase}`;
  }

  /** The one primary of a business, and what streams from it; undefined where there is none. */
  replicated(business: Business): Replicated | undefined {
    const [primary] = this.primariesOf(business);
    return primary && { primary: this.urlOf(primary), replicas: this.#replicasOf(primary) };
  }

  /** Every shard of trade; undefined where there is none. */
  trade(): Split | undefined {
    const shards = this.primariesOf("trade");
    if (shards.length === 0) return undefined;
    const replicas = shards.map((shard) => this.#replicasOf(shard));
    const isReplicated = replicas.some(({ length }) => length > 0);
    return { shards: shards.map((shard) => this.urlOf(shard)), ...(isReplicated && { replicas }) };
  }

  #replicasOf({ name }: Member): readonly string[] {
    return this.#databases
      .filter(({ replicaOf }) => replicaOf === name)
      .map((replica) => this.urlOf(replica));
  }
}
