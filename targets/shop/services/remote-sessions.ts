/** Logins, by the auth service: no application keeps any, and none can be found while it is away. */
import { type Session, type Sessions, SessionTooLarge } from "../sessions/session.ts";
import { AuthServiceDefinition } from "./contract/generated/services.ts";
import type { RemoteService } from "./remote-service.ts";

const { methods } = AuthServiceDefinition;

export class RemoteSessions implements Sessions {
  /** Also while the service is silent: who has not logged in is served all the same. */
  readonly isReady = true;
  readonly #service: RemoteService;

  constructor(service: RemoteService) {
    this.#service = service;
  }

  /** A session that is opened twice is two words, of which one is never used. */
  async open(session: Session): Promise<string> {
    const { word, sizeBytes } = await this.#service.ask("set", methods.openSession, session);
    if (word === undefined) throw new SessionTooLarge(sizeBytes);
    return word;
  }

  async find(word: string): Promise<Session | undefined> {
    return (await this.#service.ask("read", methods.findSession, { word })).session;
  }

  async close(): Promise<void> {}
}
