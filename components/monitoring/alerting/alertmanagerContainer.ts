import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { ConfigFiles, Mount, Volume } from "../../kit/volumes";
import { configVolume } from "../../kit/volumes";

/** Ports of Alertmanager: its API, and the gossip between its pods. */
export const alertmanagerPorts = { http: 9093, gossip: 9094 };

/** What the container of Alertmanager is made from. */
export interface AlertmanagerContainerArgs {
    readonly image: string;
    readonly configuration: ConfigFiles;
    readonly storage: Volume;
    /** Time that silences and sent notifications are remembered. */
    readonly retention: string;
    /** Address of its pages for people; null leaves it to the pod's name. */
    readonly externalUrl: string | null;
    /** Names of all pods, this one among them; a single pod gossips with nobody. */
    readonly peers: readonly string[];
    /** The receivers' secrets, where there are any. */
    readonly secrets: readonly Mount[];
}

/**
 * Arguments of one pod.
 * @see https://prometheus.io/docs/alerting/latest/high_availability/
 */
export function alertmanagerArguments(
    { retention, externalUrl, peers }: Pick<AlertmanagerContainerArgs, "retention" | "externalUrl" | "peers">,
): string[] {
    return [
        "--config.file=/etc/alertmanager/alertmanager.yml",
        "--storage.path=/alertmanager",
        `--data.retention=${retention}`,
        ...(externalUrl === null ? [] : [`--web.external-url=${externalUrl}`]),
        ...(peers.length < 2
            ? ["--cluster.listen-address="]
            : [`--cluster.listen-address=0.0.0.0:${alertmanagerPorts.gossip}`, "--cluster.reconnect-timeout=5m", ...peers.map(peer => `--cluster.peer=${peer}`)]),
    ];
}

/** The container of Alertmanager. */
export function alertmanagerContainer(args: AlertmanagerContainerArgs): Container {
    return {
        name: "alertmanager",
        image: args.image,
        args: alertmanagerArguments(args),
        ports: alertmanagerPorts,
        resources: resources("20m/64Mi", "200m/256Mi"),
        probes: {
            readiness: httpProbe("/-/ready", "http", { initialDelaySeconds: 3, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 10 }),
            liveness: httpProbe("/-/healthy", "http", { initialDelaySeconds: 10, timeoutSeconds: 3 }),
        },
        mounts: [
            { volume: configVolume("config", args.configuration), path: "/etc/alertmanager", readOnly: true },
            { volume: args.storage, path: "/alertmanager" },
            ...args.secrets,
        ],
    };
}
