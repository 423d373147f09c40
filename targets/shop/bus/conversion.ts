/**
 * From the one protocol to that of the services and back: JSON, as protobuf 3 defines it, and bytes. Strict: a field
 * that the message does not have is an error and not left out, since what a caller wrote would be lost on the way.
 */
import {
  type DescMessage,
  fromBinary,
  fromJsonString,
  type Registry,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";

/** A text that is not the message it should be; its sentence says why. */
export class NotTheMessage extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "NotTheMessage";
  }
}

/**
 * The bytes of a request; no text at all is the message with nothing in it.
 * @throws {NotTheMessage}
 */
export function bytesOf(type: DescMessage, text: string, registry: Registry): Uint8Array {
  try {
    return toBinary(type, fromJsonString(type, text === "" ? "{}" : text, { registry }));
  } catch (error) {
    throw new NotTheMessage(`it is not a ${type.typeName}: ${(error as Error).message}`, error);
  }
}

/**
 * The text of an answer. Numbers of 64 bits become text, as everywhere in protobuf's JSON; fields that have the value
 * they have anyway are left out.
 * @throws {NotTheMessage} when the service and the bus do not know the same message
 */
export function textOf(type: DescMessage, bytes: Uint8Array, registry: Registry): string {
  try {
    return toJsonString(type, fromBinary(type, bytes), { registry });
  } catch (error) {
    throw new NotTheMessage(`it is not a ${type.typeName}: ${(error as Error).message}`, error);
  }
}
