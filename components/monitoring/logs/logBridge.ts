import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { Connectable } from "../../kit/connection";
import { connect, qualifiedHost } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import { httpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ConfigFiles } from "../../kit/volumes";
import { configVolume, scratch } from "../../kit/volumes";
import type { LogDestination } from "./fluentBitConfiguration";
import { renderYaml } from "../prometheus/prometheusConfiguration";
import { reach } from "../../kit/reach";
import { logBridgeTelemetry } from "./logBridgeTelemetry";

/** Ports of the bridge: logs, and its own health and metrics. */
export const logBridgePorts = { logs: 8080, http: 4195 };

/** Arguments of {@link LogBridge}. */
export interface LogBridgeArgs {
    /** Where the lines are kept. */
    readonly redis: Connectable<"host" | "port" | "password">;
    /** Stream that the lines are added to, such as `logs:prod`. */
    readonly stream: string;
    /** Lines that the stream keeps, about; the oldest go first. */
    readonly maximumLines: number;
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
}

/**
 * Configuration of Redpanda Connect as a typed object: a list of lines by HTTP becomes an entry of the stream each. The
 * sender gets its answer once Redis has them, and sends them again otherwise.
 * @see https://docs.redpanda.com/redpanda-connect/components/outputs/redis_streams/
 */
export function logBridgeConfiguration({ stream, maximumLines }: Pick<LogBridgeArgs, "stream" | "maximumLines">): object {
    return {
        http: { enabled: true, address: `0.0.0.0:${logBridgePorts.http}` },
        logger: { level: "INFO", format: "json" },
        metrics: { prometheus: {} },
        input: { http_server: { address: `0.0.0.0:${logBridgePorts.logs}`, path: "/logs", allowed_verbs: ["POST"], timeout: "10s" } },
        pipeline: { threads: 1, processors: [{ unarchive: { format: "json_array" } }] },
        output: {
            redis_streams: {
                url: "redis://:${REDIS_PASSWORD}@${REDIS_HOST}:${REDIS_PORT}",
                stream,
                body_key: "body",
                max_length: maximumLines,
                metadata: { exclude_prefixes: ["http_", "Content-", "User-"] },
            },
        },
    };
}

/** Takes logs from Fluent Bit, which cannot speak to Redis, and adds them to a stream there. */
export class LogBridge extends ScopedComponent {
    readonly node: WorkloadNode;
    /** Where Fluent Bit sends to. */
    readonly destination: LogDestination;
    /** The way there. */
    readonly receiver: Connectable;

    constructor(name: string, scope: Scope, args: LogBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:LogBridge", name, scope, opts);
        const { image = images.redpandaConnect } = args;
        const configuration: ConfigFiles = { name: `${name}-config`, files: { "connect.yaml": renderYaml(logBridgeConfiguration(args)) } };
        const labels = recommendedLabels({ platform: scope.platform, name, component: "monitoring", image });
        const configMap = this.createConfigMap(configuration, labels);
        const workload = new Workload(name, scope, {
            component: "monitoring",
            container: {
                name: "connect",
                image,
                args: ["run", "/etc/connect/connect.yaml"],
                ports: logBridgePorts,
                resources: resources("50m/64Mi", "250m/256Mi"),
                probes: {
                    readiness: httpProbe("/ready", "http", { periodSeconds: 10, timeoutSeconds: 3 }),
                    liveness: httpProbe("/ping", "http", { initialDelaySeconds: 10, periodSeconds: 20, timeoutSeconds: 3 }),
                },
                mounts: [
                    { volume: configVolume("config", configuration), path: "/etc/connect", readOnly: true },
                    { volume: scratch("tmp", "16Mi"), path: "/tmp" },
                ],
            },
            connectsTo: [connect(args.redis, { host: "REDIS_HOST", port: "REDIS_PORT", password: "REDIS_PASSWORD" })],
            runAs: { user: 10001 },
            service: { port: "logs", number: logBridgePorts.logs },
            metricsPort: "http",
            telemetry: [logBridgeTelemetry({ namespace: scope.namespace, app: name })],
            after: [configMap],
        }, { parent: this });
        this.node = workload.node;
        this.destination = { kind: "http", host: qualifiedHost(this.node), port: logBridgePorts.logs };
        // What cannot be sent yet, Fluent Bit keeps.
        this.receiver = reach(this.node, [{ number: logBridgePorts.logs }]);
        this.registerOutputs({ host: qualifiedHost(this.node), port: logBridgePorts.logs });
    }
}
