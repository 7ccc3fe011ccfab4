import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { disruptionBudgetArgs } from "../../app/disruptionBudget";
import { serviceArgs } from "../../app/service";
import { Task } from "../../app/task";
import type { Property } from "../../kit/connection";
import { accessOf } from "../../kit/connection";
import { kubernetesApi, kubernetesApiPorts, nameService } from "../../kit/externals";
import type { WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels, selectorLabels } from "../../kit/labels";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { cloudNativePostgresTelemetry } from "./highAvailabilityTelemetry";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { PostgresDatabase, PostgresDatabaseArgs, PostgresProperty } from "./contract";
import { postgresPort, postgresProperties, postgresVariables } from "./contract";
import { clusterSpec, operatorNode, podSelector, primarySelector } from "./highAvailabilityCluster";
import { initializationTask } from "./initialization";

/** Arguments of {@link PostgresHighAvailability}; `image` is that of the initialization Job. */
export interface PostgresHighAvailabilityArgs extends PostgresDatabaseArgs {
    /** Servers, the primary included, each on a volume of its own; at least 2. @default 3 */
    readonly instances?: number;
    /** Image of the servers, made for the operator. @default CloudNativePG's image of PostgreSQL 16 */
    readonly serverImage?: string;
    /** Namespace of the operator, which must reach the servers. @default "cnpg-system" */
    readonly operatorNamespace?: string;
}

const metricsPort = 9187;
const statusPort = 8000;

/**
 * PostgreSQL as a primary with streaming standbys under the CloudNativePG operator, which elects a new primary when
 * the old one fails; the Service under the component's own name follows it. A commit waits for one standby as long
 * as there is any, so a failover loses nothing that was acknowledged.
 *
 * Needs a cluster with the operator, version 1.25 or newer: without its CustomResourceDefinition the update fails with
 * `no matches for kind "Cluster"`. Unlike with {@link Postgres} the application's role is no superuser, and the operator's
 * own exporter (metrics `cnpg_*`) serves the metrics. Backups to a volume: {@link PostgresBackup}.
 *
 * Objects: Cluster and Service `<name>`, PodDisruptionBudget `<name>-instances`, Secret `<name>-secret`, the initialization's
 * ConfigMap and Job.
 * Costs: the servers' own resources and volume, once per instance.
 *
 * @see https://cloudnative-pg.io/documentation/current/
 */
export class PostgresHighAvailability extends ScopedComponent implements PostgresDatabase {
    readonly node: WorkloadNode;
    readonly ports = [{ number: postgresPort }];
    readonly properties: Readonly<Record<PostgresProperty, Property>>;
    readonly variables = postgresVariables;
    readonly ready: readonly pulumi.Resource[];
    /** The operator's resource. */
    readonly cluster: k8s.apiextensions.CustomResource;
    private readonly meta: ObjectMeta;

    /** @throws RangeError when there would be no standby */
    constructor(
        name: string, scope: Scope, private readonly args: PostgresHighAvailabilityArgs, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("data:PostgresHighAvailability", name, scope, opts);
        if (this.instances() < 2) {
            throw new RangeError(`${name}: ${this.instances()} instances have no standby; allowed are 2 or more, for one server use Postgres`);
        }
        const labels = recommendedLabels({
            platform: scope.platform, name, component: "database", image: this.serverImage(), extra: { tier: "database" },
        });
        this.meta = { name, namespace: scope.namespace, labels };
        this.node = this.joinGraph();
        const credentials = this.createCredentials();
        this.cluster = this.createCluster(credentials);
        const service = this.createService();
        this.createDisruptionBudget();

        this.properties = postgresProperties(args.database, { user: credentials.key("username"), password: credentials.key("password") });
        const job = this.createInitialization(credentials, [this.cluster, service]);
        this.ready = [this.cluster, service, job];
        this.registerOutputs(accessOf(this));
    }

    /** The operator demands these keys, and looks for the label to notice a rotation. */
    private createCredentials(): GeneratedSecret<"username", "password"> {
        const { user, rotation } = this.args;
        return new GeneratedSecret(`${this.objectName}-secret`, this.scope, {
            type: "kubernetes.io/basic-auth",
            labels: { "cnpg.io/reload": "true" },
            values: { username: user },
            passwords: { password: { length: 32, previousKey: "previous-password" } },
            ...(rotation !== undefined && { rotation }),
        }, { parent: this });
    }

    private createCluster(credentials: GeneratedSecret<"username", "password">): k8s.apiextensions.CustomResource {
        const timeout = `${this.scope.environment.readinessTimeoutSeconds}s`;
        return new k8s.apiextensions.CustomResource(this.childName(this.objectName), {
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            metadata: { ...this.meta, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
            spec: clusterSpec({
                ...this.args,
                image: this.serverImage(),
                instances: this.instances(),
                secretName: credentials.objectName,
                podLabels: selectorLabels(this.scope.platform, this.objectName),
            }),
        }, this.podOptions(this.node, [credentials.secret], {
            protect: this.scope.environment.protectData,
            customTimeouts: { create: timeout, update: timeout },
        }));
    }

    /** The operator's own Services have names of their own, and consumers should not need to know which form of PostgreSQL this is. */
    private createService(): k8s.core.v1.Service {
        return new k8s.core.v1.Service(this.childName(this.objectName),
            serviceArgs(this.meta, primarySelector(this.objectName), { port: "postgresql", number: postgresPort }), this.childOptions());
    }

    private createDisruptionBudget(): void {
        // Where `enablePDB` is off, the operator deletes budgets with the names of its own: the cluster's, and `-primary` behind it.
        const name = `${this.objectName}-instances`;
        new k8s.policy.v1.PodDisruptionBudget(this.childName(name),
            disruptionBudgetArgs({ ...this.meta, name }, { ...podSelector(this.objectName), "cnpg.io/podRole": "instance" }), this.childOptions());
    }

    private createInitialization(credentials: GeneratedSecret<"username", "password">, ready: readonly pulumi.Resource[]): k8s.batch.v1.Job {
        const { image, initialization } = this.args;
        const configMap = this.createConfigMap(initialization.config, this.meta.labels);
        const { node, ports, properties, variables } = this;
        return new Task(initialization.jobName, this.scope, initializationTask({
            initialization,
            image,
            database: { node, ports, properties, variables, ready: [...ready, configMap] },
            passwords: {
                POSTGRES_PASSWORD: credentials.key("password"),
                PREVIOUS_PASSWORD: credentials.previousKey("password"),
            },
        }), { parent: this }).job;
    }

    /** Its pods are the operator's; here they are known by the labels that it gives them. */
    private joinGraph(): WorkloadNode {
        const { platform, namespace, graph, environment } = this.scope;
        const { storage, resources, networkPolicyName, operatorNamespace = "cnpg-system" } = this.args;
        const node: WorkloadNode = {
            type: "workload",
            platform,
            namespace,
            name: this.objectName,
            kind: "StatefulSet",
            selector: podSelector(this.objectName),
            // Beside the servers, one Job at a time prepares a new server's volume.
            capacity: { containers: [resources], maximumPods: this.instances() + 1 },
            metricsPort,
            // The operator's probes ask the instance manager.
            probePorts: [statusPort],
            ...(networkPolicyName && { networkPolicyName }),
            telemetry: [cloudNativePostgresTelemetry({
                namespace, app: this.objectName, database: this.args.database, instances: this.instances(),
            })],
            storage: Object.fromEntries(Array.from({ length: this.instances() }, (_, index) => [`${this.objectName}-${index + 1}`, storage])),
        };
        graph.addWorkload(node);
        graph.addEdge(node, node, { number: postgresPort }, { number: statusPort });
        graph.addEdge(operatorNode(operatorNamespace), node, { number: postgresPort }, { number: statusPort });
        graph.addEdge(node, kubernetesApi, ...kubernetesApiPorts(environment));
        graph.addEdge(node, ...nameService(environment));
        return node;
    }

    private instances(): number {
        return this.args.instances ?? 3;
    }

    private serverImage(): string {
        return this.args.serverImage ?? images.cloudNativePostgres16;
    }
}
