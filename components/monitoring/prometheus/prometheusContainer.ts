import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import { parseQuantity } from "../../kit/quantity";
import type { ContainerResources } from "../../kit/resources";
import type { ConfigFiles, Mount, Volume } from "../../kit/volumes";
import { configVolume } from "../../kit/volumes";

/** What the container of Prometheus is made from. */
export interface PrometheusContainerArgs {
    readonly image: string;
    readonly configuration: ConfigFiles;
    readonly storage: Volume;
    /** Size of the storage's volume. */
    readonly storageSize: string;
    /** Time that series are kept, such as `7d`. */
    readonly retention: string;
    readonly resources: ContainerResources;
    /** Further files. */
    readonly mounts: readonly Mount[];
}

/**
 * Four fifths of a volume in the units of Prometheus, which are powers of two: blocks that are being compacted and
 * the write-ahead log need the rest.
 * @see https://prometheus.io/docs/prometheus/latest/storage/#right-sizing-retention-size
 */
export function retentionSize(volumeSize: string): string {
    const megabytes = Math.floor(parseQuantity(volumeSize) * 0.8 / 2 ** 20);
    return megabytes % 1024 === 0 ? `${megabytes / 1024}GB` : `${megabytes}MB`;
}

/** The container of Prometheus. */
export function prometheusContainer(args: PrometheusContainerArgs): Container {
    return {
        name: "prometheus",
        image: args.image,
        args: [
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            `--storage.tsdb.retention.time=${args.retention}`,
            `--storage.tsdb.retention.size=${retentionSize(args.storageSize)}`,
        ],
        ports: { http: 9090 },
        resources: args.resources,
        probes: {
            readiness: httpProbe("/-/ready", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
            liveness: httpProbe("/-/healthy", "http", { initialDelaySeconds: 10, timeoutSeconds: 3 }),
        },
        mounts: [
            { volume: configVolume("config", args.configuration), path: "/etc/prometheus", readOnly: true },
            { volume: args.storage, path: "/prometheus" },
            ...args.mounts,
        ],
    };
}
