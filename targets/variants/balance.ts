/** How the reverse proxies choose a shop. */
import { settingOf } from "./setting-of.ts";

export const balance = settingOf({
  components: ["nginx"],
  setting: "balance",
  title: "how the proxies choose a shop",
  values: {
    "round-robin": "round-robin",
    weighted: "weighted",
    "ip-hash": "ip-hash",
    "least-conn": "least-conn",
    "weighted-least-conn": "weighted-least-conn",
  },
  usual: "round-robin",
});
