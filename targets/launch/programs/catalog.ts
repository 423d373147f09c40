/** Every kind of program a node can be, one file each. */
import type { Component } from "../../target.ts";
import { haproxy } from "./haproxy.ts";
import { nginx } from "./nginx.ts";
import { postgres } from "./postgres.ts";
import type { ProgramKind } from "./program-kind.ts";
import { redis } from "./redis.ts";
import { shop } from "./shop.ts";

export const programs: Readonly<Record<Component, ProgramKind>> = { haproxy, nginx, redis, postgres, shop };
