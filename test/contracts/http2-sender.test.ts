/** The HTTP/2 sender is held to the contract of all senders: with one stream to a session, and with many. */
import { Http2Sender } from "../../agents/senders/http2.ts";
import { systemClock } from "../../base/clock.ts";
import { DistantHttp2Server } from "../fakes/distant-http2-server.ts";
import { MisbehavingHttp2Server } from "../fakes/misbehaving-http2-server.ts";
import { senderContract } from "./sender.contract.ts";
import type { ServersOfContract } from "./sender-under-test.ts";

const servers: ServersOfContract = {
  misbehaving: () => new MisbehavingHttp2Server(),
  distant: (hangingUp) => DistantHttp2Server.start(hangingUp),
};

const missesGarbageBecause =
  "node:http2 stops reading a session whose framing broke and says nothing: requests on it run into their time-out";

senderContract({
  name: "http2, one stream to a session",
  make: (options) => new Http2Sender({ ...options, maxStreamsPerSession: 1, clock: systemClock }),
  servers,
  missesGarbageBecause,
});

senderContract({
  name: "http2",
  make: (options) => new Http2Sender({ ...options, clock: systemClock }),
  servers,
  missesGarbageBecause,
  sharesBecause:
    "many requests are under way on one session; test/contracts/http2-streams.test.ts says how many",
});
