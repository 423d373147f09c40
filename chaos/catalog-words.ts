/** How a fault of the catalogue is told of, to people and in docs/chaos.md. Pure. */
import type { Fault } from "./fault.ts";

/** Where a fault can be, as it stands behind the colon. */
const whereWords: Readonly<Record<Fault["place"], string>> = {
  node: "a node, or each of several",
  group: "a declared node, all its members together",
  edge: "an edge `a>b`, or all that lead to a node",
  zone: "one zone",
  target: "the whole target: no place is given",
};

const lastsWords: Readonly<Record<Fault["lasts"], string>> = {
  while: "as long as planned",
  once: "one instant",
  either: "as long as planned, or one instant",
};

export const undoWords: Readonly<Record<Fault["undo"], string>> = {
  reversible: "taken back",
  "self-limiting": "over by itself, or taken back",
  compensable: "made good: what it ended is started again, what else it did is taken back",
  irreversible: "cannot be undone",
};

/** As it could be written. */
const exampleWhere: Readonly<Record<Fault["place"], string>> = {
  node: ":shop-1",
  group: ":search-app",
  edge: ":shop-1>db",
  zone: ":zone=b",
  target: "",
};

export interface FaultWords {
  readonly example: string;
  readonly where: string;
  readonly lasts: string;
  readonly undo: string;
  /** What may stand behind `=`; absent: nothing may. */
  readonly value?: string;
}

export function wordsOfFault({ name, place, only, lasts, undo, value }: Fault): FaultWords {
  const is = value === undefined ? "" : `=${value.usual === "" ? "mine" : value.usual}`;
  const at = only === undefined ? exampleWhere[place] : ":<node>";
  return {
    example: `${name}${is}${at}@20s${lasts === "once" ? "" : "+10s"}`,
    where: only === undefined ? whereWords[place] : only.what,
    lasts: lastsWords[lasts],
    undo: undoWords[undo],
    ...(value && { value: value.usual === "" ? value.means : `${value.means} (usual: ${value.usual})` }),
  };
}
