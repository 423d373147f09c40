/** What the shop's answers mean, whichever operation was asked. See docs/shop-api.md. */
import type { Outcome } from "../../metrics/outcome.ts";
import type { Answer } from "../scenario.ts";

type Body = Readonly<Record<string, unknown>>;

/** The answer's JSON object; `undefined` when it is something else. */
export function bodyOf(answer: Answer): Body | undefined {
  try {
    const parsed: unknown = JSON.parse(answer.text());
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined; // not JSON: whoever asked says what that means
  }
}

/** The object under `key`, when there is one. */
export function objectIn(body: Body | undefined, key: string): Body | undefined {
  const value = body?.[key];
  return isObject(value) ? value : undefined;
}

/** `ok` for the one status expected; its body is not looked at. */
export function expectStatus(status: number): (answer: Answer) => Outcome {
  return (answer) => (answer.status === status ? "ok" : otherwise(answer));
}

/** Any status an operation did not expect. Only the shop itself can say that it shed; a proxy's 503 is an error. */
export function otherwise(answer: Answer): Outcome {
  const { status } = answer;
  if ((status === 503 || status === 429) && bodyOf(answer)?.status === "busy") return "busy";
  return status >= 200 && status < 400 ? "wrong" : "error";
}

/** The answer to an attempt to buy. A no counts as definite only in the shop's own words. */
export function sold(answer: Answer): Outcome {
  const { status } = answer;
  if (status !== 201 && status !== 409 && status !== 403) return otherwise(answer);
  const body = bodyOf(answer);
  if (status === 201) return body?.status === "accepted" && isOrderId(body.orderId) ? "ok" : "wrong";
  if (status === 409 && body?.status === "sold-out") return "sold-out";
  if (status === 403 && body?.status === "refused") return "refused";
  return "wrong";
}

/** Order ids are numbers or strings, as the target likes. */
export function isOrderId(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
