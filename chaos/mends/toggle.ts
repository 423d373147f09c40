/** An operation is switched on or off again, for all applications at once. */
import { z } from "zod";
import { mendKind } from "./mend-kind.ts";

export const toggleMend = mendKind({
  shape: z.object({
    mend: z.literal("toggle"),
    /** Of applications; any of them will do. */
    urls: z.array(z.url()).min(1),
    operation: z.string(),
    isOff: z.boolean(),
  }),
  async perform({ urls, operation, isOff }, signal) {
    const { switchOperation } = await import("../stores/settings.ts");
    await switchOperation(urls, { operation, isOff }, signal);
  },
  manual: ({ urls: [url], operation, isOff }) => {
    const change = isOff ? `+ ["${operation}"]` : `- ["${operation}"]`;
    const settings = `{version, settings: (.settings | .switchedOff = (.switchedOff ${change}))}`;
    return `curl -s ${url}/admin/settings | jq '${settings}' | curl -X POST -H 'content-type: application/json' -d @- ${url}/admin/settings`;
  },
});
