/** Sessions of ours that are in the way of others at a database. They have a name, by which anybody can send them away. */
import type pg from "pg";
import type { Mend } from "../mend.ts";
import { askPostgres, openPostgres } from "../stores/postgres.ts";

/** What PostgreSQL keeps of an application's name. */
const NAME_LENGTH = 63;
/** The server ends them by itself this much after their time. */
const GRACE_MS = 10_000;

export class Guests {
  readonly #url: string;
  readonly #name: string;
  readonly #forMs: number;
  readonly #here = new Set<pg.Client>();
  #isOver = false;

  /**
   * @param id of the fault they belong to
   * @param forS how long they mean to stay, seconds
   */
  constructor(url: string, id: string, forS: number) {
    this.#url = url;
    this.#name = `stagebench ${id}`.replaceAll("'", "").slice(0, NAME_LENGTH);
    this.#forMs = forS * 1_000 + GRACE_MS;
  }

  /** Sends all of them away, whoever does it. */
  get mend(): Mend {
    const statement = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${this.#name}' AND pid <> pg_backend_pid()`;
    return { mend: "postgres", url: this.#url, statements: [statement], isOfSessions: true };
  }

  /** How long the server is to bear one at most. */
  get forMs(): number {
    return this.#forMs;
  }

  get here(): readonly pg.Client[] {
    return [...this.#here];
  }

  /** Whether they left, or one of them was sent away: then it is over for all. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** May come again. */
  begin(): void {
    this.#isOver = false;
  }

  /**
   * One more.
   * @param settings of its session
   * @throws when it is not let in, or all is over
   */
  async enter(settings: Readonly<Record<string, string | number>> = {}): Promise<pg.Client> {
    const options = Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(" ");
    const client = await openPostgres(this.#url, { name: this.#name, options, query_timeout: 0 });
    this.#here.add(client);
    client.once("end", () => {
      this.#here.delete(client);
      // Nobody of us ended it: whoever did wants none of us here.
      if (!this.#isOver) void this.leave();
    });
    if (this.#isOver) {
      await this.leave();
      throw new Error("it is over");
    }
    return client;
  }

  /** Ends some of them, which are the caller's to name, and goes on with the others. */
  async dismiss(clients: readonly pg.Client[]): Promise<void> {
    for (const client of clients) {
      client.removeAllListeners("end");
      this.#here.delete(client);
    }
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }

  /** All of them, for good. What a query of theirs is at does not keep them. */
  async leave(): Promise<void> {
    this.#isOver = true;
    await this.dismiss(this.here);
  }

  /** How many the server knows of; none where there is no server any more: they went with it, and with them their locks. */
  async present(): Promise<number> {
    try {
      const [row] = await askPostgres(this.#url, [
        `SELECT count(*)::int AS present FROM pg_stat_activity WHERE application_name = '${this.#name}' AND pid <> pg_backend_pid()`,
      ]);
      return Number(row?.["present"]);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") return 0;
      throw error;
    }
  }

  /** How many others wait for a lock that one of them has, by the lock manager's own account. */
  async keptWaiting(): Promise<number> {
    const [row] = await askPostgres(this.#url, [
      `SELECT count(DISTINCT waiting.pid)::int AS waiting FROM pg_stat_activity AS waiting
        JOIN pg_stat_activity AS guest ON guest.pid = ANY (pg_blocking_pids(waiting.pid))
        WHERE waiting.wait_event_type = 'Lock' AND guest.application_name = '${this.#name}'`,
    ]);
    return Number(row?.["waiting"]);
  }
}
