/**
 * Every shop has shown its home page once. That its stores answer, which /health says, is not yet that it serves: the
 * first page makes connections and plans, and while an index is built beside it that can take longer than a shopper waits.
 */
import type { Member } from "./members.ts";
import { answersOk } from "./probes.ts";
import type { Readiness } from "./ready.ts";

export const servesHome = ({ component, settings }: Member): boolean =>
  component === "shop" && settings.areas?.includes("home") !== false;

export const firstPageOf = (address: string): Readiness => ({
  does: "show its home page",
  limitMs: 20_000,
  probe: answersOk(`http://${address}/`),
});
