import { expect, test } from "vitest";
import { lostThePort } from "../../../targets/launch/recipe.ts";

test.each([
  {
    who: "HAProxy",
    line: "[ALERT]    (42) : Binding [l4.conf:14] for proxy entry: cannot bind socket (Address already in use) for [127.0.0.1:20001]",
    lost: true,
  },
  {
    who: "nginx",
    line: "nginx: [emerg] bind() to 127.0.0.1:20001 failed (98: Address already in use)",
    lost: true,
  },
  {
    who: "Redis",
    line: "# Warning: Could not create server TCP listening socket 127.0.0.1:20001: bind: Address already in use",
    lost: true,
  },
  {
    who: "PostgreSQL",
    line: 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use',
    lost: true,
  },
  { who: "Node", line: "Error: listen EADDRINUSE: address already in use 127.0.0.1:20001", lost: true },
  {
    who: "PostgreSQL, about something else",
    line: "FATAL:  could not map anonymous shared memory: Cannot allocate memory",
    lost: false,
  },
])("$who says that its port was taken: $lost", ({ line, lost }) => {
  expect(lostThePort(["starting", line])).toBe(lost);
});
