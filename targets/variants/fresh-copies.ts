/** Whether a shopper finds what he has just written although the replica he reads from does not have it yet. */
import { settingOf } from "./setting-of.ts";

export const freshCopies = settingOf({
  components: ["shop", "service"],
  setting: "freshCopies",
  title: "put what was just written into the cache too, for readers whom a replica would show the past",
  values: { on: true, off: false },
  usual: "on",
});
