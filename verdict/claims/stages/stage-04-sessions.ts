/** Claims about logins in stage 04: who remembers them, and what becomes of them when a shop ends. */
import type { Bound, Control, StageClaim } from "../stage-claim.ts";
import {
  allForgotten,
  amongShops,
  cookieAndShopLost,
  hashed,
  inShopsMemory,
  losses,
  lossesRatio,
  replicatedAndShopLost,
  serverAndShopLost,
  serverLost,
  stickyAndShopLost,
} from "./stage-04-logins.ts";

const twoInThree: Bound = {
  atLeast: 0.617,
  atMost: 0.717,
  basis: "derived",
  because: "Of the next requests (N-1)/N go to another of N = 3 shops, give or take 0.05.",
};
const oneInThree: Bound = {
  atLeast: 0.283,
  atMost: 0.383,
  basis: "derived",
  because:
    "1/N of the logins there are at that instant, with N = 3, give or take 0.05. How many there are is seen in the same load " +
    "where a session server forgets all of them.",
};
const hardlyAnything: Bound = {
  atMost: 0.05,
  basis: "derived",
  because: "Everything needs a login, and a twentieth is room for what was on its way.",
};
const aFifthMore: Bound = {
  atLeast: 1.2,
  basis: "derived",
  because:
    "A login makes N-1 copies, and one of 8.5 requests is a login: 0.12 copies for each request with two shops, 0.59 with " +
    "six. If a copy costs half of a mean request, that is 1.22 times the work. Copies themselves, at least 0.9 (N-1) for " +
    "each login, are not in the evidence, so it is asked of CPU.",
};

/** A shop ends that has a third of all logins in its memory. */
const stickyLosesThem: Control = {
  what: "sticky routing, with logins in the memory of the shop that ends",
  question: { by: "never", count: losses, of: stickyAndShopLost },
};

export const sessionClaims: readonly StageClaim[] = [
  {
    id: "SE-none",
    stage: "stage-04",
    statement:
      "With logins in the memory of one of three shops, and round robin, two in three of the requests that need one find " +
      "that nobody knows it.",
    sources: ["single-server-to-distributed"],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "value", measure: lossesRatio, of: inShopsMemory, value: twoInThree },
    control: {
      what: "each shopper is sent to the same shop",
      question: { by: "value", measure: lossesRatio, of: hashed, value: twoInThree },
    },
  },
  {
    id: "SE-sticky",
    stage: "stage-04",
    statement: "With sticky routing the end of one of three shops takes about a third of all logins along.",
    sources: ["single-server-to-distributed"],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: losses, of: stickyAndShopLost, to: allForgotten },
      ratio: oneInThree,
      // A consistent hash gives one of three shops 0.33 +- 0.02 of the shoppers, and who is there at that instant is chance.
      repetitions: 8,
    },
  },
  {
    id: "SE-repl-safe",
    stage: "stage-04",
    statement: "With logins copied to all shops the end of one of them loses none that had been copied.",
    sources: ["single-server-to-distributed"],
    kind: "availability",
    expectation: "supports",
    // The catalogue allows one in a hundred. None is what is said, and of all requests one in a hundred is more than
    // sticky routing loses, so that bound could not tell the two apart.
    decided: { by: "never", count: losses, of: replicatedAndShopLost },
    control: stickyLosesThem,
  },
  {
    id: "SE-repl-cost",
    stage: "stage-04",
    statement:
      "Copying logins to all shops costs the more the more shops there are: with six of them a request takes at least a " +
      "fifth more of their CPU than with two.",
    sources: ["single-server-to-distributed"],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "cpu-ms-per-request", tier: "app" },
        of: amongShops("session=replicated", 6),
        to: amongShops("session=replicated", 2),
      },
      ratio: aFifthMore,
    },
    control: {
      what: "a session server, to which a login is told once however many shops there are",
      question: {
        by: "ratio",
        pair: {
          measure: { figure: "cpu-ms-per-request", tier: "app" },
          of: amongShops("session=server", 6),
          to: amongShops("session=server", 2),
        },
        ratio: aFifthMore,
      },
    },
  },
  {
    id: "SE-cookie",
    stage: "stage-04",
    statement: "A login that is carried in the shopper's cookie is not lost when a shop ends.",
    sources: ["single-server-to-distributed"],
    kind: "availability",
    expectation: "supports",
    decided: { by: "never", count: losses, of: cookieAndShopLost },
    control: stickyLosesThem,
  },
  {
    id: "SE-cookie-bytes",
    stage: "stage-04",
    statement: "Logins carried in cookies make requests longer, in proportion to what is remembered.",
    sources: ["single-server-to-distributed"],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "Agents do not report how many bytes they send, what shops count of cookies is not read, and logins here remember " +
        "nothing but who it is. Bytes of requests in the evidence, and logins of several sizes, would decide it.",
    },
  },
  {
    id: "SE-server",
    stage: "stage-04",
    statement: "Where a session server remembers logins, none is lost when a shop ends.",
    sources: ["single-server-to-distributed"],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "never", count: losses, of: serverAndShopLost },
    control: stickyLosesThem,
  },
  {
    id: "SE-server-spof",
    stage: "stage-04",
    statement:
      "A single session server is a single point of failure: while it is away nothing that needs a login is answered well.",
    sources: ["single-server-to-distributed"],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during" },
      of: serverLost,
      value: hardlyAnything,
    },
    control: {
      what: "logins in cookies, and a shop ends",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during" },
        of: cookieAndShopLost,
        value: hardlyAnything,
      },
    },
  },
  {
    id: "PR-stateless",
    stage: "stage-04",
    statement:
      "With logins in a session server any request may go to any shop, also while one ends and comes back: whoever logged " +
      "in is known, and finds his cart and his orders.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "fourteen-stages",
    ],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "never", count: { figure: "wrong-answers" }, of: serverAndShopLost },
    control: {
      what: "logins in the memory of one shop",
      question: { by: "never", count: { figure: "wrong-answers" }, of: inShopsMemory },
    },
  },
];
