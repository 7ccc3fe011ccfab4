import type { TaskArgs } from "../../app/task";
import type { Workload } from "../../app/workload";
import { connect, qualifiedHost } from "../../kit/connection";
import { images } from "../../kit/images";
import { resources } from "../../kit/resources";
import { loadGeneratorScript } from "./content";
import type { TaskFlowSettings } from "./settings";

/** Five pods that call the API until their time is over; nobody waits for them, and they leave by themselves. */
export function loadGeneratorArgs(settings: TaskFlowSettings, api: Workload): TaskArgs {
    const { durationSeconds, stress } = settings.loadTest;
    const script = loadGeneratorScript({
        baseUrl: `http://${qualifiedHost(api.node)}:${api.servicePort}`, durationSeconds, stress,
    });
    return {
        component: "load-test",
        connectsTo: [connect(api, {})],
        container: {
            name: "load-generator",
            image: images.busybox,
            command: ["sh", "-c", script.text],
            environment: script.environment,
            resources: resources("100m/32Mi", "200m/64Mi", "32Mi"),
        },
        parallelism: 5,
        retries: 0,
        deadlineSeconds: durationSeconds + 60,
        timeToLiveSeconds: 300,
        awaitCompletion: false,
        runAs: { user: 65534 },
    };
}
