/** What a stretch of transactions does to the index: of many changes of one item only the last counts. Pure. */
import type { Row } from "./pgoutput.ts";

/** An item as the index keeps it. */
export interface IndexedItem {
  readonly id: number;
  readonly name: string;
  /** Whole cents. */
  readonly price: number;
}

export type Change =
  | { readonly kind: "put"; readonly item: IndexedItem }
  | { readonly kind: "remove"; readonly id: number };

/** One committed transaction, with those of its changes that concern the index. */
export interface Transaction {
  readonly changes: readonly Change[];
  readonly endLsn: bigint;
  readonly committedAtEpochMs: number;
}

export interface Effect {
  readonly put: readonly IndexedItem[];
  readonly removed: readonly number[];
}

/** What is left to do when all the transactions are taken together, in their order. */
export function effectOf(transactions: readonly Transaction[]): Effect {
  const last = new Map<number, Change>();
  for (const { changes } of transactions) {
    for (const change of changes) last.set(change.kind === "put" ? change.item.id : change.id, change);
  }
  const put: IndexedItem[] = [];
  const removed: number[] = [];
  for (const change of last.values()) {
    if (change.kind === "put") put.push(change.item);
    else removed.push(change.id);
  }
  return { put, removed };
}

/** The changes a written row means: a row with a new key leaves its old one behind. */
export function changesOf(row: Row, before?: Row): readonly Change[] {
  const item = { id: Number(row["id"]), name: row["name"] ?? "", price: Number(row["price"]) };
  const oldId = before === undefined ? item.id : Number(before["id"]);
  const put: Change = { kind: "put", item };
  return oldId === item.id ? [put] : [{ kind: "remove", id: oldId }, put];
}
