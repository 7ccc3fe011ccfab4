import type { WorkloadArgs } from "../../app/workload";
import { httpProbe, tcpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import { scratch } from "../../kit/volumes";
import { port, pullPolicy, user } from "./backend";
import type { GauzianSettings } from "./settings";

/** The Nuxt server of the page; only browsers talk to the API. */
export function frontArgs(settings: GauzianSettings): WorkloadArgs {
    const { front: { image, replicas, resources: { requests, limits } }, domain } = settings;
    return {
        component: "presentation",
        container: {
            name: "front",
            image,
            imagePullPolicy: pullPolicy(image, settings.imagePullPolicy),
            ports: { http: port },
            environment: {
                HOST: "0.0.0.0",
                // The image itself says 3000.
                PORT: String(port),
                NUXT_PUBLIC_API_URL: `https://${domain}/api`,
            },
            resources: resources(requests, limits, "256Mi"),
            probes: {
                startup: httpProbe("/", "http", { periodSeconds: 5, failureThreshold: 12, timeoutSeconds: 3 }),
                readiness: httpProbe("/", "http", { periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }),
                liveness: tcpProbe("http", { periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 3 }),
            },
            mounts: [{ volume: scratch("tmp", "128Mi"), path: "/tmp" }],
            preStopSleepSeconds: 5,
            ...(!settings.backend.readOnlyRoot && { writableRoot: true }),
        },
        replicas,
        service: { port: "http", number: port },
        revisions: 5,
        spread: { zones: true, strict: settings.multiNode },
        disruptionBudgetName: "front-pdb",
        imagePullSecrets: settings.imagePullSecrets,
        runAs: user,
    };
}
