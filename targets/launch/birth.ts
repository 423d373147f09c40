/** What a node must be given before its first moment, for a fault that comes later: plain data, decided with the plan. */
export interface NodeBirth {
  /** Its machine's memory is counted by itself, and can be limited. */
  readonly memoryGroup?: true;
  /** Its data lies on a file system of its own, with so much room beyond what is there at the start. */
  readonly diskRoomBytes?: number;
  /** Its wall clock can be set apart from the machine's. */
  readonly ownClock?: true;
}

/** By name of member. */
export type NodeBirths = Readonly<Record<string, NodeBirth>>;

/** As people read it: `a disk of its own with 768 MB of room, a clock of its own`. */
export function wordsOfBirth({ memoryGroup, diskRoomBytes, ownClock }: NodeBirth): string {
  return [
    memoryGroup === true ? "memory that is counted by itself" : [],
    diskRoomBytes === undefined
      ? []
      : `a disk of its own with ${Math.round(diskRoomBytes / 2 ** 20)} MB of room`,
    ownClock === true ? "a clock of its own" : [],
  ]
    .flat()
    .join(", ");
}

/** All that is asked for, by whoever asks; of two rooms the larger. */
export function mergedBirths(births: readonly NodeBirths[]): NodeBirths {
  const merged: Record<string, NodeBirth> = {};
  for (const each of births) {
    for (const [name, birth] of Object.entries(each)) {
      const before = merged[name] ?? {};
      const roomBytes = Math.max(before.diskRoomBytes ?? 0, birth.diskRoomBytes ?? 0);
      merged[name] = { ...before, ...birth, ...(roomBytes > 0 && { diskRoomBytes: roomBytes }) };
    }
  }
  return merged;
}
