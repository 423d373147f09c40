/** Nodes by the name that all of a kind share. */

/** `trade`, or `trade-2` where there are several; `shop-a-2`, or `proxy-a`, where it stands in zones. */
export const isMember = (name: string, node: string): boolean =>
  name === node || (name.startsWith(`${node}-`) && /^(\d+|[a-z](-\d+)?)$/.test(name.slice(node.length + 1)));
