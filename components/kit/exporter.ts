import { httpProbe, tcpProbe } from "./probes";

/** User of the exporters that run beside a data store. */
export const exporterUser = { user: 65534 };

/** Probes of an exporter: its landing page and not its metrics, which would ask the store each time. */
export const exporterProbes = {
    readiness: httpProbe("/", "metrics", { periodSeconds: 10, timeoutSeconds: 3 }),
    liveness: tcpProbe("metrics", { initialDelaySeconds: 15, periodSeconds: 20, timeoutSeconds: 3 }),
};
