/** Doors on edges between containers: they stand at the address that this machine has in the containers' network. */
import { Failure } from "../../../base/failure.ts";
import { addressesFor, type EdgeDoor } from "../edge-door.ts";
import type { Member } from "../members.ts";
import { withProblems } from "../start-up.ts";

type AddressOf = (name: string) => string;
type Caller = Pick<Member, "name" | "calls" | "replicaOf">;

export class ContainerDoors {
  /** Of this machine in the network of the containers. */
  readonly host: string;
  readonly #through: EdgeDoor | undefined;
  /** By `caller>callee`: a member that is made anew finds the door it had. */
  readonly #opened = new Map<string, Promise<string>>();
  #canListen = false;

  constructor(through: EdgeDoor | undefined, host: string) {
    this.#through = through;
    this.host = host;
  }

  /** Whether any of its connections leads through a door. */
  leadsFrom(caller: Caller): boolean {
    return calleesOf(caller).some((callee) => this.#through?.leads(caller.name, callee) === true);
  }

  /**
   * The network is there; from now on members are told of doors.
   * @param isOwn whether an address is this machine's
   * @throws {Failure} `environment` when the network is somewhere else than its engine's socket
   */
  async networkIsUp(isOwn: (address: string) => Promise<boolean>): Promise<void> {
    if (!(await isOwn(this.host))) {
      throw new Failure(
        "environment",
        `faults of edges need the relay at ${this.host}, where containers reach this machine, and this machine does not have that address`,
        {
          hint: "an engine without root, or in a virtual machine, keeps its networks to itself: use --launcher processes, or only faults of the way in",
        },
      );
    }
    this.#canListen = true;
  }

  /** Why `caller` did not start, and where it may not have got to. */
  explained(error: unknown, caller: Caller): unknown {
    if (!(error instanceof Failure) || !this.leadsFrom(caller)) return error;
    return withProblems(error, [
      `${caller.name} calls others through the relay at ${this.host}: a firewall of this machine that lets nobody in from its containers keeps it from there`,
    ]);
  }

  /** Where `caller` finds those it calls: directly as long as there is no network. */
  async addressesFor(caller: Caller, addressOf: AddressOf): Promise<AddressOf> {
    const through = this.#through;
    const door: EdgeDoor | undefined =
      through === undefined || !this.#canListen
        ? undefined
        : {
            leads: (from, to) => through.leads(from, to),
            open: (from, to, address, host) => this.#openOnce(through, { from, to, address, host }),
          };
    const callees = calleesOf(caller);
    return addressesFor({ name: caller.name, callees }, addressOf, { door, host: this.host });
  }

  #openOnce(
    through: EdgeDoor,
    { from, to, address, host }: Readonly<Record<"from" | "to" | "address" | "host", string>>,
  ): Promise<string> {
    const edge = `${from}>${to}`;
    const opened = this.#opened.get(edge) ?? through.open(from, to, address, host);
    this.#opened.set(edge, opened);
    return opened;
  }
}

const calleesOf = ({ calls, replicaOf }: Caller): readonly string[] => [
  ...calls,
  ...(replicaOf === undefined ? [] : [replicaOf]),
];
