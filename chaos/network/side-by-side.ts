/** One fault that is carried out by two means at once: for some edges by one, for others by the other. */
import type { PreparedFault } from "../fault.ts";

export function sideBySide(parts: readonly [PreparedFault, ...PreparedFault[]]): PreparedFault {
  if (parts.length === 1) return parts[0];
  return {
    mends: parts.flatMap(({ mends }) => mends),
    async inject(signal) {
      for (const part of parts) await part.inject(signal);
    },
    async verify() {
      const seen = await Promise.all(parts.map((part) => part.verify()));
      const effects = seen.flatMap((each) => each ?? []);
      return effects.length === 0 ? undefined : effects.join("; ");
    },
    async undo(signal) {
      const undone = await Promise.allSettled(parts.map((part) => part.undo?.(signal)));
      const failed = undone.find((each) => each.status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
    },
    async verifyUndone() {
      const left = await Promise.all(parts.map((part) => part.verifyUndone()));
      return left.find((each) => each !== undefined);
    },
    async account(signal) {
      const accounts = await Promise.all(parts.map((part) => part.account?.(signal)));
      const told = accounts.flatMap((each) => each ?? []);
      return {
        sentence: told.map(({ sentence }) => sentence).join("; "),
        figures: Object.assign({}, ...told.map(({ figures }) => figures)),
      };
    },
    async close() {
      await Promise.all(parts.map((part) => part.close?.()));
    },
  };
}
