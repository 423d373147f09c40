/** What becomes of the zone of a name server that tells of addresses where nobody is. */
import { expect, test } from "vitest";
import { parseZone, renderedZone, staleZone } from "../../../chaos/faults/stale-dns.ts";
import { renderZone } from "../../../targets/launch/render-knot.ts";

const text = renderZone(
  [
    { address: "127.0.10.1", zone: "a" },
    { address: "127.0.10.2", zone: "a" },
    { address: "127.0.11.1", zone: "b" },
    { address: "127.0.11.2", zone: "b" },
  ],
  5,
);

test("a share of the ways in has other addresses, under every name, in a later version", () => {
  const stale = staleZone(parseZone(text), 0.5);
  expect(stale.dead).toEqual(["127.0.10.250", "127.0.10.251"]);
  expect(renderedZone(stale)).toBe(
    text
      .replace("hostmaster 1 ", "hostmaster 2 ")
      .replaceAll("127.0.10.1\n", "127.0.10.250\n")
      .replaceAll("127.0.10.2\n", "127.0.10.251\n"),
  );
});

test("one at least, and all at most", () => {
  expect(staleZone(parseZone(text), 0.01).dead).toEqual(["127.0.10.250"]);
  expect(staleZone(parseZone(text), 1).dead).toHaveLength(4);
});

test("the address of the name server itself stays", () => {
  expect(renderedZone(staleZone(parseZone(text), 1))).toContain("ns A 127.0.0.1\n");
});

test("what was before is the same zone in a version after both", () => {
  const before = parseZone(text);
  const { serial } = staleZone(before, 0.5);
  expect(renderedZone({ ...before, serial: serial + 1 })).toBe(
    text.replace("hostmaster 1 ", "hostmaster 3 "),
  );
});

test("a text that is no zone is refused", () => {
  expect(() => parseZone("nothing\n")).toThrow("the zone has no serial number");
});
