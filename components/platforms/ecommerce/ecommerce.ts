import * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import { Minio } from "../../data/minio/minio";
import { Mysql } from "../../data/mysql/mysql";
import type { Rabbitmq } from "../../data/rabbitmq/contract";
import { createRabbitmq } from "../../data/rabbitmq/forms";
import { RedisStore } from "../../data/redis/store";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import { recommendedLabels } from "../../kit/labels";
import { createConfigMap } from "../../app/scopedComponent";
import { Jaeger } from "../../monitoring/traces/jaeger";
import { NodeExporter } from "../../monitoring/exporters/nodeExporter";
import { sharedService } from "../../kit/reach";
import { PullSecret } from "../../security/pullSecret";
import { HumanRoles } from "../../security/roles";
import type { PlatformContext } from "../definition";
import { advisories } from "./advisories";
import type { ServiceStores } from "./application";
import { migrationArgs, migrationName, serviceArgs, workerArgs } from "./application";
import { ArgoCdApplication } from "./argocd";
import { DatabaseBackups } from "./backups";
import { parentOfServices } from "./delivery";
import { gatewayRoutes, hostOf, managementHostOf, managementRoutes, objectRoutes } from "./edge";
import { EcommerceLogging } from "./logging";
import { rabbitmqArgs } from "./messaging";
import { EcommerceMonitoring } from "./monitoring";
import type { Tracing } from "./globalConfig";
import { globalConfig } from "./globalConfig";
import { Namespaces } from "./namespaces";
import { Secrets } from "./secrets";
import { externalStore, VaultStore } from "./secretStores";
import type { ServiceName } from "./services";
import { gateway, isEnabled, serviceNames, specOf } from "./services";
import type { ServiceContext } from "./serviceVariables";
import { ports } from "./serviceVariables";
import type { EcommerceSettings } from "./settings";
import { databaseServer, hasDatabase, minioArgs, mysqlArgs, redisArgs } from "./stores";

/** Beside that of node-exporter's own, which another platform's may have. */
const nodeExporterPort = 9101;

/** What the stack shows of the shop. */
export interface EcommerceOutputs {
    readonly url: string;
    /** Names that must lead to Traefik's public address. */
    readonly dnsNames: readonly string[];
    /** How many nodes of RabbitMQ may fail. */
    readonly messaging: string;
    readonly grafanaUrl?: string;
    /** Marked as secret: `pulumi stack output --show-secrets`. */
    readonly grafanaPassword?: pulumi.Output<string>;
    /** Documents for operations, one page each. */
    readonly runbooks: string;
}

/** A shop of twelve services behind one gateway, eleven databases, RabbitMQ, Redis and MinIO, in namespaces of its own. */
export class Ecommerce extends pulumi.ComponentResource {
    /** What the stack shows. */
    readonly outputs: EcommerceOutputs;
    private readonly namespaces: Namespaces;
    private readonly secrets: Secrets;
    private readonly databases = new Map<ServiceName, Mysql>();

    constructor(
        name: string, private readonly settings: EcommerceSettings, private readonly context: PlatformContext,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:platforms:Ecommerce", name, {}, opts);
        advisories(settings, context.environment).forEach(message => void pulumi.log.warn(`${name}: ${message}`, this));
        this.namespaces = new Namespaces(name, settings, context, { parent: this });
        const { application, messaging } = this.namespaces;
        this.secrets = new Secrets(application, settings, this.enabled, { parent: this });

        const rabbitmq = createRabbitmq("rabbitmq-cluster", messaging, rabbitmqArgs(settings, this.enabled, application), { parent: this });
        const minio = new Minio("minio", messaging, minioArgs(settings, this.enabled, application), { parent: this });
        const redis = new RedisStore("redis", application, redisArgs(settings, this.secrets.redis), { parent: this });
        this.createSecretStores();
        for (const service of this.enabled.filter(each => hasDatabase(settings, each))) {
            this.databases.set(service, new Mysql(databaseServer(service), application, mysqlArgs(settings, service), { parent: this }));
        }

        const jaeger = this.createJaeger();
        const shop = this.createServices({ rabbitmq, minio, redis }, this.tracing(jaeger));
        new HttpsRoutes("api-gateway", application, gatewayRoutes(settings, shop, context.issuers), { parent: this });
        if (settings.rabbitmq.ingress.enabled) {
            new HttpsRoutes("rabbitmq", messaging, managementRoutes(settings, rabbitmq.server, context.issuers), { parent: this });
        }
        const { publicHost } = settings.minio;
        if (publicHost !== null) {
            new HttpsRoutes("minio", messaging, objectRoutes(settings, publicHost, minio.server, context.issuers), { parent: this });
        }

        const { groups, roles: allowed } = settings.rbac;
        new HumanRoles(`${name}-roles`, { prefix: "e-commerce", scopes: this.namespaces.all, groups, allowed }, { parent: this });
        new DatabaseBackups(application, settings, this.databases, minio, { parent: this });
        new ArgoCdApplication(name, settings, this.namespaces, { parent: this });
        const { monitoring: observing, agents } = this.namespaces;
        const logging = observing && agents && settings.logging.sink !== "stdout-only"
            ? new EcommerceLogging(observing, settings, this.namespaces, agents, { parent: this })
            : undefined;
        const nodes = agents && settings.monitoring.nodeExporter
            ? new NodeExporter("node-exporter", agents, { port: nodeExporterPort }, { parent: this })
            : undefined;
        const monitoring = observing && new EcommerceMonitoring(
            observing, settings, context, this.namespaces, { jaeger, logging, nodes }, { parent: this });
        this.letProbesIn();
        this.outputs = this.show(monitoring);
        this.registerOutputs({ namespace: application.namespace, url: this.outputs.url });
    }

    /** The services that are deployed, the gateway last: it is connected to all others. */
    private get enabled(): ServiceName[] {
        const { services } = this.settings;
        return serviceNames.filter(name => isEnabled(name, services[name]))
            .sort((a, b) => Number(a === gateway) - Number(b === gateway));
    }

    private createSecretStores(): void {
        const { store } = this.settings.secrets;
        if (externalStore(this.settings) && store?.vault) {
            for (const scope of [this.namespaces.application, this.namespaces.messaging]) {
                new VaultStore(store.name, scope, store.vault, { parent: this });
            }
        }
    }

    private createJaeger(): Jaeger | undefined {
        const { namespaces: { monitoring }, settings: { jaeger, tracing, storageClass } } = this;
        const { enabled, storage: size, retentionHours } = jaeger;
        return enabled && monitoring && tracing === null
            ? new Jaeger("jaeger", monitoring, { storage: size === null ? null : { size, storageClass }, retentionHours }, { parent: this })
            : undefined;
    }

    private tracing(jaeger: Jaeger | undefined): Tracing | null {
        const { tracing } = this.settings;
        return tracing === null ? jaeger ?? null : { endpoint: `http://${tracing}`, receiver: sharedService(tracing) };
    }

    private createServices(
        { rabbitmq, minio, redis }: { rabbitmq: Rabbitmq; minio: Minio; redis: RedisStore }, tracing: Tracing | null,
    ): Workload {
        const { settings, secrets, namespaces: { application: scope, priorities } } = this;
        const common = globalConfig(settings, tracing, { rabbitmq: rabbitmq.node, minio: minio.node });
        const parent = parentOfServices(scope.platform, settings, this);
        const configMap = createConfigMap(
            scope, common, recommendedLabels({ platform: scope.platform, name: common.name, component: "application" }), parent,
        );
        const { namespace } = scope;
        const context: ServiceContext = { settings, namespace, globalConfig: common, tracing, ...(priorities && { priorities }) };
        const { pullSecret: pullName, pullSecretFrom } = settings.images;
        const pullSecret = pullName === null ? [] : new PullSecret(pullName, scope, pullSecretFrom, { parent: this }).ready;
        const services: Workload[] = [];
        for (const name of this.enabled) {
            const { redis: usesRedis, bucket } = specOf(name);
            const mysql = this.databases.get(name);
            const stores: ServiceStores = {
                rabbitmq: rabbitmq.user(name),
                ...(mysql && { mysql }),
                ...(usesRedis && { redis }),
                ...(bucket && { storage: minio.user(name) }),
            };
            const keys = secrets.of(name);
            const after = [configMap, ...pullSecret, ...secrets.ready(name)];
            const migration = mysql && settings.migrations.enabled
                ? [new Task(migrationName(settings, name), scope,
                    { ...migrationArgs(context, name, mysql, keys), after }, { parent }).job]
                : [];
            const args = serviceArgs(context, name, stores, keys);
            services.push(new Workload(name, scope, {
                ...args,
                connectsTo: [...args.connectsTo ?? [], ...(name === gateway ? services : [])],
                after: [...after, ...migration],
            }, { parent }));
            const worker = workerArgs(context, name, stores, keys);
            if (worker) {
                new Workload(`${name}-worker`, scope, { ...worker, after: [...after, ...migration] }, { parent });
            }
        }
        return this.leadBack(services);
    }

    /** The way from each service to the gateway, which starts after them, and so is no connection of theirs. */
    private leadBack(services: readonly Workload[]): Workload {
        const entry = services.at(-1) as Workload;
        if (this.settings.application.throughGateway) {
            services.slice(0, -1).forEach(({ node }) => this.context.graph.addEdge(node, entry.node, { number: ports.gateway }));
        }
        return entry;
    }

    /** Nodes reach the ports that they ask; with most network plugins they do so by themselves. */
    private letProbesIn(): void {
        const { graph } = this.context;
        const peers = this.settings.kubelets.map(block => ({ ipBlock: { cidr: block } }));
        const own = this.namespaces.all.map(({ namespace }) => namespace);
        for (const workload of peers.length > 0 ? graph.workloads.filter(({ namespace }) => own.includes(namespace)) : []) {
            workload.probePorts?.forEach(number => graph.addEdge({ type: "external", name: "kubelets", peers }, workload, { number }));
        }
    }

    private show(monitoring: EcommerceMonitoring | undefined): EcommerceOutputs {
        const { edge, minio: { publicHost }, rabbitmq: { nodes, ingress } } = this.settings;
        const hosts = [
            hostOf(edge), ...(publicHost === null ? [] : [publicHost]), ...(monitoring ? [monitoring.host] : []),
            ...(ingress.enabled ? [managementHostOf(edge)] : []),
        ];
        return {
            url: `https://${hostOf(edge)}/`,
            dnsNames: hosts,
            messaging: nodes === 1 ? "one node: queues are not replicated" : `${nodes} nodes: ${(nodes - 1) / 2} may fail`,
            ...(monitoring && { grafanaUrl: `https://${monitoring.host}/`, grafanaPassword: monitoring.grafanaPassword }),
            runbooks: this.context.environment.runbooks,
        };
    }
}
