/** Somebody through whom connections between nodes are led, so that they can be disturbed on their way. */

export interface EdgeDoor {
  /** Whether connections from one member to another are led through it. */
  leads(from: string, to: string): boolean;
  /**
   * Lets connections through from now on.
   * @param address host:port of the callee, which is ready
   * @param host where the caller can reach us: an address of this machine
   * @returns host:port for the caller to use instead
   */
  open(from: string, to: string, address: string, host: string): Promise<string>;
}

/** Where a member finds those it calls, some of them behind a door. */
export async function addressesFor(
  caller: { readonly name: string; readonly callees: readonly string[] },
  addressOf: (name: string) => string,
  { door, host }: { readonly door: EdgeDoor | undefined; readonly host: string },
): Promise<(name: string) => string> {
  const led = caller.callees.filter((callee) => door?.leads(caller.name, callee));
  if (door === undefined || led.length === 0) return addressOf;
  const doors = await Promise.all(
    led.map(
      async (callee) => [callee, await door.open(caller.name, callee, addressOf(callee), host)] as const,
    ),
  );
  const behind = new Map(doors);
  return (name) => behind.get(name) ?? addressOf(name);
}
