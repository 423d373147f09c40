/** How a fault is taken back, as data: by the conductor, by the guard when the run has died, by `bench halt` from the journal. */
import { z } from "zod";
import { cgroupMend } from "./mends/cgroup.ts";
import { commandMend } from "./mends/command.ts";
import { containerMend } from "./mends/container.ts";
import { fileMend } from "./mends/file.ts";
import { httpMend } from "./mends/http.ts";
import { laneMend } from "./mends/lane.ts";
import { leftoverMend } from "./mends/leftover.ts";
import { nftMend } from "./mends/nft.ts";
import { postgresMend } from "./mends/postgres.ts";
import { relayMend } from "./mends/relay.ts";
import { reloadMend } from "./mends/reload.ts";
import { signalMend } from "./mends/signal.ts";
import { toggleMend } from "./mends/toggle.ts";

export const mendShape = z.discriminatedUnion("mend", [
  signalMend.shape,
  fileMend.shape,
  leftoverMend.shape,
  relayMend.shape,
  postgresMend.shape,
  commandMend.shape,
  httpMend.shape,
  containerMend.shape,
  reloadMend.shape,
  toggleMend.shape,
  cgroupMend.shape,
  nftMend.shape,
  laneMend.shape,
]);

export type Mend = z.infer<typeof mendShape>;

/**
 * Carries it out; a second time does no harm.
 * @throws when it could not be done
 */
export async function performMend(mend: Mend, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  switch (mend.mend) {
    case "signal":
      return signalMend.perform(mend, signal);
    case "file":
      return fileMend.perform(mend, signal);
    case "leftover":
      return leftoverMend.perform(mend, signal);
    case "relay":
      return relayMend.perform(mend, signal);
    case "postgres":
      return postgresMend.perform(mend, signal);
    case "command":
      return commandMend.perform(mend, signal);
    case "http":
      return httpMend.perform(mend, signal);
    case "container":
      return containerMend.perform(mend, signal);
    case "reload":
      return reloadMend.perform(mend, signal);
    case "cgroup":
      return cgroupMend.perform(mend, signal);
    case "nft":
      return nftMend.perform(mend, signal);
    case "lane":
      return laneMend.perform(mend, signal);
    case "toggle":
      return toggleMend.perform(mend, signal);
    default:
      return mend satisfies never;
  }
}

/** What a person types to do the same. */
export function manualOf(mend: Mend): string {
  switch (mend.mend) {
    case "signal":
      return signalMend.manual(mend);
    case "file":
      return fileMend.manual(mend);
    case "leftover":
      return leftoverMend.manual(mend);
    case "relay":
      return relayMend.manual(mend);
    case "postgres":
      return postgresMend.manual(mend);
    case "command":
      return commandMend.manual(mend);
    case "http":
      return httpMend.manual(mend);
    case "container":
      return containerMend.manual(mend);
    case "reload":
      return reloadMend.manual(mend);
    case "cgroup":
      return cgroupMend.manual(mend);
    case "nft":
      return nftMend.manual(mend);
    case "lane":
      return laneMend.manual(mend);
    case "toggle":
      return toggleMend.manual(mend);
    default:
      return mend satisfies never;
  }
}
