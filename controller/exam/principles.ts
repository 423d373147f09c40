/** The twelve principles a storefront of this kind is designed by, and how far each can be seen by load and faults. */

export const principleNames = [
  "n-plus-1",
  "rollback",
  "feature-toggle",
  "monitoring",
  "multi-active",
  "mature-technology",
  "isolation",
  "horizontal-scaling",
  "buy-non-core",
  "commodity-hardware",
  "rapid-iteration",
  "stateless",
] as const;

export type PrincipleName = (typeof principleNames)[number];

export interface Principle {
  readonly name: PrincipleName;
  readonly title: string;
  /**
   * *strong*: an experiment decides it; *partial*: an experiment sees a shadow of it; *none*: it is no property that load
   * and faults can show.
   */
  readonly canBeSeen: "strong" | "partial" | "none";
  /** What the experiment would be, or why there is none. */
  readonly because: string;
}

export const principles: readonly Principle[] = [
  {
    name: "n-plus-1",
    title: "one of everything may fail",
    canBeSeen: "strong",
    because:
      "every node is killed and frozen in turn; what does not get over it is a single point of failure",
  },
  {
    name: "rollback",
    title: "what was released can be taken back",
    canBeSeen: "strong",
    because:
      "a bad version is released under load and taken back; it says nothing about defects nobody planted",
  },
  {
    name: "feature-toggle",
    title: "designed to be switched off",
    canBeSeen: "strong",
    because: "what shoppers can do without is switched off under load, and the rest has to go on",
  },
  {
    name: "monitoring",
    title: "designed to be watched",
    canBeSeen: "strong",
    because:
      "faults are injected without telling, and the target's own signals have to find them, and nothing else",
  },
  {
    name: "multi-active",
    title: "more than one place that works",
    canBeSeen: "strong",
    because:
      "a zone is lost under load, and no order with it; on one machine that tests logic, not geography",
  },
  {
    name: "mature-technology",
    title: "only what others have used for long",
    canBeSeen: "none",
    because: "how long something has been in use cannot be seen by loading it",
  },
  {
    name: "isolation",
    title: "one part in trouble leaves the others alone",
    canBeSeen: "strong",
    because: "one part is overloaded or held back, and what does not need it has to go on as before",
  },
  {
    name: "horizontal-scaling",
    title: "more of the same carries more",
    canBeSeen: "partial",
    because:
      "a search for the knee with one, two and four members shows it, where machine and generator are not the limit first",
  },
  {
    name: "buy-non-core",
    title: "buy what is not the business",
    canBeSeen: "partial",
    because:
      "a decision of people; all that faults can show is whether what was bought may fail without the rest",
  },
  {
    name: "commodity-hardware",
    title: "small machines that may break",
    canBeSeen: "partial",
    because: "random failures of small nodes can be carried; what the machines cost cannot be seen",
  },
  {
    name: "rapid-iteration",
    title: "small releases, often, that fail fast",
    canBeSeen: "partial",
    because: "releases under load can be seen to disturb nobody; how people work cannot",
  },
  {
    name: "stateless",
    title: "no node remembers what others do not",
    canBeSeen: "strong",
    because: "every shop is killed in turn, and every login and cart has to be found again",
  },
];
