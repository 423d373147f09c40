/** Whether a commit is acknowledged before any replica has it. */
import { settingOf } from "./setting-of.ts";

export const replication = settingOf({
  components: ["postgres"],
  setting: "replication",
  title:
    "async: a commit is acknowledged when the primary has it on disk; sync: when one of its replicas has it too, so that a " +
    "promotion loses nothing that was acknowledged, and no replica means no writes",
  values: { async: "async", sync: "sync" },
  usual: "async",
});
