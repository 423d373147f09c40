/** Whether an application can start while the configuration centre is gone. */
import { settingOf } from "./setting-of.ts";

export const configSnapshot = settingOf({
  components: ["shop"],
  setting: "keepsSettings",
  title: "keep the last known settings on disk, so that an application can start without the centre",
  values: { on: true, off: false },
  usual: "on",
});
