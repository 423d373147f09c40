/** Somebody flips the feature toggle of an operation in the configuration centre, for all applications at once. */
import { unknownName } from "../../base/failure.ts";
import type { Member } from "../../targets/launch/members.ts";
import type { Fault } from "../fault.ts";
import { performMend } from "../mend.ts";
import { settingsAt, switchOperation } from "../stores/settings.ts";
import { isRefusedAt, isSwitchedOperation, questions } from "../switched-operations.ts";
import { untilDue } from "../until-due.ts";

export const toggle: Fault = {
  name: "toggle",
  does: "switches an operation off for all applications, or on where it was off",
  place: "target",
  value: { means: "the operation", usual: "search" },
  lasts: "while",
  undo: "reversible",
  plan({ value = "" }, { members }) {
    const problems: string[] = [];
    if (!isSwitchedOperation(value)) problems.push(unknownName("operation", value, Object.keys(questions)));
    if (settingNames(members).length === 0)
      problems.push(
        "toggles are kept in a configuration centre, and no application of this target calls one",
      );
    return { mechanism: "the settings in the configuration centre", problems, takes: [`toggle ${value}`] };
  },
  async prepare({ value = "" }, ground) {
    const operation: string = value;
    if (!isSwitchedOperation(operation)) throw new Error(`there is no operation ${value}`);
    const { members } = ground.outlook;
    const names = settingNames(members);
    const nodes = names.map((name) => ground.node(name));
    const urls = nodes.map(({ address }) => `http://${address}`);
    const { area } = questions[operation];
    const serves = (name: string) =>
      members.some((each) => each.name === name && each.settings.areas?.includes(area) !== false);
    const isOffAt = async (url: string) => (await settingsAt(url)).settings.switchedOff.includes(value);
    const wasOff = await Promise.any(urls.map(isOffAt));
    const back = { mend: "toggle" as const, urls, operation: value, isOff: wasOff };
    /** Of those that answer, whether it is switched off there. */
    const look = async () => {
      const running = nodes.filter(({ isRunning }) => isRunning);
      return Promise.all(
        running.map(async ({ name, address }) => ({ name, isOff: await isOffAt(`http://${address}`) })),
      );
    };
    /** Doors that lead to the operation, behind the front door too, and whether each refuses it. */
    const ask = async () => {
      const { entryUrls } = ground.target;
      const servers = nodes.filter(({ name, isRunning }) => isRunning && serves(name));
      const doors = [...entryUrls, ...servers.map(({ address }) => `http://${address}`)];
      const mark = String(ground.clock.nowMs());
      const asked = await Promise.allSettled(doors.map((url) => isRefusedAt(url, operation, mark)));
      // A door that does not answer serves nobody; without any front door nothing is seen of what shoppers see.
      const told = asked.map((each) => (each.status === "fulfilled" ? each.value : undefined));
      return { front: told.slice(0, entryUrls.length), servers: told.slice(entryUrls.length) };
    };
    return {
      mends: [back],
      async inject(signal) {
        await untilDue(ground, signal);
        await switchOperation(urls, { operation: value, isOff: !wasOff }, signal);
      },
      async verify() {
        const seen = await look();
        if (seen.length === 0 || seen.some(({ isOff }) => isOff === wasOff)) return undefined;
        // What they say is what they were told: whether they keep to it is seen where shoppers ask.
        const { front, servers } = await ask();
        const isKept = (isRefused: boolean | undefined) => isRefused === undefined || isRefused !== wasOff;
        if (front.every((each) => each === undefined) || ![...front, ...servers].every(isKept))
          return undefined;
        const answered = servers.filter((each) => each !== undefined).length;
        const says = `all ${seen.length} applications say that ${value} is switched ${wasOff ? "on" : "off"}`;
        const does = wasOff ? "lets it in" : "refuses it";
        return `${says}; who asks for it sees that the front door ${does}, and so does each of the ${answered} that serve it`;
      },
      undo: (signal) => performMend(back, signal),
      // Not by asking for it: an application with too much in hand, which another fault may see to, refuses it in the same words.
      async verifyUndone() {
        const left = (await look()).filter(({ isOff }) => isOff !== wasOff).map(({ name }) => name);
        return left.length === 0
          ? undefined
          : `${value} is still switched ${wasOff ? "on" : "off"} at ${left.join(", ")}`;
      },
    };
  },
};

/** Applications that take their settings from a centre. */
function settingNames(members: readonly Member[]): readonly string[] {
  const centres = new Set(
    members.filter(({ component }) => component === "zookeeper").map(({ name }) => name),
  );
  return members
    .filter(({ component, calls }) => component === "shop" && calls.some((called) => centres.has(called)))
    .map(({ name }) => name);
}
