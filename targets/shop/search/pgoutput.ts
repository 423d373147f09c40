/**
 * What PostgreSQL's `pgoutput` says about committed transactions, read from its bytes. Pure.
 * Source: PostgreSQL manual, "Logical Replication Message Formats", protocol version 1.
 */

/** The values of a row by column name; null is NULL. A large value that did not change is left out. */
export type Row = Readonly<Record<string, string | null>>;

export type Message =
  | { readonly kind: "relation"; readonly relation: Relation }
  | { readonly kind: "put"; readonly relationId: number; readonly row: Row; readonly before?: Row }
  | { readonly kind: "remove"; readonly relationId: number; readonly row: Row }
  | { readonly kind: "empty"; readonly relationIds: readonly number[] }
  | { readonly kind: "commit"; readonly endLsn: bigint; readonly committedAtEpochMs: number }
  /** Begin, origin, type: nothing that is needed here. */
  | { readonly kind: "other" };

export interface Relation {
  readonly id: number;
  readonly table: string;
  readonly columns: readonly string[];
}

/** PostgreSQL counts microseconds from the beginning of the year 2000. */
const EPOCH_2000_MS = Date.UTC(2000, 0, 1);

export const epochMsOf = (microseconds: bigint): number => EPOCH_2000_MS + Number(microseconds / 1_000n);
export const microsecondsOf = (epochMs: number): bigint =>
  BigInt(Math.round((epochMs - EPOCH_2000_MS) * 1_000));

/** Knows the tables it was told about, as rows name theirs by number only. */
export class PgoutputReader {
  readonly #relations = new Map<number, Relation>();

  /** @throws {Error} when a row comes before its table, or the bytes are none of pgoutput's */
  read(bytes: Buffer): Message {
    const from = new Cursor(bytes);
    const type = from.letter();
    switch (type) {
      case "R":
        return this.#relation(from);
      case "I":
        return { kind: "put", ...this.#row(from, from.int32(), ["N"]) };
      case "U":
        return this.#update(from);
      case "D":
        return { kind: "remove", ...this.#row(from, from.int32(), ["K", "O"]) };
      case "T":
        return truncated(from);
      case "C":
        return committed(from);
      case "B":
      case "O":
      case "Y":
      case "M":
        return { kind: "other" };
      default:
        throw new Error(`pgoutput says "${type}", which is none of its messages`);
    }
  }

  #relation(from: Cursor): Message {
    const id = from.int32();
    from.text(); // The schema: all our tables are in one.
    const table = from.text();
    from.skip(1); // Replica identity.
    const columns = Array.from({ length: from.int16() }, () => {
      from.skip(1); // Whether it is part of the key.
      const name = from.text();
      from.skip(8); // Type and its modifier.
      return name;
    });
    const relation = { id, table, columns };
    this.#relations.set(id, relation);
    return { kind: "relation", relation };
  }

  /** The row before comes along only when its key changed. */
  #update(from: Cursor): Message {
    const relationId = from.int32();
    if (from.peek() === "N") return { kind: "put", ...this.#row(from, relationId, ["N"]) };
    const { row: before } = this.#row(from, relationId, ["K", "O"]);
    return { kind: "put", ...this.#row(from, relationId, ["N"]), before };
  }

  #row(from: Cursor, relationId: number, kinds: readonly string[]): { relationId: number; row: Row } {
    const relation = this.#relations.get(relationId);
    if (relation === undefined)
      throw new Error(`pgoutput sent a row of table ${relationId} before the table`);
    const kind = from.letter();
    if (!kinds.includes(kind)) throw new Error(`pgoutput sent a row of kind "${kind}"`);
    const row: Record<string, string | null> = {};
    const count = from.int16();
    for (let at = 0; at < count; at++) {
      const column = relation.columns[at]!;
      const how = from.letter();
      if (how === "t") row[column] = from.bytes(from.int32()).toString("utf8");
      else if (how === "n") row[column] = null;
      else if (how !== "u") throw new Error(`pgoutput sent a value of kind "${how}"`);
    }
    return { relationId, row };
  }
}

function truncated(from: Cursor): Message {
  const count = from.int32();
  from.skip(1); // CASCADE, RESTART IDENTITY.
  return { kind: "empty", relationIds: Array.from({ length: count }, () => from.int32()) };
}

function committed(from: Cursor): Message {
  from.skip(1 + 8); // Flags, and where the commit itself is.
  const endLsn = from.uint64();
  return { kind: "commit", endLsn, committedAtEpochMs: epochMsOf(from.uint64()) };
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  peek(): string {
    return String.fromCharCode(this.#bytes[this.#at]!);
  }

  letter(): string {
    const letter = this.peek();
    this.#at++;
    return letter;
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  /** Object ids are unsigned. */
  int32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  uint64(): bigint {
    this.#at += 8;
    return this.#bytes.readBigUInt64BE(this.#at - 8);
  }

  /** Up to its zero byte. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return text;
  }

  bytes(length: number): Buffer {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }
}
