import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { VolumeClaimArgs } from "../../app/volumeClaim";
import { VolumeClaim } from "../../app/volumeClaim";
import type { Connectable } from "../../kit/connection";
import { qualifiedHost } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import type { ContainerResources } from "../../kit/resources";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ConfigFiles, Mount } from "../../kit/volumes";
import { configVolume, scratch } from "../../kit/volumes";
import { badgerFolder, jaegerConfiguration, jaegerPorts } from "./jaegerConfiguration";
import { renderYaml } from "../prometheus/prometheusConfiguration";
import { reach } from "../../kit/reach";
import { jaegerTelemetry } from "./jaegerTelemetry";

/** Arguments of {@link Jaeger}. */
export interface JaegerArgs {
    /** Volume of the traces; null keeps the newest ones in memory, and forgets them with the pod. */
    readonly storage: Pick<VolumeClaimArgs, "size" | "storageClass"> | null;
    /** Hours that traces are kept on the volume. @default 168 */
    readonly retentionHours?: number;
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    /** @default 100m/256Mi to 500m/1Gi */
    readonly resources?: ContainerResources;
}

/** Jaeger: takes traces by OTLP, keeps and shows them. Its pages have no log-in, and so no route from outside. */
export class Jaeger extends ScopedComponent {
    readonly node: WorkloadNode;
    /** Where to send traces by OTLP over HTTP, for clients in any namespace. */
    readonly endpoint: string;
    /** The way to both forms of OTLP. */
    readonly receiver: Connectable;
    /** Address of the pages and their API, for clients in any namespace. */
    readonly queryUrl: string;
    /** The way to the pages. */
    readonly query: Connectable;

    constructor(name: string, scope: Scope, private readonly args: JaegerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:Jaeger", name, scope, opts);
        const image = args.image ?? images.jaeger;
        const { storage, retentionHours = 168 } = args;
        const configuration: ConfigFiles = {
            name: `${name}-config`,
            files: { "config.yaml": renderYaml(jaegerConfiguration({ retentionHours: storage && retentionHours })) },
        };
        const labels = recommendedLabels({ platform: scope.platform, name, component: "monitoring", image });
        const configMap = this.createConfigMap(configuration, labels);
        const { mounts, claims, after } = this.createStorage();
        const workload = new Workload(name, scope, {
            component: "monitoring",
            container: jaegerContainer(image, args.resources ?? resources("100m/256Mi", "500m/1Gi"), configuration, mounts),
            runAs: { user: 10001 },
            service: {
                port: "otlp-http", number: jaegerPorts["otlp-http"],
                further: { "otlp-grpc": jaegerPorts["otlp-grpc"], query: jaegerPorts.query, metrics: jaegerPorts.metrics },
            },
            // Two servers cannot share the volume, nor the memory.
            strategy: "Recreate",
            metricsPort: "metrics",
            telemetry: [jaegerTelemetry({ namespace: scope.namespace, app: name })],
            storage: claims,
            after: [configMap, ...after],
        }, { parent: this });

        this.node = workload.node;
        this.endpoint = `http://${qualifiedHost(this.node)}:${jaegerPorts["otlp-http"]}`;
        this.queryUrl = `http://${qualifiedHost(this.node)}:${jaegerPorts.query}`;
        // Who sends traces need not wait: it works without anybody who takes them.
        this.receiver = reach(this.node, [{ number: jaegerPorts["otlp-grpc"] }, { number: jaegerPorts["otlp-http"] }]);
        this.query = reach(this.node, [{ number: jaegerPorts.query }]);
        this.registerOutputs({ pages: this.queryUrl, receiver: this.endpoint });
    }

    private createStorage(): { mounts: Mount[]; claims: Record<string, string>; after: pulumi.Resource[] } {
        const { storage } = this.args;
        if (!storage) {
            return { mounts: [], claims: {}, after: [] };
        }
        const name = `${this.objectName}-pvc`;
        const { volume, claim } = new VolumeClaim(name, this.scope, storage, { parent: this });
        return { mounts: [{ volume, path: badgerFolder }], claims: { [name]: storage.size }, after: [claim] };
    }
}

function jaegerContainer(image: string, amounts: ContainerResources, configuration: ConfigFiles, mounts: readonly Mount[]): Container {
    return {
        name: "jaeger",
        image,
        args: ["--config=/etc/jaeger/config.yaml"],
        ports: jaegerPorts,
        resources: amounts,
        probes: {
            startup: httpProbe("/status", "health", { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 24 }),
            readiness: httpProbe("/status", "health", { periodSeconds: 10, timeoutSeconds: 3 }),
            liveness: httpProbe("/status", "health", { periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 6 }),
        },
        mounts: [
            { volume: configVolume("config", configuration), path: "/etc/jaeger", readOnly: true },
            { volume: scratch("tmp", "32Mi"), path: "/tmp" },
            ...mounts,
        ],
    };
}
