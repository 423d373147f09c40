/**
 * The object store as the shop uses it: every object on every member, written to all, read from any. So whichever
 * member is lost, what was acknowledged can still be read; while one is gone, nothing is acknowledged.
 */
import { request } from "undici";
import { NotDone } from "../data/not-done.ts";

export type ReadObject =
  | { readonly status: "found"; readonly type: string; readonly bytes: Buffer; readonly etag: string }
  /** What the caller has is what there is. */
  | { readonly status: "unchanged"; readonly etag: string }
  | { readonly status: "absent" };

const TIMEOUT_MS = 1_000;
/** How long a member that failed is not asked first. */
const REST_MS = 1_000;

export class ObjectStore {
  readonly #members: readonly string[];
  readonly #nowMs: () => number;
  readonly #restsUntilMs = new Map<string, number>();
  #turn = 0;

  /** `members` are origins: `http://host:port`. */
  constructor(members: readonly string[], nowMs: () => number) {
    this.#members = members;
    this.#nowMs = nowMs;
  }

  /**
   * The object, from the first member that has it. Only when all have said no is it absent: one may have missed a
   * write that was never acknowledged.
   * @throws {NotDone} when no member has it and some could not be asked
   */
  async read(name: string, knownEtag: string | undefined): Promise<ReadObject> {
    let trouble: unknown;
    for (const member of this.#inTurn()) {
      try {
        const found = await this.#ask(member, name, knownEtag);
        if (found.status !== "absent") return found;
      } catch (error) {
        this.#restsUntilMs.set(member, this.#nowMs() + REST_MS);
        trouble = error;
      }
    }
    if (trouble === undefined) return { status: "absent" };
    throw new NotDone("unreachable", `object store: ${messageOf(trouble)}`, trouble);
  }

  /**
   * Writes the object to every member.
   * @throws {NotDone} when one of them did not take it; those that did keep it, and a repeat writes it again
   */
  async write(name: string, type: string, bytes: Buffer): Promise<void> {
    const written = await Promise.allSettled(
      this.#members.map(async (member) => {
        const { statusCode, body } = await request(`${member}/objects/${name}`, {
          method: "PUT",
          headers: { "content-type": type },
          body: bytes,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await body.dump();
        if (statusCode !== 201) throw new Error(`${member} answered ${statusCode}`);
      }),
    );
    const failed = written.find((each) => each.status === "rejected");
    if (failed === undefined) return;
    throw new NotDone("unreachable", `object store: ${messageOf(failed.reason)}`, failed.reason);
  }

  /** Each of them, another one first every time, those that rest last. */
  #inTurn(): readonly string[] {
    const from = this.#turn++ % this.#members.length;
    const turned = [...this.#members.slice(from), ...this.#members.slice(0, from)];
    const rests = (member: string) => (this.#restsUntilMs.get(member) ?? 0) > this.#nowMs();
    return [...turned.filter((member) => !rests(member)), ...turned.filter(rests)];
  }

  async #ask(member: string, name: string, knownEtag: string | undefined): Promise<ReadObject> {
    const { statusCode, headers, body } = await request(`${member}/objects/${name}`, {
      headers: knownEtag === undefined ? {} : { "if-none-match": knownEtag },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const bytes = Buffer.from(await body.arrayBuffer());
    const etag = String(headers["etag"] ?? "");
    switch (statusCode) {
      case 200:
        return { status: "found", type: String(headers["content-type"]), bytes, etag };
      case 304:
        return { status: "unchanged", etag };
      case 404:
        return { status: "absent" };
      default:
        throw new Error(`${member} answered ${statusCode}`);
    }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
