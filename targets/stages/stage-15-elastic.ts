/**
 * Stage 15: machines are rented. An autoscaler orders more of them for applications that are loaded and gives them back
 * when they are not; each arrives after a delay and is paid for from its order on. The bill is in the run's folder.
 */
import { defineTarget } from "../target.ts";
import { autoscale } from "../variants/autoscale.ts";
import { stage14 } from "./stage-14-containers.ts";

export const stage15 = defineTarget({
  ...stage14,
  id: "stage-15",
  title: "elastic: an autoscaler rents machines for the applications by load and gives them back",
  orchestration: {
    restart: "on-failure",
    scales: stage14.orchestration?.scales ?? {},
    // A virtual machine takes half a minute or so; divided by five, as the autoscaler's own times are. Judgement.
    autoscale: { mode: "reactive", provisioningS: 6 },
  },
  variants: { ...stage14.variants, autoscale },
});
