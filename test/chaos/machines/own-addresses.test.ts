/** Which addresses a network calls its own. */
import { expect, test } from "vitest";
import { ownAddresses } from "../../../chaos/faults/vip-failover.ts";

test("only those of this very network, not its neighbours, its networks and broadcasts", () => {
  const trie = `Local:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.76.0.0/24 2 0 2
        +-- 10.76.0.0/28 2 0 2
           |-- 10.76.0.0
              /24 link UNICAST
           |-- 10.76.0.11
              /32 host LOCAL
        |-- 10.76.0.200
           /32 host LOCAL
        |-- 10.76.0.255
           /32 link BROADCAST
     +-- 127.0.0.0/31 1 0 0
        |-- 127.0.0.0
           /8 host LOCAL
        |-- 127.0.0.1
           /32 host LOCAL
`;
  expect([...ownAddresses(trie)]).toEqual(["10.76.0.11", "10.76.0.200", "127.0.0.1"]);
});
