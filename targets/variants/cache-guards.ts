/** What keeps a cache from harming the database behind it. */
import { settingOf } from "./setting-of.ts";

export const cacheGuards = settingOf({
  components: ["shop"],
  setting: "cacheGuards",
  title:
    "remember what does not exist, look up a missing page once for all who ask, spread the lives of pages",
  values: { on: true, off: false },
  usual: "on",
});
