import type { Tell } from "../../harness/live/live";
import { Live } from "../../harness/live/live";
import type { Outcome } from "../outcome";
import { outcomeOf } from "../outcome";
import { readyFor } from "../ready";
import { installOperators } from "./installation";
import { createPrometheus, prometheusImage, scrapedByOperator } from "./operatedPrometheus";
import { operatorOptions } from "./options";

/** Head of its column. */
export const operatorsPoint = { number: 10, name: "operators" } as const;

/** Deploys a platform once more with every option that leaves work to an operator, on a cluster that has them. */
export async function proveOperators(platform: string, tell: Tell): Promise<Outcome> {
    const options = operatorOptions[platform];
    if (options === undefined) {
        return { state: "absent", summary: "has no option that uses an operator" };
    }
    const live = await Live.deploy(platform, tell, "dev", {
        settings: options.settings, images: [prometheusImage],
        async prepare(cluster) {
            await installOperators(cluster, options.operators, tell);
            await createPrometheus(cluster);
        },
    });
    try {
        const ready = await readyFor(0).prove(live, tell);
        const { faults, summary } = await scrapedByOperator(live, tell);
        return outcomeOf([...ready.faults ?? [], ...faults], `${options.operators.join(", ")}: ${ready.summary}; ${summary}`);
    } finally {
        await live.stop();
    }
}
