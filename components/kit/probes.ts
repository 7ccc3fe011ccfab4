import type * as k8s from "@pulumi/kubernetes";

/** Timing of a probe; what is left out keeps the API server's default. */
export interface ProbeTiming {
    /** Seconds before the first check. @default 0 */
    readonly initialDelaySeconds?: number;
    /** Seconds between two checks. @default 10 */
    readonly periodSeconds?: number;
    /** Seconds after which a check counts as failed. @default 1 */
    readonly timeoutSeconds?: number;
    /** Failures in a row that make the probe fail. @default 3 */
    readonly failureThreshold?: number;
}

/** One probe of a container. */
export type Probe = k8s.types.input.core.v1.Probe;

/** The three probes, each with its own question: has it started, may it get traffic, must it be restarted. */
export interface Probes {
    /** Holds the other two back until the process has started. */
    readonly startup?: Probe;
    /** Takes the pod out of its Service; may look at dependencies. */
    readonly readiness: Probe;
    /** Restarts the container; never looks at dependencies, or one failed database restarts everything. */
    readonly liveness: Probe;
}

/** GET on a named port; any status from 200 to 399 passes. */
export function httpProbe(path: string, port: string, timing: ProbeTiming): Probe {
    return { httpGet: { path, port }, ...timing };
}

/** Passes when the port accepts a connection. */
export function tcpProbe(port: string | number, timing: ProbeTiming): Probe {
    return { tcpSocket: { port }, ...timing };
}

/** Passes when the command exits 0. */
export function execProbe(command: readonly string[], timing: ProbeTiming): Probe {
    return { exec: { command: [...command] }, ...timing };
}
