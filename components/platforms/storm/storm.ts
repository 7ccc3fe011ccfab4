import * as pulumi from "@pulumi/pulumi";
import type { WorkloadService } from "../../app/service";
import type { WorkloadArgs } from "../../app/workload";
import { Workload } from "../../app/workload";
import { Minio } from "../../data/minio/minio";
import type { Nats } from "../../data/nats/contract";
import { createNats } from "../../data/nats/forms";
import { PostgresBackup } from "../../data/postgres/backup";
import { RedisCache } from "../../data/redis/redis";
import type { RedisProperty } from "../../data/redis/contract";
import type { IngressRule } from "../../edge/httpsIngress";
import { HttpsIngress, transportAnnotation } from "../../edge/httpsIngress";
import { rateLimit, securityHeaders } from "../../edge/middlewares";
import type { Connectable, Dependency, Environment } from "../../kit/connection";
import { connect } from "../../kit/connection";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { NamespaceAccess } from "../../security/namespaceAccess";
import { PlatformNamespace } from "../../security/platformNamespace";
import type { PlatformContext } from "../definition";
import { Databases } from "./databases";
import { StormMonitoring } from "./monitoring";
import { serviceArgs } from "./services";
import type { ServiceName, StormSettings } from "./settings";
import { natsUsers } from "./settings";

/** What the stack shows of Storm: addresses, and commands for everyday work. */
export interface StormOutputs {
    /** Address that answers 200 when the gateway works. */
    readonly healthUrl: string;
    readonly showPods: string;
    readonly showVolumes: string;
    /** Follows the log of one service. */
    readonly followLogs: Readonly<Record<string, string>>;
    /** Makes Grafana answer at http://localhost:3000, to user `admin`. */
    readonly openGrafana?: string;
    /** Marked as secret: `pulumi stack output --show-secrets`. */
    readonly grafanaPassword?: pulumi.Output<string>;
}

/** A messaging back end: a gateway before services for users, messages and media, which talk over NATS. */
export class Storm extends pulumi.ComponentResource {
    /** What the stack shows. */
    readonly outputs: StormOutputs;
    private readonly scope: Scope;
    private readonly services = new Map<ServiceName, Workload>();

    constructor(
        name: string, private readonly settings: StormSettings, private readonly context: PlatformContext,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:platforms:Storm", name, {}, opts);
        const { namespace, podSecurity } = settings;
        const placement = { platform: name, dnsForEveryPod: true, ...(podSecurity && { podSecurity }), ...context };
        this.scope = new PlatformNamespace(namespace, placement, { parent: this }).scope;
        new NamespaceAccess(this.scope, settings.access, { parent: this });
        const databases = new Databases(this.scope, settings, { parent: this });
        const redis = this.createRedis();
        const nats = this.createNats();
        const minio = this.createMinio();
        this.createServices(databases, redis, nats, minio);
        this.createExtraEdges();
        this.createEdge(minio);
        this.createBackups(databases);
        this.outputs = { ...this.show(), ...this.createMonitoring(minio) };
        this.registerOutputs({ namespace: this.scope.namespace, healthUrl: this.outputs.healthUrl });
    }

    private createRedis(): Connectable<RedisProperty> {
        const { redis: { image, rotation }, broker } = this.settings;
        return new RedisCache("redis", this.scope, {
            image,
            rotation,
            authentication: broker.auth,
            maximumMemory: "96mb",
            resources: resources("50m/64Mi", "200m/136Mi"),
        }, { parent: this });
    }

    private createNats(): Nats {
        const { nats: { storage: size, ephemeral, resources: { requests, limits }, permissions, ...nats }, broker } = this.settings;
        const { monitoring, storageClass, notification } = this.settings;
        const users = Object.fromEntries(natsUsers.filter(user => user !== "notification" || notification.enabled).map(user =>
            [user, { secretName: `nats-${user}-credentials`, ...(permissions[user] && { permissions: permissions[user] }) }]));
        return createNats("nats", this.scope, {
            ...nats,
            storage: ephemeral ? null : { size, storageClass },
            resources: resources(requests, limits),
            authentication: broker.auth,
            users,
            exporter: monitoring.enabled,
        }, { parent: this });
    }

    private createMinio(): Minio {
        const { minio: { image, clientImage, storage, versioning, rotation }, media: { bucket }, storageClass } = this.settings;
        return new Minio("minio", this.scope, {
            image, clientImage, rotation,
            storage: { size: storage, storageClass },
            resources: resources("100m/256Mi", "250m/512Mi"),
            buckets: [{ name: bucket, versioning, access: "private" }],
            users: {
                media: {
                    credentials: {
                        secretName: "minio-media-credentials", keys: { accessKey: "MINIO_ACCESS_KEY", secretKey: "MINIO_SECRET_KEY" },
                    },
                    buckets: [bucket],
                },
            },
        }, { parent: this });
    }

    private createServices(databases: Databases, redis: Connectable<RedisProperty>, nats: Nats, minio: Minio): void {
        const { media: { bucket, useRootCredentials }, message, gateway, notification } = this.settings;
        const user = this.createService("user-service", [databases.user.application]);
        const cache = { url: "REDIS_URL", ...(this.settings.broker.auth && { password: "REDIS_PASSWORD" }) };
        this.createService("gateway-service", [nats.user("gateway"), connect(redis, cache), user], {}, {
            service: this.gatewayService(), ...(gateway.autoscaling && { autoscaling: gateway.autoscaling }),
        });
        this.createService("message-service", [nats.user("message"), databases.message.application], {},
            message.autoscaling ? { autoscaling: message.autoscaling } : {});
        this.createService("media-service",
            [nats.user("media"), useRootCredentials ? minio.rootUser(bucket) : minio.user("media")], { MINIO_USE_SSL: "false" });
        if (notification.enabled) {
            this.createService("notification-service", [nats.user("notification")], {}, { service: undefined });
        }
    }

    private createService(
        name: ServiceName, connectsTo: readonly Dependency[], variables: Environment = {}, more: Partial<WorkloadArgs> = {},
    ): Workload {
        const { settings, context: { environment }, scope } = this;
        const args = serviceArgs(name, { settings, environment, namespace: scope.namespace }, connectsTo, variables);
        const service = new Workload(name, scope, { ...args, ...more }, { parent: this });
        this.services.set(name, service);
        return service;
    }

    private gatewayService(): WorkloadService {
        const { exposure, nodePort } = this.settings.gateway;
        return exposure === "nodeport"
            ? { port: "http", number: 8080, type: "NodePort", nodePort }
            : { port: "http", number: 8080, annotations: transportAnnotation(this.scope.namespace, "storm") };
    }

    private createExtraEdges(): void {
        for (const { from, to } of this.settings.extraEdges) {
            const [client, server] = [this.services.get(from), this.services.get(to)];
            if (client && server) {
                this.scope.graph.addEdge(client.node, server.node, ...server.ports);
            }
        }
    }

    private createEdge(minio: Minio): void {
        const { gateway: { exposure }, media: { bucket }, minio: { publicHost }, edge } = this.settings;
        const gateway = this.services.get("gateway-service");
        if (exposure !== "ingress" || !gateway) {
            return;
        }
        // Only the bucket's own path: the administration of MinIO answers on the same port.
        const signed: IngressRule[] = publicHost === null ? [] : [{ host: publicHost, path: `/${bucket}`, to: minio.server, port: "api" }];
        new HttpsIngress("storm", this.scope, {
            ingressClassName: edge.ingressClassName,
            rules: [{ host: this.host, to: gateway }, ...signed],
            middlewares: {
                "security-headers": securityHeaders(),
                "rate-limit": rateLimit(edge.rateLimit.average, edge.rateLimit.burst),
            },
            idleTimeoutSeconds: edge.idleTimeoutSeconds,
            ...(edge.clusterIssuer !== null && { issuer: this.context.issuers.issuer(edge.clusterIssuer) }),
        }, { parent: this });
    }

    private createBackups({ user, message }: Databases): void {
        const { backup: { enabled, storage }, postgres: { image }, storageClass } = this.settings;
        const { backupRetentionDays: retentionDays } = this.context.environment;
        if (!enabled || retentionDays === null) {
            return;
        }
        // A quarter of an hour apart, so that both do not read the same disk at once.
        const schedules = { "postgres-user-backup": [user, "0 2 * * *"], "postgres-message-backup": [message, "15 2 * * *"] } as const;
        for (const [name, [{ administration: database }, schedule]] of Object.entries(schedules)) {
            new PostgresBackup(name, this.scope, { database, image, retentionDays, storage, storageClass, schedule }, { parent: this });
        }
    }

    private createMonitoring(minio: Minio): Partial<StormOutputs> {
        if (!this.settings.monitoring.enabled) {
            return {};
        }
        const monitored = { services: [...this.services.values()], minio: minio.node };
        const { grafanaPassword } = new StormMonitoring(this.scope, this.settings, this.context, monitored, { parent: this });
        return grafanaPassword === undefined ? {} : { grafanaPassword, openGrafana: `kubectl port-forward -n ${this.scope.namespace} service/grafana 3000` };
    }

    private get host(): string {
        return this.settings.edge.host ?? `storm.${this.context.environment.domain}`;
    }

    private show(): StormOutputs {
        const { namespace } = this.scope;
        const { exposure, nodePort, healthPath } = this.settings.gateway;
        return {
            healthUrl: exposure === "nodeport" ? `http://localhost:${nodePort}${healthPath}` : `https://${this.host}${healthPath}`,
            showPods: `kubectl get pods -n ${namespace}`,
            showVolumes: `kubectl get pvc -n ${namespace}`,
            followLogs: Object.fromEntries([...this.services.keys()].map(name => [name, `kubectl logs -f deployment/${name} -n ${namespace}`])),
        };
    }
}
