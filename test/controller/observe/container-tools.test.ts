/** Whether containers can be had: what is missing is said by the first thing that is, and nothing is pulled in vain. */
import { expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { images, type Service } from "../../../controller/observe/compose-words.ts";
import {
  apartBecause,
  type ContainerTools,
  readyContainers,
} from "../../../controller/observe/container-tools.ts";

const compose = { command: "docker", args: ["compose"] };

function looking(more: Partial<ContainerTools>, services: readonly Service[] = ["prometheus", "grafana"]) {
  const said: string[] = [];
  const pulled: string[] = [];
  const tools: ContainerTools = {
    version: async () => "28",
    compose: async () => compose,
    mustShareNetwork: async () => {},
    hasImage: async () => true,
    pull: async (name) => void pulled.push(name),
    async [Symbol.asyncDispose]() {},
    ...more,
  };
  const signal = new AbortController().signal;
  const found = readyContainers(tools, services, { say: (line) => said.push(line), signal });
  return { found, said, pulled };
}

test("images that are here are not pulled", async () => {
  const { found, pulled } = looking({});
  expect(await found).toBe(compose);
  expect(pulled).toEqual([]);
});

test("those that are not are, and nothing else", async () => {
  const { found, said, pulled } = looking({ hasImage: async (name) => name !== images.grafana });
  await found;
  expect(pulled).toEqual([images.grafana]);
  expect(said).toEqual([expect.stringContaining(images.grafana)]);
});

test("Grafana's image is not looked for when only Prometheus is wanted", async () => {
  const { found, pulled } = looking({ hasImage: async () => false }, ["prometheus"]);
  await found;
  expect(pulled).toEqual([images.prometheus]);
});

test.each([
  {
    why: "no engine answers",
    tools: { version: () => Promise.reject(new Failure("environment", "no container engine listens on x")) },
    says: "no container engine listens on x",
  },
  {
    why: "there is no compose",
    tools: { compose: () => Promise.reject(new Failure("environment", "docker is not on this machine")) },
    says: "docker is not on this machine",
  },
  {
    why: "containers have a network of their own",
    tools: { mustShareNetwork: () => Promise.reject(new Failure("environment", "the engine is rootless")) },
    says: "the engine is rootless",
  },
  {
    why: "the engine ends in the middle",
    tools: { hasImage: (): Promise<boolean> => Promise.reject(new Error("other side closed")) },
    says: `the container engine could not be asked for ${images.prometheus}: other side closed`,
  },
  {
    why: "no registry can be reached",
    tools: {
      hasImage: async (): Promise<boolean> => false,
      pull: () => Promise.reject(new Failure("environment", "docker pull did not work: no such host")),
    },
    says: `the image ${images.prometheus} is not here and cannot be pulled: docker pull did not work: no such host`,
  },
])("it cannot be had when $why", async ({ tools, says }) => {
  const error = await looking(tools).found.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "environment", message: says });
});

test("who only wants to end or ask them does not ask what network they have", async () => {
  const mustShareNetwork = () => Promise.reject(new Failure("environment", "the engine is rootless"));
  expect(await looking({ mustShareNetwork }, []).found).toBe(compose);
});

test.each([
  { info: 'Debian GNU/Linux 12 (bookworm) ["name=apparmor","name=cgroupns"]', because: undefined },
  { info: "Docker Desktop []", because: "Docker Desktop runs them in a virtual machine" },
  {
    info: 'Fedora Linux 40 ["name=seccomp,profile=builtin","name=rootless"]',
    because: "the engine is rootless, and has a network of its own",
  },
])("what an engine says of itself: $info", ({ info, because }) => {
  expect(apartBecause(info)).toBe(because);
});
