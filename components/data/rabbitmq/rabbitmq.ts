import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { serviceArgs } from "../../app/service";
import { Workload } from "../../app/workload";
import type { SpreadRules } from "../../app/workloadArgs";
import type { Connectable, Property } from "../../kit/connection";
import { clusterDns, dnsPorts } from "../../kit/externals";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { ContainerResources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { templateVolume } from "../../kit/volumes";
import { rabbitmqTelemetry } from "./telemetry";
import { GeneratedSecret } from "../../security/generatedSecret";
import { RabbitmqCluster } from "./cluster";
import type { RabbitmqLimits } from "./configuration";
import { enabledPlugins, rabbitmqConfiguration, rabbitmqEnvironment, rabbitmqPorts, requireVolume } from "./configuration";
import type { RabbitmqPermissions, RabbitmqTopology } from "./definitions";
import { RabbitmqDefinitions } from "./definitionsSecret";
import { cookieContainer, definitionsPath, preStop, rabbitmqMounts, rabbitmqProbes, rabbitmqRunAs } from "./server";

/** A user of RabbitMQ. */
export interface RabbitmqUser {
    /** Where its consumer runs; only Secrets of the same namespace can be referred to. @default beside RabbitMQ */
    readonly scope?: Scope;
    /** Secret with the keys username, password and url. @default `<name>-<user>` */
    readonly secretName?: string;
    /** Type of that Secret, where its consumer demands one. @default "Opaque" */
    readonly secretType?: "kubernetes.io/basic-auth";
    /** @default everything */
    readonly permissions?: RabbitmqPermissions;
    /** What it may see and do in the management interface. @default nothing */
    readonly tags?: readonly ("administrator" | "monitoring" | "policymaker" | "management")[];
}

/** Arguments of {@link Rabbitmq}. */
export interface RabbitmqArgs {
    /** Image of RabbitMQ 4.1 or newer with the management plugin. @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    /** Number of nodes, odd: with three, one may fail. One can become three: the new ones join. @default 1 */
    readonly nodes?: number;
    /** Volume of each node. */
    readonly storage: {
        /** Size, such as `20Gi`; 1.5 times the limit of free disk or more. */
        readonly size: string;
        /** Storage class; null takes the cluster's default. */
        readonly storageClass: string | null;
    };
    /** Requests and limits of one node; RabbitMQ uses up to 80 % of the memory limit. */
    readonly resources: ContainerResources;
    readonly limits?: RabbitmqLimits;
    /** Plugins besides management, Prometheus and peer discovery. @default none */
    readonly plugins?: readonly string[];
    /** @default "/" */
    readonly virtualHost?: string;
    /** Users by name; there is no guest. */
    readonly users: Readonly<Record<string, RabbitmqUser>>;
    /** What exists before anybody connects. @default nothing: the applications declare their own */
    readonly topology?: RabbitmqTopology;
    /** How several nodes are kept on different nodes of the cluster. @default apart and strict */
    readonly spread?: SpreadRules;
    /** Leaves the nodes to the RabbitMQ Cluster Operator, which the cluster must run. @default false */
    readonly operator?: boolean;
    /** @default its name */
    readonly networkPolicyName?: string;
    /** Further names of its Service. @default none */
    readonly aliases?: readonly string[];
    /** Counter: each step generates new passwords. @default 0 */
    readonly rotation?: number;
}

/** What RabbitMQ offers to the consumers of one user. */
export type RabbitmqProperty = "host" | "port" | "user" | "password" | "vhost" | "url";

type Credentials = GeneratedSecret<"username", "password", "url">;

const variables = {
    host: "RABBITMQ_HOST", port: "RABBITMQ_PORT", user: "RABBITMQ_USER", password: "RABBITMQ_PASSWORD", vhost: "RABBITMQ_VHOST",
} as const;

/**
 * RabbitMQ: one node, or several that agree by majority, each on a volume of its own. Queues are quorum queues.
 * Users, exchanges, queues and policies are loaded at each start. Consumers connect as one of the users:
 * `connectsTo: [rabbitmq.user("orders")]`.
 *
 * Needs no operator and no access to the API server. Objects: StatefulSet, Services, ConfigMap `<name>-config`, and
 * Secrets for the definitions, the Erlang cookie and each user; with `operator` a RabbitmqCluster in their place.
 */
export class Rabbitmq extends ScopedComponent {
    /** Its place in the dependency graph. */
    readonly node: WorkloadNode;
    /** Port for clients; management and metrics are other ports, which clients do not reach. */
    readonly ports: readonly Port[] = [{ number: rabbitmqPorts.amqp }];
    /** What must be ready before a consumer starts. */
    readonly ready: readonly pulumi.Resource[];
    /** The nodes, for routes to the management interface; undefined where an operator runs them. */
    readonly server?: Workload;
    private readonly credentials: ReadonlyMap<string, Credentials>;

    /** @throws RangeError when the number of nodes is even, or the volume too small for the limit of free disk */
    constructor(name: string, scope: Scope, private readonly args: RabbitmqArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:Rabbitmq", name, scope, opts);
        if (this.size % 2 === 0) {
            throw new RangeError(`${name} has ${this.size} nodes; allowed is an odd number: an even one tolerates no more failures than one less`);
        }
        requireVolume(name, args.storage.size, args.resources.limits.memory, args.limits?.diskFree);
        this.credentials = this.createCredentials();
        const definitions = this.createDefinitions();
        const servers = args.operator ? this.createCluster(definitions) : this.createServers(definitions);
        ({ node: this.node, ready: this.ready } = servers);
        if (servers instanceof Workload) {
            this.server = servers;
        }
        this.joinGraph();
        this.createAliases();
        this.registerOutputs({});
    }

    /**
     * RabbitMQ as one of its users sees it.
     * @throws Error when there is no such user
     */
    user(name: string): Connectable<RabbitmqProperty> {
        const credentials = this.credentials.get(name);
        if (credentials === undefined) {
            throw new Error(`${this.objectName} has no user "${name}"; it has ${[...this.credentials.keys()].join(", ") || "none"}`);
        }
        const properties: Record<RabbitmqProperty, Property> = {
            host: view => view.host,
            port: String(rabbitmqPorts.amqp),
            user: credentials.key("username"),
            password: credentials.key("password"),
            vhost: this.virtualHost,
            url: credentials.key("url"),
        };
        return { node: this.node, ports: this.ports, properties, variables, ready: [...this.ready, credentials.secret] };
    }

    private get size(): number {
        return this.args.nodes ?? 1;
    }

    private get virtualHost(): string {
        return this.args.virtualHost ?? "/";
    }

    private get image(): string {
        return this.args.image ?? images.rabbitmq;
    }

    private createCredentials(): ReadonlyMap<string, Credentials> {
        const { users, rotation } = this.args;
        const path = this.virtualHost === "/" ? "" : `/${encodeURIComponent(this.virtualHost)}`;
        return new Map(Object.entries(users).map(([user, { scope = this.scope, secretName, secretType }]) => {
            const host = scope.namespace === this.scope.namespace ? this.objectName : `${this.objectName}.${this.scope.namespace}.svc`;
            return [user, new GeneratedSecret<"username", "password", "url">(secretName ?? `${this.objectName}-${user}`, scope, {
                values: { username: user },
                passwords: { password: { length: 32 } },
                derived: { url: ({ username, password }) => `amqp://${username}:${password}@${host}:${rabbitmqPorts.amqp}${path}` },
                ...(rotation !== undefined && { rotation }),
                ...(secretType && { type: secretType }),
            }, { parent: this })];
        }));
    }

    private createDefinitions(): RabbitmqDefinitions {
        const { users, topology } = this.args;
        return new RabbitmqDefinitions(`${this.objectName}-definitions`, this.scope, {
            virtualHost: this.virtualHost,
            users: Object.entries(users).map(([name, { permissions, tags = [] }]) => ({
                name, tags,
                password: this.credentials.get(name)?.value("password") as pulumi.Output<string>,
                permissions: permissions ?? { configure: ".*", write: ".*", read: ".*" },
            })),
            ...(topology && { topology }),
        }, { parent: this });
    }

    private createServers(definitions: RabbitmqDefinitions): Workload {
        const { resources, storage, limits, plugins, spread = { apart: true, strict: true } } = this.args;
        // Without a rotation: nodes with different cookies could not talk while they are replaced one by one.
        const cookie = new GeneratedSecret(`${this.objectName}-erlang-cookie`, this.scope,
            { values: {}, passwords: { cookie: { length: 40 } } }, { parent: this });
        const config = {
            name: `${this.objectName}-config`,
            files: {
                "rabbitmq.conf": rabbitmqConfiguration({
                    name: this.objectName, nodes: this.size, memoryLimit: resources.limits.memory, definitions: definitionsPath,
                    ...(limits && { limits }),
                }),
                "rabbitmq-env.conf": rabbitmqEnvironment(`${this.objectName}-headless`, this.scope.namespace),
                enabled_plugins: enabledPlugins(plugins),
            },
        };
        const labels = recommendedLabels({ platform: this.scope.platform, name: config.name, component: "messaging" });
        const configMap = this.createConfigMap(config, labels);
        const claim = { name: "data", ...storage };
        const several = this.size > 1;
        return new Workload(this.objectName, this.scope, {
            kind: "StatefulSet",
            component: "messaging",
            labels: { tier: "messaging" },
            replicas: this.size,
            initContainers: [cookieContainer(this.image, cookie.key("cookie"))],
            container: {
                name: "rabbitmq",
                image: this.image,
                ports: rabbitmqPorts,
                resources,
                probes: rabbitmqProbes,
                mounts: rabbitmqMounts(config, definitions.key, templateVolume(claim)),
                ...(several && { preStopCommand: preStop }),
            },
            service: {
                port: "amqp", number: rabbitmqPorts.amqp,
                further: { management: rabbitmqPorts.management, prometheus: rabbitmqPorts.prometheus },
            },
            metricsPort: "prometheus",
            ...(this.args.networkPolicyName && { networkPolicyName: this.args.networkPolicyName }),
            telemetry: [rabbitmqTelemetry({ namespace: this.scope.namespace, app: this.objectName, nodes: this.size })],
            claimTemplates: [claim],
            spread,
            terminationGraceSeconds: several ? 120 : 60,
            runAs: rabbitmqRunAs,
            after: [configMap, cookie.secret, definitions.secret],
        }, { parent: this });
    }

    private createCluster(definitions: RabbitmqDefinitions): RabbitmqCluster {
        return new RabbitmqCluster(this.objectName, this.scope, {
            ...this.args,
            image: this.image,
            nodes: this.size,
            definitions: { path: definitionsPath, secret: definitions.secret, secretName: definitions.objectName },
        }, { parent: this });
    }

    /** Nodes talk to each other and look their names up; a single one too, when it becomes several. */
    private joinGraph(): void {
        const { graph } = this.scope;
        if (this.size > 1) {
            graph.addEdge(this.node, this.node, { number: rabbitmqPorts.epmd }, { number: rabbitmqPorts.distribution });
        }
        graph.addEdge(this.node, clusterDns, ...dnsPorts);
    }

    private createAliases(): void {
        const { aliases = [] } = this.args;
        for (const name of aliases) {
            const labels = recommendedLabels({ platform: this.scope.platform, name, component: "messaging" });
            new k8s.core.v1.Service(this.childName(name), serviceArgs({ name, namespace: this.scope.namespace, labels }, this.node.selector,
                { port: "amqp", number: rabbitmqPorts.amqp }), this.childOptions());
        }
    }
}
