/** An exchange that remembers what it heard of one request. */
import type { Exchange } from "../../agents/senders/sender.ts";
import type { Answer } from "../../scenarios/scenario.ts";

/** What an exchange heard, in order, and its end. */
export class Heard implements Exchange {
  readonly wantsBody: boolean;
  readonly events: string[] = [];
  answer: { status: number; text: string; header: (name: string) => string | undefined } | undefined;
  failure: { how: string; isSent: boolean } | undefined;
  waitedMs: number | undefined;
  readonly over: Promise<this>;
  #end: (heard: this) => void = () => {};

  constructor(wantsBody = true) {
    this.wantsBody = wantsBody;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  fired(_atMs: number, waitedMs: number): void {
    this.events.push("fired");
    this.waitedMs = waitedMs;
  }

  answered(answer: Answer): void {
    const { status } = answer;
    this.answer = { status, text: answer.text(), header: (name) => answer.header(name) };
    this.#over("answered");
  }

  failed(how: "timeout" | "disconnected", isSent: boolean): void {
    this.failure = { how, isSent };
    this.#over("failed");
  }

  dropped(): void {
    this.#over("dropped");
  }

  impossible(): void {
    this.#over("impossible");
  }

  #over(event: string): void {
    this.events.push(event);
    this.#end(this);
  }
}
