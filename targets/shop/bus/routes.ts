/** Which methods there are, by the services' own descriptors: nothing here knows one of them by name. Pure. */
import { createFileRegistry, type DescMethod, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** One method that can be called over the bus. */
export interface BusRoute {
  /** The same in HTTP and in gRPC: `/shop.v1.OrderService/PlaceOrder`. */
  readonly path: string;
  /** Full name of its service. */
  readonly service: string;
  /** Which agreement it belongs to: the last part of the package, `v1`; empty when the package has none. */
  readonly version: string;
  readonly method: DescMethod;
  /** Whether it is answered with any number of messages. */
  readonly isStream: boolean;
}

export interface Routes {
  /** By path. */
  readonly byPath: ReadonlyMap<string, BusRoute>;
  /** What messages are made of. */
  readonly registry: FileRegistry;
}

/**
 * The methods of the services in `descriptors`, a FileDescriptorSet as bytes. Those to which the caller sends a stream
 * are left out: a request over HTTP is one message.
 * @throws {Error} when the bytes are no descriptors
 */
export function routesOf(descriptors: Uint8Array): Routes {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  const byPath = new Map<string, BusRoute>();
  for (const service of registry) {
    if (service.kind !== "service") continue;
    const version = /(?:^|\.)(v\d+\w*)$/.exec(service.file.proto.package)?.[1] ?? "";
    for (const method of service.methods) {
      if (method.methodKind !== "unary" && method.methodKind !== "server_streaming") continue;
      const path = `/${service.typeName}/${method.name}`;
      const isStream = method.methodKind === "server_streaming";
      byPath.set(path, { path, service: service.typeName, version, method, isStream });
    }
  }
  return { byPath, registry };
}

/** `order` for `shop.v1.OrderService`: what people call it, whatever its version. */
export const shortName = (service: string): string =>
  service
    .replace(/^.*\./, "")
    .replace(/Service$/, "")
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-")
    .toLowerCase();

export interface Registered {
  readonly service: string;
  readonly version: string;
  readonly methods: readonly string[];
  readonly members: readonly { readonly address: string; readonly isConnected: boolean }[];
}

/** Every service the bus knows, for people: what can be called, and where it is. */
export function registered(
  { byPath }: Routes,
  members: ReadonlyMap<string, { readonly links: Registered["members"] }>,
): readonly Registered[] {
  const services = new Set([...byPath.values()].map(({ service }) => service));
  return [...services].map((service) => {
    const routes = [...byPath.values()].filter((route) => route.service === service);
    return {
      service,
      version: routes[0]!.version,
      methods: routes.map(({ method, isStream }) => (isStream ? `${method.name} (stream)` : method.name)),
      members: (members.get(service)?.links ?? []).map(({ address, isConnected }) => ({
        address,
        isConnected,
      })),
    };
  });
}
