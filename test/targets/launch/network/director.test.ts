import { expect, test } from "vitest";
import {
  afterCheck,
  FALL,
  type Health,
  startsUp,
} from "../../../../targets/launch/network/director/health.ts";
import { rules } from "../../../../targets/launch/network/director/rules.ts";
import { renderKeepalived } from "../../../../targets/launch/render-keepalived.ts";

test("connections go to the backends in turn, and come back the same way", () =>
  expect(rules(8080, ["10.64.0.13:2001", "10.64.0.14:2001"])).toBe(`table ip entry
delete table ip entry
table ip entry {
  chain to {
    type nat hook prerouting priority dstnat;
    fib daddr type local tcp dport 8080 dnat ip addr . port to numgen inc mod 2 map { 0 : 10.64.0.13 . 2001, 1 : 10.64.0.14 . 2001 }
  }
  chain from {
    type nat hook postrouting priority srcnat;
    ct status dnat masquerade
  }
}
`));

test("without a backend nothing is forwarded", () => expect(rules(8080, [])).not.toContain("dnat ip"));

test.each([
  { checks: [true, true], isUp: true },
  { checks: [false], isUp: true },
  { checks: [false, true, false], isUp: true },
  { checks: Array.from({ length: FALL }, () => false), isUp: false },
  { checks: [false, false, false, false], isUp: false },
  { checks: [false, false, true], isUp: true },
])("after checks that went $checks a backend's isUp is $isUp", ({ checks, isUp }) => {
  const after = checks.reduce<Health>((state, answered) => afterCheck(state, answered), startsUp("a:1"));
  expect(after.isUp).toBe(isUp);
});

test("keepalived is told whose address it is, and to leave it where it is when an old holder comes back", () =>
  expect(
    renderKeepalived({
      ...{ name: "l4-1", virtualAddress: "10.64.0.200", prefixLength: 24, routerId: 101, priority: 200 },
    }),
  ).toBe(`global_defs {
  router_id l4-1
  vrrp_version 3
  # Who has lost its neighbour's entry asks for it; who has not is told again.
  vrrp_garp_master_refresh 5
}

vrrp_instance entry {
  state BACKUP
  nopreempt
  interface eth0
  virtual_router_id 101
  priority 200
  advert_int 0.2
  virtual_ipaddress {
    10.64.0.200/24 dev eth0
  }
}
`));
