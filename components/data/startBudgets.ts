import type { ProbeTiming } from "../kit/probes";

/**
 * Seconds that the first answer of each store may take, from the start of its container. After them the kubelet ends the server, and
 * what it was at begins anew: so each is longer than the longest start that comes to an end by itself.
 */
export const startBudgets = {
    /** It only loads its schema before it is alive: one that recovers says so (exit code 1 of pg_isready), and is not ended. */
    postgresql: 150,
    /**
     * Its ping answers when the redo log is applied and a folder of the release before is converted; both grow with the data.
     * @see https://dev.mysql.com/doc/refman/8.4/en/innodb-recovery.html
     */
    mysql: 900,
    /**
     * A node that was not the last to stop waits for the others ten times thirty seconds, and reads its queues afterwards.
     * @see https://www.rabbitmq.com/docs/clustering#restarting
     */
    rabbitmq: 600,
    /**
     * All streams are read and, in a cluster, caught up with before `/healthz` answers; NATS' own chart waits as long.
     * @see https://github.com/nats-io/k8s/blob/main/helm/charts/nats/files/stateful-set/nats-container.yaml
     */
    jetStream: 900,
    /**
     * Ready is a server that has its drives, the others' too where there are several, and has loaded users and policies from them.
     * @see https://min.io/docs/minio/linux/operations/monitoring/healthcheck-probe.html
     */
    objectStore: 600,
    /** A cache begins empty, or with a file of the size of its memory. */
    redis: 60,
    /** A Sentinel, and a server beside it, know their primary only when the others have answered. */
    sentinel: 120,
} as const;

/** Timing of the startup probe of a store: as many failures as its budget has room for. */
export function startTiming(
    store: keyof typeof startBudgets, timing: Omit<ProbeTiming, "failureThreshold"> & { readonly periodSeconds: number },
): ProbeTiming {
    return { ...timing, failureThreshold: Math.ceil(startBudgets[store] / timing.periodSeconds) };
}
