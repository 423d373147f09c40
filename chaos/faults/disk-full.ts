/** The disk that a node keeps its data on is full: a file of ours takes what is left of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isOwnDisk } from "../../targets/launch/own-disk.ts";
import type { Fault, Only, Outlook } from "../fault.ts";
import { fillDisk, fullWords, shareOfDisk } from "../machines/disk-space.ts";
import { Endangered } from "../machines/endangered.ts";
import { performMend } from "../mend.ts";
import { leftoverPrefix } from "../mends/leftover.ts";
import { shareIn } from "../share.ts";

/**
 * What such a disk has free at the start. A database keeps up to 512 MB of its log (max_wal_size in render-postgres.ts),
 * and more for a moment: less would be full without any fault.
 */
const ROOM_BYTES = 768 * 1_024 * 1_024;

const keepers: Only = {
  what: "a node that keeps something on disk",
  fits: ({ component, settings }) =>
    ["postgres", "nats", "zookeeper", "groonga", "object-store"].includes(component) ||
    (component === "redis" && settings.keeps === "carts"),
};

export const diskFull: Fault = {
  name: "disk-full",
  does: "fills the disk on which a node keeps its data; it is a small one of its own from the start of the run, in memory",
  place: "node",
  only: keepers,
  value: { means: "how full it is then", usual: "100%" },
  lasts: "while",
  undo: "compensable",
  plan: ({ nodes: [name = ""], value = "" }, outlook) => ({
    mechanism: "a file that takes what is left of its disk, a file system in memory with 768 MB of room",
    problems: [
      ...(shareIn(value) === undefined ? [`"${value}" is not a share above 0% and up to 100%`] : []),
      ...diskProblems(outlook),
    ],
    births: { [name]: { diskRoomBytes: ROOM_BYTES } },
    // If it ends for that it is started again.
    takes: [`disk of ${name}`, `state of ${name}`],
  }),
  async prepare({ id, nodes: [name = ""], value = "" }, ground) {
    const folder = ground.node(name).grip().dataFolder;
    if (!(await isOwnDisk(folder)))
      throw new Error(`${name} keeps its data on a disk that others use as well`);
    const share = shareIn(value) ?? 1;
    const path = join(folder, `${leftoverPrefix}${id.replace(/[^\w.-]/g, "-")}`);
    const remove = { mend: "leftover" as const, path };
    const endangered = new Endangered([name], ground);
    // One that is as full already would be so without us.
    if ((await shareOfDisk(folder)) >= share)
      throw new Error(
        `the disk of ${name} is already ${Math.round((await shareOfDisk(folder)) * 100)} % full`,
      );
    return {
      mends: [remove],
      async inject(signal) {
        endangered.begin();
        await fillDisk(folder, { path, share }, signal);
      },
      async verify() {
        const words = await fullWords(folder, share);
        return words && `the disk of ${name} is ${words}`;
      },
      async undo(signal) {
        await performMend(remove, signal);
        await endangered.makeGood(signal);
      },
      async verifyUndone() {
        if (existsSync(path)) return `${path}, which fills the disk of ${name}, is still there`;
        return endangered.remains();
      },
    };
  },
};

function diskProblems({ launcher, host }: Pick<Outlook, "launcher" | "host">): readonly string[] {
  switch (launcher) {
    case "external":
      return ["the disks of your own system are not ours to fill; describe a hook that does it"];
    case "compose":
    case "processes":
      return host.platform === "linux" && host.isRoot
        ? []
        : ["a disk for one node alone is a file system that is mounted, which takes Linux, and root"];
    default:
      return launcher satisfies never;
  }
}
