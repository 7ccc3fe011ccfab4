import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Connectable, EnvironmentValue, Property } from "../kit/connection";
import { accessOf, environmentOf } from "../kit/connection";
import { internet } from "../kit/externals";
import type { Port } from "../kit/graph";
import type { Container, Pod } from "../kit/pod";
import type { Scope } from "../kit/scope";
import { SecretKey } from "../kit/secretKey";
import type { ClaimTemplate } from "../kit/volumes";
import type { Autoscaling } from "./autoscaling";
import { autoscalerArgs } from "./autoscaling";
import { disruptionBudgetArgs } from "./disruptionBudget";
import type { Place, PodComponentArgs } from "./podComponent";
import { namedPort, PodComponent } from "./podComponent";
import type { Endpoint, Served, WorkloadService } from "./service";
import { endpointOf, headlessServiceArgs, serviceArgs } from "./service";
import { createPodClaims, podClaimNames } from "./volumeClaim";
import type { PodsSpec, SpreadRules, UpdateStrategy } from "./workloadArgs";
import { antiAffinity, daemonSetArgs, deploymentArgs, spreadConstraints, statefulSetArgs } from "./workloadArgs";

/** What every kind of workload is asked for. */
interface ServedArgs extends PodComponentArgs {
    /** Name of a ConfigMap for the plain variables. @default they stand in the pod itself */
    readonly configMapName?: string;
    /** Its Service; left out, nothing can connect to it. */
    readonly service?: WorkloadService;
    /** Name of the container port that serves metrics. */
    readonly metricsPort?: string;
    /** Volume claims by name, for quotas; those of the claim templates are added. */
    readonly storage?: Readonly<Record<string, string>>;
}

/** What workloads are asked for that may have several pods. */
interface ReplicatedArgs extends ServedArgs {
    /** Number of pods; ignored while an autoscaler owns it. @default 1 */
    readonly replicas?: number;
    /** How its pods are spread in environments that spread them. @default over nodes, as far as possible */
    readonly spread?: SpreadRules;
    /** @default name of the workload */
    readonly disruptionBudgetName?: string;
    /** Pods that a drain leaves running; below the smallest number of pods, or it blocks every drain. @default all but one */
    readonly minimumAvailable?: number;
}

/** Arguments of a {@link Workload} that is a Deployment: its pods are alike, and come and go. */
export interface DeploymentWorkloadArgs extends ReplicatedArgs {
    readonly kind?: "Deployment";
    readonly autoscaling?: Autoscaling;
    /** @default "RollingUpdate"; "Recreate" for a single writer on a volume */
    readonly strategy?: UpdateStrategy;
    /** Earlier versions that can be rolled back to. @default 3 */
    readonly revisions?: number;
}

/** Arguments of a {@link Workload} that is a StatefulSet: each pod keeps its name and its volumes, and ends before its successor starts. */
export interface StatefulWorkloadArgs extends ReplicatedArgs {
    readonly kind: "StatefulSet";
    /** Volumes that are claimed for each of its pods. They grow in place. @default none */
    readonly claimTemplates?: readonly ClaimTemplate[];
}

/** Arguments of a {@link Workload} that is a DaemonSet: one pod on every node. */
export interface DaemonWorkloadArgs extends ServedArgs {
    readonly kind: "DaemonSet";
}

/** Arguments of {@link Workload}; what a kind cannot do is not among its own. */
export type WorkloadArgs = DeploymentWorkloadArgs | StatefulWorkloadArgs | DaemonWorkloadArgs;

/** What every workload offers to others. */
export type WorkloadProperty = "host" | "port" | "url";

/**
 * A Deployment or StatefulSet with everything that belongs to it: ServiceAccount, variables, Service, autoscaler,
 * disruption budget, and its edges in the dependency graph.
 */
export class Workload extends PodComponent<WorkloadArgs> implements Connectable<WorkloadProperty>, Served {
    readonly ports: readonly Port[];
    readonly properties: Readonly<Record<WorkloadProperty, Property>>;
    readonly variables: Readonly<Partial<Record<WorkloadProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** Port number of its Service; 0 without one. */
    readonly servicePort: number;
    /** The Service, when there is one. */
    readonly service?: k8s.core.v1.Service;

    /** @throws Error when a connection is impossible, or two workloads share a name */
    constructor(name: string, scope: Scope, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
        super("app:Workload", name, scope, args, placeOf(name, args), opts);
        const { service } = args;
        this.ports = service ? [{ number: namedPort(containersOf(args), service.port) }] : [];
        if (service?.type === "LoadBalancer" || service?.type === "NodePort") {
            scope.graph.addEdge(internet, this.node, ...this.ports);
        }
        this.servicePort = service?.number ?? 0;
        this.properties = {
            host: view => view.host,
            port: String(this.servicePort),
            url: view => `http://${view.host}:${this.servicePort}`,
        };
        this.variables = { url: `${name.toUpperCase().replace(/-/g, "_")}_URL` };

        const pods = this.createPods();
        this.service = this.createService();
        const autoscaler = this.createAutoscaler(pods);
        this.createDisruptionBudget();
        this.ready = [pods, this.service, autoscaler].filter(resource => resource !== undefined);
        this.registerOutputs({ kind: this.node.kind, ...(service && accessOf(this)) });
    }

    /**
     * Where a named port is reached: its number at the Service, and the one that its pods listen on.
     * @throws Error when the Service has no such port
     */
    endpoint(portName?: string): Endpoint {
        const { service } = this.args;
        const ofService = service ? { [service.port]: service.number, ...service.further } : {};
        const ofPods: Record<string, number> = Object.assign({}, ...containersOf(this.args).map(({ ports }) => ports));
        return endpointOf(this.objectName, { ofService, ofPods }, portName);
    }

    private createPods(): pulumi.CustomResource {
        const { args, scope, meta, node } = this;
        const { container, configuration, configMaps } = this.configure();
        const pods: PodsSpec = { meta, selector: node.selector, pod: { ...this.podAround(container), ...this.spread() }, configuration };
        const timeout = `${scope.environment.readinessTimeoutSeconds}s`;
        const options = this.podOptions(node, [...this.startsAfter(), ...configMaps],
            { customTimeouts: { create: timeout, update: timeout } });
        if (args.kind === "StatefulSet") {
            return this.createStatefulSet(args, pods, options);
        }
        if (args.kind === "DaemonSet") {
            return new k8s.apps.v1.DaemonSet(this.childName(meta.name), daemonSetArgs(pods), options);
        }
        const { autoscaling, replicas, strategy, revisions } = args;
        const spec = {
            ...pods,
            ...(!autoscaling && { replicas: replicas ?? 1 }),
            ...(strategy && { strategy }),
            ...(revisions !== undefined && { revisions }),
        };
        // Left out alone, the number would be released and fall to 1 until the autoscaler sees it: ignored, it stays what it is
        // on the cluster, whoever has set it last (handleSSAIgnoreFields in the provider's pkg/await/await.go).
        return new k8s.apps.v1.Deployment(this.childName(meta.name), deploymentArgs(spec),
            autoscaling ? { ...options, ignoreChanges: ["spec.replicas"] } : options);
    }

    private createStatefulSet(args: StatefulWorkloadArgs, pods: PodsSpec, options: pulumi.CustomResourceOptions): pulumi.CustomResource {
        const { replicas = 1, claimTemplates = [], service } = args;
        const name = this.childName(this.objectName);
        const claims = createPodClaims(this.objectName, this.scope, claimTemplates, replicas, this);
        // The template is what it was at first: it cannot be changed, and serves nobody as long as the claims are declared.
        const withClaims = claims.length === 0 ? options
            : pulumi.mergeOptions(options, { dependsOn: claims, ignoreChanges: ["spec.volumeClaimTemplates"] });
        if (service?.headless) {
            const spec = { ...pods, replicas, claimTemplates, serviceName: this.objectName };
            return new k8s.apps.v1.StatefulSet(name, statefulSetArgs(spec), withClaims);
        }
        const headless = new k8s.core.v1.Service(`${name}-headless`,
            headlessServiceArgs(this.meta, this.node.selector, args.container), this.childOptions());
        return new k8s.apps.v1.StatefulSet(name, statefulSetArgs({ ...pods, replicas, claimTemplates }),
            pulumi.mergeOptions(withClaims, { dependsOn: headless }));
    }

    /** Where the pods of a replicated workload go, in environments that spread them. */
    private spread(): Pick<Pod, "topologySpread" | "affinity"> {
        const { args, scope: { environment }, node: { selector } } = this;
        if (args.kind === "DaemonSet" || !environment.spreadOverNodes || !this.isReplicated()) {
            return {};
        }
        return {
            topologySpread: spreadConstraints(selector, args.spread),
            ...(args.spread?.apart && { affinity: antiAffinity(selector, args.spread.strict ?? false) }),
        };
    }

    /** Plain variables go to a ConfigMap where one is named; references to Secrets stay in the pod. */
    private configure(): { container: Container; configuration: Record<string, string>; configMaps: pulumi.Resource[] } {
        const { args, scope } = this;
        const all = { ...environmentOf(scope.namespace, args.connectsTo ?? []), ...args.container.environment };
        // ConfigMap data is taken literally, so a value that refers to other variables must stay in the pod.
        const isPlain = (entry: [string, EnvironmentValue]): entry is [string, string] =>
            !(entry[1] instanceof SecretKey) && !entry[1].includes("$(");
        const configuration = Object.fromEntries(Object.entries(all).filter(isPlain));
        const environment = Object.fromEntries(Object.entries(all).filter(entry => !isPlain(entry)));
        const name = args.configMapName;
        if (name === undefined) {
            return { container: { ...args.container, environment: all }, configuration: {}, configMaps: [] };
        }
        const configMap = this.createConfigMap({ name, files: configuration }, this.meta.labels);
        const environmentFrom = [...(args.container.environmentFrom ?? []), name];
        return { container: { ...args.container, environment, environmentFrom }, configuration, configMaps: [configMap] };
    }

    private createService(): k8s.core.v1.Service | undefined {
        const { service } = this.args;
        return service && new k8s.core.v1.Service(this.childName(this.objectName),
            serviceArgs(this.meta, this.node.selector, service), this.childOptions());
    }

    private createAutoscaler(pods: pulumi.Resource): pulumi.Resource | undefined {
        const autoscaling = autoscalingOf(this.args);
        const name = `${this.objectName}-hpa`;
        return autoscaling && new k8s.autoscaling.v2.HorizontalPodAutoscaler(this.childName(name),
            autoscalerArgs({ ...this.meta, name }, this.objectName, autoscaling), this.childOptions([pods]));
    }

    private createDisruptionBudget(): void {
        const { args } = this;
        if (args.kind !== "DaemonSet" && this.isReplicated()) {
            const name = args.disruptionBudgetName ?? this.objectName;
            new k8s.policy.v1.PodDisruptionBudget(this.childName(name),
                disruptionBudgetArgs({ ...this.meta, name }, this.node.selector, args.minimumAvailable), this.childOptions());
        }
    }

    private isReplicated(): boolean {
        return (autoscalingOf(this.args)?.minimum ?? replicasOf(this.args)) >= 2;
    }
}

function autoscalingOf(args: WorkloadArgs): Autoscaling | undefined {
    return args.kind === "StatefulSet" || args.kind === "DaemonSet" ? undefined : args.autoscaling;
}

function replicasOf(args: WorkloadArgs): number {
    return args.kind === "DaemonSet" ? 1 : args.replicas ?? 1;
}

function containersOf(args: WorkloadArgs): readonly Container[] {
    return [args.container, ...(args.sidecars ?? [])];
}

/** More than the clusters of these platforms have: a quota must not keep a DaemonSet off a new node. */
const mostNodes = 50;

function placeOf(name: string, args: WorkloadArgs): Place {
    return {
        kind: args.kind ?? "Deployment",
        maximumPods: maximumPods(args),
        ...(args.metricsPort && { metricsPort: namedPort(containersOf(args), args.metricsPort) }),
        storage: { ...args.storage, ...claimsOf(name, args) },
    };
}

function maximumPods(args: WorkloadArgs): number {
    switch (args.kind) {
        case "DaemonSet": return mostNodes;
        case "StatefulSet": return args.replicas ?? 1;
        default: return (args.autoscaling?.maximum ?? args.replicas ?? 1) + (args.strategy === "Recreate" ? 0 : 1);
    }
}

function claimsOf(name: string, args: WorkloadArgs): Record<string, string> {
    const claimTemplates = args.kind === "StatefulSet" ? args.claimTemplates ?? [] : [];
    return Object.fromEntries(claimTemplates.flatMap(template =>
        podClaimNames(name, template, replicasOf(args)).map(claim => [claim, template.size])));
}
