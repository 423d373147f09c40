/** Whether one slow service can fill a bus for all. */
import { settingOf } from "./setting-of.ts";

export const busLanes = settingOf({
  components: ["bus"],
  setting: "lanes",
  title: "one lane of the bus for the calls to all services, or one for each with its part of the turns",
  values: { shared: "shared", separate: "separate" },
  usual: "shared",
});
