import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Connectable, EnvironmentValue, Property } from "../kit/connection";
import { environmentOf } from "../kit/connection";
import { internet } from "../kit/externals";
import type { Port } from "../kit/graph";
import type { Container } from "../kit/pod";
import type { Scope } from "../kit/scope";
import { SecretKey } from "../kit/secretKey";
import type { ClaimTemplate } from "../kit/volumes";
import type { Autoscaling } from "./autoscaling";
import { autoscalerArgs } from "./autoscaling";
import { disruptionBudgetArgs } from "./disruptionBudget";
import type { Place, PodComponentArgs } from "./podComponent";
import { namedPort, PodComponent } from "./podComponent";
import type { WorkloadService } from "./service";
import { headlessServiceArgs, serviceArgs } from "./service";
import type { SpreadRules, UpdateStrategy, WorkloadSpec } from "./workloadArgs";
import { antiAffinity, daemonSetArgs, deploymentArgs, spreadConstraints, statefulSetArgs } from "./workloadArgs";

/** Arguments of {@link Workload}. */
export interface WorkloadArgs extends PodComponentArgs {
    /** A StatefulSet keeps names and volumes per pod, a DaemonSet has one pod on every node. @default "Deployment" */
    readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet";
    /** Name of a ConfigMap for the plain variables. @default they stand in the pod itself */
    readonly configMapName?: string;
    /** Number of pods; ignored while an autoscaler owns it. @default 1 */
    readonly replicas?: number;
    readonly autoscaling?: Autoscaling;
    /** Its Service; left out, nothing can connect to it. */
    readonly service?: WorkloadService;
    /** @default "RollingUpdate"; "Recreate" for a single writer on a volume */
    readonly strategy?: UpdateStrategy;
    /** How its pods are spread in environments that spread them. @default over nodes, as far as possible */
    readonly spread?: SpreadRules;
    /** Earlier versions of a Deployment that can be rolled back to. @default 3 */
    readonly revisions?: number;
    /** @default name of the workload */
    readonly disruptionBudgetName?: string;
    /** Pods that a drain leaves running; below the smallest number of pods, or it blocks every drain. @default all but one */
    readonly minimumAvailable?: number;
    /** Name of the container port that serves metrics. */
    readonly metricsPort?: string;
    /** Volume claims by name, for quotas; those of the claim templates are added. */
    readonly storage?: Readonly<Record<string, string>>;
    /** Volumes that a StatefulSet claims for each of its pods. Changing them replaces the StatefulSet; the volumes stay. */
    readonly claimTemplates?: readonly ClaimTemplate[];
}

/** What every workload offers to others. */
export type WorkloadProperty = "host" | "port" | "url";

/**
 * A Deployment or StatefulSet with everything that belongs to it: ServiceAccount, variables, Service, autoscaler,
 * disruption budget, and its edges in the dependency graph.
 */
export class Workload extends PodComponent<WorkloadArgs> implements Connectable<WorkloadProperty> {
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
        this.registerOutputs({});
    }

    /**
     * Where a named port is reached: its number at the Service, and the one that its pods listen on.
     * @throws Error when the Service has no such port
     */
    endpoint(portName = this.args.service?.port): { readonly servicePort: number; readonly port: Port } {
        const { service } = this.args;
        const ports: Readonly<Record<string, number>> = service ? { [service.port]: service.number, ...service.further } : {};
        const servicePort = portName === undefined ? undefined : ports[portName];
        if (portName === undefined || servicePort === undefined) {
            throw new Error(`Service ${this.objectName} has no port called "${portName}"; it has ${Object.keys(ports).join(", ") || "none"}`);
        }
        return { servicePort, port: { number: namedPort(containersOf(this.args), portName) } };
    }

    private createPods(): pulumi.CustomResource {
        const { args, scope, meta, node } = this;
        const { container, configuration, configMaps } = this.configure();
        const spread = scope.environment.spreadOverNodes && this.isReplicated();
        const spec: WorkloadSpec = {
            meta,
            selector: node.selector,
            pod: {
                ...this.podAround(container),
                ...(spread && { topologySpread: spreadConstraints(node.selector, args.spread) }),
                ...(spread && args.spread?.apart && { affinity: antiAffinity(node.selector, args.spread.strict ?? false) }),
            },
            configuration,
            strategy: args.strategy ?? "RollingUpdate",
            ...(args.revisions !== undefined && { revisions: args.revisions }),
            ...(!args.autoscaling && { replicas: args.replicas ?? 1 }),
            ...(args.claimTemplates && { claimTemplates: args.claimTemplates }),
            ...(args.service?.headless && { serviceName: meta.name }),
        };
        const timeout = `${scope.environment.readinessTimeoutSeconds}s`;
        const options = this.childOptions([...this.startsAfter(), ...configMaps], { customTimeouts: { create: timeout, update: timeout } });
        if (args.kind === "StatefulSet" && args.service?.headless) {
            return new k8s.apps.v1.StatefulSet(this.childName(meta.name), statefulSetArgs(spec), options);
        }
        if (args.kind === "StatefulSet") {
            const headless = new k8s.core.v1.Service(`${this.childName(meta.name)}-headless`,
                headlessServiceArgs(meta, node.selector, args.container), this.childOptions());
            return new k8s.apps.v1.StatefulSet(this.childName(meta.name), statefulSetArgs(spec),
                pulumi.mergeOptions(options, { dependsOn: headless }));
        }
        if (args.kind === "DaemonSet") {
            return new k8s.apps.v1.DaemonSet(this.childName(meta.name), daemonSetArgs(spec), options);
        }
        return new k8s.apps.v1.Deployment(this.childName(meta.name), deploymentArgs(spec), options);
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
        const { autoscaling } = this.args;
        const name = `${this.objectName}-hpa`;
        return autoscaling && new k8s.autoscaling.v2.HorizontalPodAutoscaler(this.childName(name),
            autoscalerArgs({ ...this.meta, name }, this.objectName, autoscaling), this.childOptions([pods]));
    }

    private createDisruptionBudget(): void {
        if (this.isReplicated()) {
            const name = this.args.disruptionBudgetName ?? this.objectName;
            new k8s.policy.v1.PodDisruptionBudget(this.childName(name),
                disruptionBudgetArgs({ ...this.meta, name }, this.node.selector, this.args.minimumAvailable), this.childOptions());
        }
    }

    private isReplicated(): boolean {
        return (this.args.autoscaling?.minimum ?? this.args.replicas ?? 1) >= 2;
    }
}

function containersOf(args: WorkloadArgs): readonly Container[] {
    return [args.container, ...(args.sidecars ?? [])];
}

/** More than the clusters of these platforms have: a quota must not keep a DaemonSet off a new node. */
const mostNodes = 50;

function placeOf(name: string, args: WorkloadArgs): Place {
    const kind = args.kind ?? "Deployment";
    const surge = kind === "Deployment" && args.strategy !== "Recreate" ? 1 : 0;
    return {
        kind,
        maximumPods: kind === "DaemonSet" ? mostNodes : (args.autoscaling?.maximum ?? args.replicas ?? 1) + surge,
        ...(args.metricsPort && { metricsPort: namedPort(containersOf(args), args.metricsPort) }),
        storage: { ...args.storage, ...claimsOf(name, args) },
    };
}

function claimsOf(name: string, { claimTemplates = [], replicas = 1 }: WorkloadArgs): Record<string, string> {
    return Object.fromEntries(claimTemplates.flatMap(template =>
        Array.from({ length: replicas }, (_, ordinal) => [`${template.name}-${name}-${ordinal}`, template.size])));
}
