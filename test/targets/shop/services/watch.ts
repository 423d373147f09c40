/** Simulated time. */
export class Watch {
  ms = 1_000_000;
  readonly now = () => this.ms;
}
