import { describe, expect, test } from "vitest";
import { Cleanup } from "../../base/cleanup.ts";

describe("cleaning up", () => {
  test("goes in reverse order, one after another, and waits for each", async () => {
    const done: string[] = [];
    {
      await using cleanup = new Cleanup();
      cleanup.defer(() => done.push("first opened"));
      cleanup.defer(async () => {
        await Promise.resolve();
        done.push("second opened");
      });
      cleanup.use({ [Symbol.asyncDispose]: async () => void done.push("third opened") });
    }
    expect(done).toEqual(["third opened", "second opened", "first opened"]);
  });

  test("a failing undo does not keep the others from running", async () => {
    const done: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer(() => done.push("folder"));
    cleanup.defer(() => {
      throw new Error("process would not die");
    });
    cleanup.defer(() => done.push("socket"));
    await expect(cleanup[Symbol.asyncDispose]()).rejects.toThrow("process would not die");
    expect(done).toEqual(["socket", "folder"]);
  });

  test("several failures are thrown together", async () => {
    const cleanup = new Cleanup();
    for (const word of ["one", "two"]) {
      cleanup.defer(() => Promise.reject(new Error(word)));
    }
    const thrown: unknown = await cleanup[Symbol.asyncDispose]().catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(AggregateError);
    expect((thrown as AggregateError).errors.map(String)).toEqual(["Error: two", "Error: one"]);
  });

  test("happens once, even when asked for twice", async () => {
    let undone = 0;
    const cleanup = new Cleanup();
    cleanup.defer(() => undone++);
    await cleanup[Symbol.asyncDispose]();
    await cleanup[Symbol.asyncDispose]();
    expect(undone).toBe(1);
  });

  test("an undo registered by an undo is run too", async () => {
    const done: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer(() => {
      done.push("outer");
      cleanup.defer(() => done.push("inner"));
    });
    await cleanup[Symbol.asyncDispose]();
    expect(done).toEqual(["outer", "inner"]);
  });

  test("hands back what it adopts", () => {
    const opened = { [Symbol.asyncDispose]: () => Promise.resolve() };
    expect(new Cleanup().use(opened)).toBe(opened);
  });
});
