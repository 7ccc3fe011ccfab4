import type * as pulumi from "@pulumi/pulumi";
import { RedisStore } from "../../data/redis/store";
import type { Connectable } from "../../kit/connection";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { FluentBit } from "../../monitoring/logs/fluentBit";
import type { LogDestination } from "../../monitoring/logs/fluentBitConfiguration";
import { LogBridge } from "../../monitoring/logs/logBridge";
import { sharedService } from "../../kit/reach";
import type { Namespaces } from "./namespaces";
import type { EcommerceSettings } from "./settings";

/** The way of the shop's logs: from the nodes' files through Fluent Bit to a stream of a Redis of their own, or to Loki. */
export class EcommerceLogging extends ScopedComponent {
    readonly agent: FluentBit;
    /** Address of the Loki that has the lines; undefined where they are in Redis. */
    readonly loki?: string;

    constructor(
        scope: Scope, private readonly settings: EcommerceSettings, { application, messaging }: Namespaces, agents: Scope,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("ecommerce:Logging", "logging", scope, opts);
        const { platform, environment } = scope;
        const { logging: { sink, loki } } = settings;
        if (sink === "loki") {
            this.loki = loki;
        }
        const { destination, receiver } = this.createSink();
        this.agent = new FluentBit("fluent-bit", agents, {
            sources: [
                ...[application, messaging].map(({ namespace }) => ({ namespace })),
                { namespace: environment.ingressController.namespace, pods: "traefik-*" },
            ],
            labels: { platform, environment: environment.name },
            destination,
            receiver,
        }, { parent: this });
        this.registerOutputs();
    }

    private createSink(): { destination: LogDestination; receiver: Connectable } {
        const { settings: { logging: { maximumLines }, redis: { exporter, image }, storageClass }, loki } = this;
        if (loki !== undefined) {
            const [host = "", port] = loki.split(":");
            return { destination: { kind: "loki", host, port: Number(port) }, receiver: sharedService(loki) };
        }
        const { environment: { name } } = this.scope;
        const { storage, ephemeral, memory } = this.settings.logging.redis;
        // Apart from the shop's Redis: logs would push sessions out. When it is full it refuses lines, which stay on the nodes.
        const redis = new RedisStore("redis-logs", this.scope, {
            image, exporter, storage: ephemeral ? null : { size: storage, storageClass }, resources: resources("50m/64Mi", `250m/${memory}`),
        }, { parent: this });
        return new LogBridge("log-bridge", this.scope, { redis, stream: `logs:${name}`, maximumLines }, { parent: this });
    }
}
