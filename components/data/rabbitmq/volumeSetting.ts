import type { z } from "zod";
import { parseQuantity } from "../../kit/quantity";
import { parseAmounts } from "../../kit/resources";
import type { DiskFreeLimit } from "./configuration";
import { leastVolume } from "./configuration";

/** Settings of RabbitMQ that its free disk follows from. */
interface NodeSettings {
    readonly storage: string;
    readonly resources: { readonly requests: string; readonly limits: string };
}

/** Refuses the setting of a volume that would have publishers wait, or an alarm ring, as soon as a node starts. */
export function refuseSmallVolume(diskFree?: DiskFreeLimit) {
    return ({ storage, resources }: NodeSettings, context: z.core.$RefinementCtx): void => {
        const { memory } = parseAmounts(resources.limits);
        const least = leastVolume(memory, diskFree);
        if (parseQuantity(storage) < parseQuantity(least)) {
            context.addIssue({
                code: "custom", path: ["storage"], params: { value: storage },
                message: `allowed is ${least} or more: with a memory limit of ${memory} publishers would wait on a smaller volume, even an empty one`,
            });
        }
    };
}
