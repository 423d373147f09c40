/** Shoppers, by the user service. */
import { LEFT_OUT } from "../data/left-out.ts";
import type { Delivery, Users } from "../data/users.ts";
import { UserServiceDefinition } from "./contract/generated/services.ts";
import type { Dispensable } from "./dispensable.ts";
import type { RemoteService } from "./remote-service.ts";
import { wordIn } from "./word-in.ts";

const { methods } = UserServiceDefinition;
const deliveries: readonly Delivery[] = ["standard", "express"];

export function remoteUsers(service: RemoteService, dispensable: Dispensable): Users {
  return {
    async name(userId) {
      const answer = await dispensable("user.name", () => service.ask("read", methods.getName, { userId }));
      return answer === LEFT_OUT ? answer : answer.name;
    },
    async address(userId) {
      return (await service.ask("read", methods.getAddress, { userId })).address;
    },
    async addFavourite(userId, itemId) {
      await service.ask("set", methods.addFavourite, { userId, itemId });
    },
    async chooseAddress(userId, address) {
      await service.ask("set", methods.chooseAddress, { userId, address });
    },
    async chooseDelivery(userId, delivery) {
      await service.ask("set", methods.chooseDelivery, { userId, delivery });
    },
    async delivery(userId) {
      const answer = await dispensable("delivery", () =>
        service.ask("read", methods.getDelivery, { userId }),
      );
      return answer === LEFT_OUT ? answer : wordIn(deliveries, answer.delivery);
    },
  };
}
