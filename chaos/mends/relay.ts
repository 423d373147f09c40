/** A fault is taken out of the relay. One that has gone takes its faults with it. */
import { z } from "zod";
import { askRelay, isGone } from "../relay/relay-control.ts";
import { mendKind } from "./mend-kind.ts";

export const relayMend = mendKind({
  shape: z.object({ mend: z.literal("relay"), socket: z.string(), fault: z.string() }),
  async perform({ socket, fault }, signal) {
    try {
      await askRelay(socket, { ask: "lift", fault }, signal);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  },
  manual: ({ socket, fault }) => `echo '${JSON.stringify({ ask: "lift", fault })}' | nc -NU ${socket}`,
});
