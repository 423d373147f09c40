import { expect, test } from "vitest";
import { bootId, whereabouts } from "../../chaos/boot-id.ts";

test.each([
  { why: "the same", there: "b1 pid:[1]", here: "b1 pid:[1]", where: "here" },
  { why: "another numbering of processes", there: "b1 pid:[2]", here: "b1 pid:[1]", where: "elsewhere" },
  { why: "another start of the machine", there: "b0 pid:[1]", here: "b1 pid:[1]", where: "gone" },
  { why: "the same, all of it", there: "b1 pid:[1] m1", here: "b1 pid:[1] m1", where: "here" },
  { why: "another start of this machine", there: "b0 pid:[1] m1", here: "b1 pid:[1] m1", where: "gone" },
  { why: "another machine", there: "b0 pid:[1] m0", here: "b1 pid:[1] m1", where: "elsewhere" },
  { why: "one that did not name its machine", there: "b0 pid:[1]", here: "b1 pid:[1] m1", where: "gone" },
  { why: "a container by another name", there: "b1 pid:[2] m2", here: "b1 pid:[1] m1", where: "elsewhere" },
  { why: "a system that does not tell, both times", there: "", here: "", where: "here" },
  { why: "one that does not tell, seen from one that does", there: "", here: "b1 pid:[1]", where: "gone" },
])("$why: $where", ({ there, here, where }) => expect(whereabouts(there, here)).toBe(where));

test("what is written down now is here", () => expect(whereabouts(bootId())).toBe("here"));
