import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Connectable, Dependency, Environment, Property } from "../kit/connection";
import { connectionOf, environmentOf } from "../kit/connection";
import { clusterDns, dnsPorts } from "../kit/externals";
import type { ExternalNode, WorkloadNode } from "../kit/graph";
import { recommendedLabels, selectorLabels } from "../kit/labels";
import type { Container, Pod } from "../kit/pod";
import type { ObjectMeta, Scope } from "../kit/scope";
import { ScopedComponent } from "../kit/scope";
import { SecretKey } from "../kit/secretKey";
import type { Autoscaling } from "./autoscaling";
import { autoscalerArgs } from "./autoscaling";
import { disruptionBudgetArgs } from "./disruptionBudget";
import type { WorkloadService } from "./service";
import { headlessServiceArgs, serviceArgs } from "./service";
import type { UpdateStrategy } from "./workloadArgs";
import { deploymentArgs, nodeSpread, statefulSetArgs } from "./workloadArgs";

/** Arguments of {@link Workload}. */
export interface WorkloadArgs {
    /** A StatefulSet keeps names and volumes per pod. @default "Deployment" */
    readonly kind?: "Deployment" | "StatefulSet";
    /** Role within the platform, a label: `database`, `cache`, `application`… */
    readonly component: string;
    /** The container that does the work; the connections' variables are its own. */
    readonly container: Container;
    readonly sidecars?: readonly Container[];
    readonly initContainers?: readonly Container[];
    /** What the workload needs: its variables, its NetworkPolicies and its start order follow. @default nothing */
    readonly connectsTo?: readonly Dependency[];
    /** Who may call it from outside the program, on the container's port of that name. @default nobody */
    readonly exposedTo?: readonly { readonly client: ExternalNode; readonly port: string }[];
    /** Name of the ConfigMap that holds the plain variables. @default `<name>-config` */
    readonly configMapName?: string;
    /** Further plain variables. */
    readonly settings?: Readonly<Record<string, string>>;
    readonly runAs: Pod["runAs"];
    /** Number of pods; ignored while an autoscaler owns it. @default 1 */
    readonly replicas?: number;
    readonly autoscaling?: Autoscaling;
    /** Its Service; left out, nothing can connect to it. */
    readonly service?: WorkloadService;
    /** @default "RollingUpdate"; "Recreate" for a single writer on a volume */
    readonly strategy?: UpdateStrategy;
    /** Name of the container port that serves metrics. */
    readonly metricsPort?: string;
    /** Lets one pod at a time be evicted when there are at least two. @default true */
    readonly disruptionBudget?: boolean;
    /** @default 30 */
    readonly terminationGraceSeconds?: number;
    /** Mounts a token of the ServiceAccount; for workloads that talk to the API server. @default false */
    readonly automountToken?: boolean;
    /** Further labels of the workload, its pods and its Service. */
    readonly labels?: Readonly<Record<string, string>>;
    /** Volume claims of the workload by name, for quotas. */
    readonly storage?: Readonly<Record<string, string>>;
    /** Further resources that must exist before the pods start. */
    readonly after?: readonly pulumi.Resource[];
    /** Last change to the finished pod, for what these arguments do not foresee. */
    readonly transformPod?: (pod: Pod) => Pod;
}

/** What every workload offers to others. */
export type WorkloadProperty = "host" | "port" | "url";

/**
 * A Deployment or StatefulSet with everything that belongs to it: ServiceAccount, variables, Service, autoscaler,
 * disruption budget, and its edges in the dependency graph.
 */
export class Workload extends ScopedComponent implements Connectable<WorkloadProperty> {
    readonly node: WorkloadNode;
    readonly ports;
    readonly properties: Readonly<Record<WorkloadProperty, Property>>;
    readonly variables: Readonly<Partial<Record<WorkloadProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** The Service, when there is one. */
    readonly service?: k8s.core.v1.Service;
    /** Name of its ServiceAccount. */
    readonly serviceAccountName: string;
    private readonly meta: ObjectMeta;

    /** @throws Error when a connection is impossible, or two workloads share a name */
    constructor(name: string, scope: Scope, private readonly args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
        super("app:Workload", name, scope, opts);
        this.meta = this.describe();
        this.node = this.joinGraph();
        this.serviceAccountName = name;
        this.ports = args.service ? [{ number: this.containerPort(args.service.port) }] : [];
        const servicePort = String(args.service?.number ?? "");
        this.properties = { host: view => view.host, port: servicePort, url: view => `http://${view.host}:${servicePort}` };
        this.variables = { url: `${name.toUpperCase().replace(/-/g, "_")}_URL` };

        const serviceAccount = this.createServiceAccount();
        const { environment, configuration, created } = this.createConfiguration();
        const pods = this.createPods(environment, configuration, [serviceAccount, ...created]);
        this.service = this.createService();
        this.createAutoscaler(pods);
        this.createDisruptionBudget();
        this.ready = [pods, ...(this.service ? [this.service] : [])];
        this.registerOutputs({});
    }

    private describe(): ObjectMeta {
        const { scope, args, objectName: name } = this;
        const labels = recommendedLabels({
            platform: scope.platform, name, component: args.component, image: args.container.image,
            ...(args.labels && { extra: args.labels }),
        });
        return { name, namespace: scope.namespace, labels };
    }

    private joinGraph(): WorkloadNode {
        const { scope, args, objectName: name } = this;
        const surge = args.strategy === "Recreate" || args.kind === "StatefulSet" ? 0 : 1;
        const node: WorkloadNode = {
            type: "workload",
            platform: scope.platform,
            namespace: scope.namespace,
            name,
            kind: args.kind ?? "Deployment",
            selector: selectorLabels(scope.platform, name),
            capacity: {
                containers: [args.container, ...(args.sidecars ?? [])].map(container => container.resources),
                maximumPods: (args.autoscaling?.maximum ?? args.replicas ?? 1) + surge,
            },
            ...(args.metricsPort && { metricsPort: this.containerPort(args.metricsPort) }),
            ...(args.storage && { storage: args.storage }),
        };
        scope.graph.addWorkload(node);
        const connections = (args.connectsTo ?? []).map(connectionOf);
        connections.forEach(({ target }) => scope.graph.addEdge(node, target.node, ...target.ports));
        if (connections.length > 0) {
            scope.graph.addEdge(node, clusterDns, ...dnsPorts);
        }
        args.exposedTo?.forEach(({ client, port }) => scope.graph.addEdge(client, node, { number: this.containerPort(port) }));
        return node;
    }

    private containerPort(portName: string): number {
        const ports = Object.assign({}, ...[this.args.container, ...(this.args.sidecars ?? [])].map(container => container.ports)) as Record<string, number>;
        const number = ports[portName];
        if (number === undefined) {
            throw new Error(`${this.objectName} has no container port called "${portName}"; it has ${Object.keys(ports).join(", ") || "none"}`);
        }
        return number;
    }

    private createServiceAccount(): k8s.core.v1.ServiceAccount {
        return new k8s.core.v1.ServiceAccount(this.childName(this.objectName),
            { metadata: this.meta, automountServiceAccountToken: false }, this.childOptions());
    }

    /** Plain variables go to a ConfigMap of their own, references stay in the pod. */
    private createConfiguration(): { environment: Environment; configuration: Record<string, string>; created: pulumi.Resource[] } {
        const all = {
            ...environmentOf(this.scope.namespace, this.args.connectsTo ?? []),
            ...this.args.settings,
            ...this.args.container.environment,
        };
        // ConfigMap data is taken literally, so a value that refers to other variables must stay in the pod.
        const belongsInPod = (value: string | SecretKey): boolean => value instanceof SecretKey || value.includes("$(");
        const environment = Object.fromEntries(Object.entries(all).filter(([, value]) => belongsInPod(value)));
        const configuration = Object.fromEntries(Object.entries(all).filter(([, value]) => !belongsInPod(value))) as Record<string, string>;
        if (Object.keys(configuration).length === 0) {
            return { environment, configuration, created: [] };
        }
        const name = this.configMapName();
        const configMap = new k8s.core.v1.ConfigMap(this.childName(name),
            { metadata: { ...this.meta, name }, data: configuration }, this.childOptions());
        return { environment, configuration, created: [configMap] };
    }

    private configMapName(): string {
        return this.args.configMapName ?? `${this.objectName}-config`;
    }

    private createPods(environment: Environment, configuration: Record<string, string>, before: pulumi.Resource[]): pulumi.CustomResource {
        const { args, scope } = this;
        const hasConfiguration = Object.keys(configuration).length > 0;
        const main: Container = {
            ...args.container,
            environment,
            ...(hasConfiguration && { environmentFrom: [...(args.container.environmentFrom ?? []), this.configMapName()] }),
        };
        const pod: Pod = {
            labels: this.meta.labels,
            serviceAccountName: this.serviceAccountName,
            runAs: args.runAs,
            containers: [main, ...(args.sidecars ?? [])],
            ...(args.initContainers && { initContainers: args.initContainers }),
            ...(args.automountToken && { automountToken: true }),
            ...(args.terminationGraceSeconds && { terminationGraceSeconds: args.terminationGraceSeconds }),
            topologySpread: scope.environment.spreadOverNodes && this.isReplicated() ? [nodeSpread(this.node.selector)] : [],
        };
        const spec = {
            meta: this.meta,
            selector: this.node.selector,
            pod: args.transformPod?.(pod) ?? pod,
            configuration,
            strategy: args.strategy ?? "RollingUpdate",
            ...(!args.autoscaling && { replicas: args.replicas ?? 1 }),
        };
        const seconds = `${scope.environment.readinessTimeoutSeconds}s`;
        const started = (args.connectsTo ?? []).map(connectionOf).flatMap(({ target }) => target.ready);
        const options = this.childOptions([...before, ...started, ...(args.after ?? [])], { customTimeouts: { create: seconds, update: seconds } });
        const logicalName = this.childName(this.objectName);
        if (args.kind === "StatefulSet") {
            const headless = new k8s.core.v1.Service(`${logicalName}-headless`, headlessServiceArgs(this.meta, this.node.selector, args), this.childOptions());
            return new k8s.apps.v1.StatefulSet(logicalName, statefulSetArgs(spec), pulumi.mergeOptions(options, { dependsOn: headless }));
        }
        return new k8s.apps.v1.Deployment(logicalName, deploymentArgs(spec), options);
    }

    private createService(): k8s.core.v1.Service | undefined {
        const { service } = this.args;
        return service && new k8s.core.v1.Service(this.childName(this.objectName),
            serviceArgs(this.meta, this.node.selector, service), this.childOptions());
    }

    private createAutoscaler(pods: pulumi.Resource): void {
        const { autoscaling } = this.args;
        if (autoscaling) {
            const name = `${this.objectName}-hpa`;
            new k8s.autoscaling.v2.HorizontalPodAutoscaler(this.childName(name),
                autoscalerArgs({ ...this.meta, name }, this.objectName, autoscaling), this.childOptions([pods]));
        }
    }

    private createDisruptionBudget(): void {
        if (this.isReplicated() && this.args.disruptionBudget !== false) {
            new k8s.policy.v1.PodDisruptionBudget(this.childName(this.objectName),
                disruptionBudgetArgs(this.meta, this.node.selector), this.childOptions());
        }
    }

    private isReplicated(): boolean {
        return (this.args.autoscaling?.minimum ?? this.args.replicas ?? 1) >= 2;
    }
}
