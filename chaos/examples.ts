/** What goes wrong in a shop of many tiers, and the words that say it: faults of one kind do for many of them. */

export interface ChaosExample {
  /** `the queue is down` */
  readonly when: string;
  /** As in `--chaos`. */
  readonly word: string;
  /** A stage that has what is disturbed. */
  readonly stage: string;
}

export const chaosExamples: readonly ChaosExample[] = [
  { when: "search is flooded", word: "flood=200/s,search@20s+20s", stage: "stage-01" },
  { when: "search is down", word: "kill:component=groonga@20s+10s", stage: "stage-10" },
  { when: "the index stands still", word: "freeze:component=indexer@20s+10s", stage: "stage-10" },
  { when: "the index is behind", word: "index-lag=2s@20s+20s", stage: "stage-10" },
  { when: "a store of pictures is lost", word: "kill:tier=objects*1@20s+10s", stage: "stage-10" },
  { when: "the config centre is down", word: "kill:component=zookeeper@20s+10s", stage: "stage-11" },
  { when: "the config centre is slow", word: "latency=500ms:component=zookeeper@20s+10s", stage: "stage-11" },
  { when: "a feature is switched off", word: "toggle=search@20s+10s", stage: "stage-11" },
  { when: "a service is down", word: "kill:user-service@20s+10s", stage: "stage-12" },
  { when: "a service hangs", word: "freeze:user-service@20s+10s", stage: "stage-12" },
  { when: "a service is slow", word: "service-slow=200ms:user-service@20s+20s", stage: "stage-12" },
  { when: "a service fails", word: "service-errors=20%:user-service@20s+20s", stage: "stage-12" },
  { when: "the queue is down", word: "kill:component=nats@20s+10s", stage: "stage-12" },
  { when: "the queue hangs", word: "freeze:component=nats@20s+10s", stage: "stage-12" },
  { when: "the queue delivers twice", word: "queue-duplicates=20%@20s+20s", stage: "stage-12" },
  { when: "nobody works off the queue", word: "kill:component=order-worker@20s+10s", stage: "stage-12" },
  {
    when: "the queue is worked off slowly",
    word: "slow-consumer=10%:order-worker@20s+20s",
    stage: "stage-12",
  },
  { when: "the bus is down", word: "kill:tier=bus@20s+10s", stage: "stage-13" },
  { when: "a release is bad", word: "bad-deploy=5%:trade-app-a@20s+30s", stage: "stage-13" },
];
