/** All dashboards, in the order of a capacity review: what happened, how much is carried, what broke it, can it be believed. */
import type { Board } from "./board.ts";
import { agentsBoard } from "./boards/agents.ts";
import { capacityBoard } from "./boards/capacity.ts";
import { chaosBoard } from "./boards/chaos.ts";
import { compareBoard } from "./boards/compare.ts";
import { correctnessBoard } from "./boards/correctness.ts";
import { runBoard } from "./boards/run.ts";
import { targetBoard } from "./boards/target.ts";

export const boards: readonly Board[] = [
  runBoard,
  capacityBoard,
  chaosBoard,
  correctnessBoard,
  targetBoard,
  agentsBoard,
  compareBoard,
];
