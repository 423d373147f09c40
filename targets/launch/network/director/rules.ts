/** What the kernel is told to do with connections to the entry: each new one to the next backend. Pure. */

/**
 * The whole table, in place of the one before; connections that exist keep the backend they have. Answers come back
 * through here, so backends see this node's address and not the caller's, as with the FULLNAT of the LVS that Taobao
 * published (github.com/alibaba/LVS). Without a backend nobody listens, and callers are turned away at once.
 * Only what is meant for an address of this node: who has not noticed that the moving one went away is not served here.
 * @param backends host:port of each one that answers
 */
export function rules(port: number, backends: readonly string[]): string {
  const chosen = backends.map((backend, index) => `${index} : ${backend.replace(":", " . ")}`);
  const to =
    backends.length === 0
      ? ""
      : `    fib daddr type local tcp dport ${port} dnat ip addr . port to numgen inc mod ${backends.length} map { ${chosen.join(", ")} }\n`;
  return `table ip entry
delete table ip entry
table ip entry {
  chain to {
    type nat hook prerouting priority dstnat;
${to}  }
  chain from {
    type nat hook postrouting priority srcnat;
    ct status dnat masquerade
  }
}
`;
}
