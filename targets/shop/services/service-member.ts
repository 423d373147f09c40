/** One member of a service as callers reach it: by gRPC, or by whatever else carries the same messages. */

/** How messages of one type are written and read. */
export interface MessageType<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  toJSON(message: T): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as the generated code has it; it looks at what it is given
  fromJSON(value: any): T;
}

/** A method as the generated definitions have it. */
export interface Method<Q, A> {
  readonly name: string;
  readonly requestType: MessageType<Q>;
  readonly responseType: MessageType<A>;
}

/** A method and where it is called: `/shop.v1.OrderService/PlaceOrder`. */
export interface MethodAt<Q, A> extends Method<Q, A> {
  readonly path: string;
}

export interface ServiceMember {
  /** host:port */
  readonly address: string;
  /**
   * Sends the request and waits for its answer for at most `timeoutMs`, which travels along.
   * @throws {NotDone} when nothing was done: it was not sent, or the service says so
   * @throws {CallFailed} when it is unknown what was done
   */
  unary<Q, A>(method: MethodAt<Q, A>, request: Q, timeoutMs: number): Promise<A>;
  /** Answers as they come; fails as `unary` does, also in the middle, so that a cut list cannot pass for a whole one. */
  stream<Q, A>(method: MethodAt<Q, A>, request: Q, timeoutMs: number): AsyncIterable<A>;
  close(): void;
}

/** Where a method of a service is called. */
export const methodAt = <Q, A>(
  service: { readonly fullName: string },
  method: Method<Q, A>,
): MethodAt<Q, A> => ({
  ...method,
  path: `/${service.fullName}/${method.name}`,
});
