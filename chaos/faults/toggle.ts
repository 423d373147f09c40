/** Somebody flips the feature toggle of an operation in the configuration centre, for all applications at once. */
import { unknownName } from "../../base/failure.ts";
import type { Member } from "../../targets/launch/members.ts";
import type { Fault } from "../fault.ts";
import { performMend } from "../mend.ts";
import { settingsAt, switchOperation } from "../stores/settings.ts";
import { untilDue } from "../until-due.ts";

/** Operations of the shop, as docs/shop-api.md has them. */
export const toggles = [
  ...[
    "home",
    "list",
    "detail",
    "search",
    "cart_add",
    "cart_view",
    "favourite",
    "checkout_step",
    "order_confirm",
  ],
  ...[
    "order_query",
    "order_history",
    "pay",
    "admin",
    "report",
    "seckill_page",
    "seckill_try",
    "seckill_result",
  ],
] as const;

export const toggle: Fault = {
  name: "toggle",
  does: "switches an operation off for all applications, or on where it was off",
  place: "target",
  value: { means: "the operation", usual: "search" },
  lasts: "while",
  undo: "reversible",
  plan({ value = "" }, { members }) {
    const problems: string[] = [];
    if (!toggles.some((each) => each === value)) problems.push(unknownName("operation", value, toggles));
    if (settingNames(members).length === 0)
      problems.push(
        "toggles are kept in a configuration centre, and no application of this target calls one",
      );
    return { mechanism: "the settings in the configuration centre", problems, takes: [`toggle ${value}`] };
  },
  async prepare({ value = "" }, ground) {
    const names = settingNames(ground.outlook.members);
    const nodes = names.map((name) => ground.node(name));
    const urls = nodes.map(({ address }) => `http://${address}`);
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
    return {
      mends: [back],
      async inject(signal) {
        await untilDue(ground, signal);
        await switchOperation(urls, { operation: value, isOff: !wasOff }, signal);
      },
      async verify() {
        const seen = await look();
        const isEverywhere = seen.length > 0 && seen.every(({ isOff }) => isOff !== wasOff);
        return isEverywhere
          ? `all ${seen.length} applications say that ${value} is switched ${wasOff ? "on" : "off"}`
          : undefined;
      },
      undo: (signal) => performMend(back, signal),
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
