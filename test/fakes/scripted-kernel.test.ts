import { expect, test } from "vitest";
import { ScriptedKernel } from "./scripted-kernel.ts";

test("it says what it was told last, and nothing of what is gone", () => {
  const kernel = new ScriptedKernel({ "/a": "1" });
  const file = kernel.open("/a");
  expect([file.text(), kernel.whole("/a"), kernel.whole("/b")]).toEqual(["1", "1", undefined]);
  kernel.write("/a", "2");
  expect(file.text()).toBe("2");
  kernel.write("/a", undefined);
  expect(file.text()).toBeUndefined();
  expect([...kernel.isOpen]).toEqual(["/a"]);
  file[Symbol.dispose]();
  expect([...kernel.isOpen]).toEqual([]);
});
