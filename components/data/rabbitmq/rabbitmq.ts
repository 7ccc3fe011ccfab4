import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Served } from "../../app/service";
import { serviceArgs } from "../../app/service";
import { ScopedComponent } from "../../app/scopedComponent";
import type { Connectable, Property } from "../../kit/connection";
import { accessOf } from "../../kit/connection";
import { nameService } from "../../kit/externals";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Scope } from "../../kit/scope";
import { GeneratedSecret } from "../../security/generatedSecret";
import { rabbitmqPorts, requireVolume } from "./configuration";
import type { Rabbitmq, RabbitmqArgs, RabbitmqProperty } from "./contract";
import { RabbitmqDefinitions } from "./definitionsSecret";

type Credentials = GeneratedSecret<"username", "password", "url">;

const variables = {
    host: "RABBITMQ_HOST", port: "RABBITMQ_PORT", user: "RABBITMQ_USER", password: "RABBITMQ_PASSWORD", vhost: "RABBITMQ_VHOST",
} as const;

/**
 * RabbitMQ: one node, or several that agree by majority, each on a volume of its own. Queues are quorum queues.
 * Users, exchanges, queues and policies are loaded at each start. Consumers connect as one of the users:
 * `connectsTo: [rabbitmq.user("orders")]`. Who runs the nodes is the form's affair.
 */
export abstract class RabbitmqForm extends ScopedComponent implements Rabbitmq {
    /** Its place in the dependency graph. */
    readonly node: WorkloadNode;
    /** Port for clients; management and metrics are other ports, which clients do not reach. */
    readonly ports: readonly Port[] = [{ number: rabbitmqPorts.amqp }];
    /** What must be ready before a consumer starts. */
    readonly ready: readonly pulumi.Resource[];
    readonly server: Served;
    private readonly credentials: ReadonlyMap<string, Credentials>;

    /** @throws RangeError when the number of nodes is even, or the volume too small for the limit of free disk */
    constructor(name: string, scope: Scope, protected readonly args: RabbitmqArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:Rabbitmq", name, scope, opts);
        if (this.size % 2 === 0) {
            throw new RangeError(`${name} has ${this.size} nodes; allowed is an odd number: an even one tolerates no more failures than one less`);
        }
        requireVolume(name, args.storage.size, args.resources.limits.memory, args.limits?.diskFree);
        this.credentials = this.createCredentials();
        this.server = this.createNodes(this.createDefinitions());
        ({ node: this.node, ready: this.ready } = this.server);
        this.joinGraph();
        this.createAliases();
        this.registerOutputs(accessOf(...Object.keys(args.users).map(user => this.user(user))));
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

    /** The nodes, which load the definitions at each start. */
    protected abstract createNodes(definitions: RabbitmqDefinitions): Served;

    protected get size(): number {
        return this.args.nodes ?? 1;
    }

    private get virtualHost(): string {
        return this.args.virtualHost ?? "/";
    }

    protected get image(): string {
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

    /** Nodes talk to each other and look their names up; a single one too, when it becomes several. */
    private joinGraph(): void {
        const { graph, environment } = this.scope;
        if (this.size > 1) {
            graph.addEdge(this.node, this.node, { number: rabbitmqPorts.epmd }, { number: rabbitmqPorts.distribution });
        }
        graph.addEdge(this.node, ...nameService(environment));
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
