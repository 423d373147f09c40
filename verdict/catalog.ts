/** All checks, in the order they judge: the instrument first. */
import type { Check } from "./check.ts";
import { agentsPresent } from "./checks/agents-present.ts";
import { boundedStaleness } from "./checks/bounded-staleness.ts";
import { completeness } from "./checks/completeness.ts";
import { conservation } from "./checks/conservation.ts";
import { errors } from "./checks/errors.ts";
import { faultEffect } from "./checks/fault-effect.ts";
import { faultUndone } from "./checks/fault-undone.ts";
import { monotonicReads } from "./checks/monotonic-reads.ts";
import { noDuplicate } from "./checks/no-duplicate.ts";
import { noLostAcknowledgement } from "./checks/no-lost-acknowledgement.ts";
import { noOversell } from "./checks/no-oversell.ts";
import { noPhantom } from "./checks/no-phantom.ts";
import { noWrongAnswer } from "./checks/no-wrong-answer.ts";
import { onePrimary } from "./checks/one-primary.ts";
import { ownHealth } from "./checks/own-health.ts";
import { pagesAgree } from "./checks/pages-agree.ts";
import { perUserLimit } from "./checks/per-user-limit.ts";
import { readYourWrites } from "./checks/read-your-writes.ts";
import { recovery } from "./checks/recovery.ts";
import { sessionKept } from "./checks/session-kept.ts";
import { tailLatency } from "./checks/tail-latency.ts";
import { targetHealth } from "./checks/target-health.ts";
import { throughput } from "./checks/throughput.ts";

export const checks: readonly Check[] = [
  ownHealth,
  agentsPresent,
  completeness,
  faultUndone,
  faultEffect,
  targetHealth,
  noOversell,
  conservation,
  noLostAcknowledgement,
  noPhantom,
  noDuplicate,
  perUserLimit,
  noWrongAnswer,
  pagesAgree,
  readYourWrites,
  monotonicReads,
  sessionKept,
  onePrimary,
  boundedStaleness,
  recovery,
  throughput,
  tailLatency,
  errors,
];
