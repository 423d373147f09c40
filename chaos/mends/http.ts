/** A request to whoever was disturbed by one. */
import { z } from "zod";
import { mendKind } from "./mend-kind.ts";

export const httpMend = mendKind({
  shape: z.object({
    mend: z.literal("http"),
    method: z.enum(["GET", "POST", "PUT", "DELETE"]),
    url: z.url(),
    body: z.string().optional(),
    limitMs: z.number().int().min(1),
  }),
  async perform({ method, url, body, limitMs }, signal) {
    const answer = await fetch(url, {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
      ...(body !== undefined && { body, headers: { "content-type": "application/json" } }),
    });
    if (!answer.ok) throw new Error(`${method} ${url} was answered with ${answer.status}`);
  },
  manual: ({ method, url, body }) =>
    `curl -X ${method} ${body === undefined ? "" : `-H 'content-type: application/json' -d '${body}' `}${url}`,
});
