/** The pictures of the items, from the object store. */
import { type Answer, absent, done } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { PICTURE_TYPE, pictureName } from "../objects/picture.ts";
import type { Shelf } from "../shelf.ts";

const PICTURE_LENGTH = 32 * 1024;
/** A changed picture is seen by everybody after a minute; asking whether it changed costs no bytes. */
const KEPT_BY_READERS = "public, max-age=60";

export function imageRoutes(objects: ObjectStore, shelf: Shelf): readonly Route[] {
  return [
    {
      name: "image",
      method: "GET",
      path: "/image/:id",
      isShed: true,
      handle: (call) => show(objects, call),
    },
    {
      name: "admin",
      method: "POST",
      path: "/admin/image",
      isShed: true,
      handle: (call) => change(objects, shelf, call),
    },
  ];
}

async function show(objects: ObjectStore, call: Call): Promise<Answer> {
  const itemId = call.id();
  call.check();
  const found = await objects.read(pictureName(itemId), call.header("if-none-match"));
  switch (found.status) {
    case "absent":
      return absent;
    case "unchanged":
      return { status: 304, body: "", headers: { etag: found.etag, "cache-control": KEPT_BY_READERS } };
    case "found": {
      const headers = { etag: found.etag, "cache-control": KEPT_BY_READERS };
      return { status: 200, body: found.bytes, type: found.type, headers };
    }
    default:
      return found satisfies never;
  }
}

async function change(objects: ObjectStore, shelf: Shelf, call: Call): Promise<Answer> {
  const itemId = call.whole("itemId");
  const picture = call.text("picture", PICTURE_LENGTH);
  if (picture !== "" && !picture.startsWith("<svg")) call.problem("picture must be SVG, beginning with <svg");
  call.check();
  if (!(await shelf.item(itemId))) return absent;
  await objects.write(pictureName(itemId), PICTURE_TYPE, Buffer.from(picture));
  return done;
}
