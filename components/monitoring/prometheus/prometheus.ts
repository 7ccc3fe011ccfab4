import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "../../app/workload";
import { Workload } from "../../app/workload";
import type { VolumeClaimArgs } from "../../app/volumeClaim";
import { VolumeClaim } from "../../app/volumeClaim";
import type { Connectable, Dependency, Property } from "../../kit/connection";
import { qualifiedHost } from "../../kit/connection";
import { kubeletPorts, kubelets, kubernetesApi, kubernetesApiPorts } from "../../kit/externals";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { ContainerResources } from "../../kit/resources";
import { resources } from "../../kit/resources";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ConfigFiles, Mount, Volume } from "../../kit/volumes";
import { templateVolume } from "../../kit/volumes";
import type { PolicyRule } from "../../security/access";
import { clusterRoleBindingArgs, read, roleBindingArgs } from "../../security/access";
import type { AlertDestination } from "../alerting/alertDestination";
import { KubeStateMetrics } from "../exporters/kubeStateMetrics";
import type { ScrapedArgs } from "./prometheusConfiguration";
import { prometheusConfiguration, renderYaml, scrapedWorkloads } from "./prometheusConfiguration";
import { prometheusContainer } from "./prometheusContainer";
import { metricsOf, reach, sharedService } from "../../kit/reach";
import { ruleGroups } from "./rules";
import type { WatchedArgs } from "./watched";
import { watchedFor } from "../exporters/watchedKinds";

/** Arguments of {@link Prometheus}; in the namespaces that it watches it gets a Role to discover pods and endpoints. */
export interface PrometheusArgs extends WatchedArgs {
    /** Address of a shared kube-state-metrics; null deploys one for this namespace. */
    readonly kubeStateMetrics: string | null;
    /** Name of the one that is deployed, where several share a namespace. @default "kube-state-metrics" */
    readonly kubeStateMetricsName?: string;
    /** Where alerts go; null only shows them. */
    readonly alertmanager: AlertDestination | null;
    /** Servers that scrape the same, each with a volume of its own. @default 1 */
    readonly replicas?: number;
    /** Volume of the time series; four fifths of it are used. */
    readonly storage: Pick<VolumeClaimArgs, "size" | "storageClass">;
    /** Time that series are kept, such as `7d`. */
    readonly retention: string;
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    /** @default 250m/512Mi to 500m/1Gi */
    readonly resources?: ContainerResources;
    /** Further files of its container, such as a token that a target demands. @default none */
    readonly mounts?: readonly Mount[];
    /** Further resources that must exist before it starts. @default none */
    readonly after?: readonly pulumi.Resource[];
}

/** What Prometheus offers to others. */
export type PrometheusProperty = "host" | "port" | "url";

/** One Prometheus with its storage, its permissions, its alerts, and kube-state-metrics where that is its own. */
export class Prometheus extends ScopedComponent implements Connectable<PrometheusProperty> {
    readonly node: WorkloadNode;
    readonly ports: readonly Port[];
    readonly properties: Readonly<Record<PrometheusProperty, Property>>;
    readonly variables: Readonly<Partial<Record<PrometheusProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** Address of its API for clients in any namespace. */
    readonly url: string;
    /** The server. */
    readonly workload: Workload;
    /** Its own kube-state-metrics, one more where nodes are asked for; none where a shared one is given. */
    readonly kubeStateMetrics: readonly KubeStateMetrics[];
    private readonly meta: ObjectMeta;

    /** @throws Error when a query needs a metric that nothing scrapes, or an address is malformed */
    constructor(name: string, scope: Scope, private readonly args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:Prometheus", name, scope, opts);
        const image = args.image ?? images.prometheus;
        this.meta = {
            name, namespace: scope.namespace,
            labels: recommendedLabels({ platform: scope.platform, name, component: "monitoring", image }),
        };
        this.kubeStateMetrics = this.createKubeStateMetrics();
        const configuration = this.configuration();
        const configMap = this.createConfigMap(configuration, this.meta.labels);
        const storage = this.createStorage();
        const access = [...this.createNamespaceAccess(), ...this.createNodeAccess()];
        this.workload = new Workload(name, scope, {
            component: "monitoring",
            container: prometheusContainer({
                image, configuration, storage: storage.volume, storageSize: args.storage.size, retention: args.retention,
                resources: args.resources ?? resources("250m/512Mi", "500m/1Gi"), mounts: args.mounts ?? [],
            }),
            connectsTo: this.dependencies(access),
            runAs: { user: 65534 },
            ...storage.workload,
            automountToken: true,
            after: [configMap, ...storage.after, ...(args.after ?? [])],
        }, { parent: this });

        ({ node: this.node, ports: this.ports, variables: this.variables, ready: this.ready } = this.workload);
        this.url = `http://${qualifiedHost(this.node)}:${this.workload.servicePort}`;
        this.properties = { ...this.workload.properties, url: this.url };
        this.registerOutputs({ url: this.url });
    }

    private get isReplicated(): boolean {
        return (this.args.replicas ?? 1) > 1;
    }

    /** A claim beside the one server, or one for each of several. */
    private createStorage(): { volume: Volume; workload: Partial<WorkloadArgs>; after: pulumi.Resource[] } {
        const { objectName: name, args: { storage, replicas = 1 } } = this;
        const service = { port: "http", number: 9090 };
        if (this.isReplicated) {
            const template = { name: "data", ...storage };
            return {
                volume: templateVolume(template),
                workload: {
                    kind: "StatefulSet", replicas, claimTemplates: [template], spread: { apart: true },
                    // What the servers have scraped differs by seconds: one client sees one of them.
                    service: { ...service, sessionAffinity: true },
                },
                after: [],
            };
        }
        const { volume, claim } = new VolumeClaim(`${name}-pvc`, this.scope, storage, { parent: this });
        return { volume, workload: { strategy: "Recreate", storage: { [`${name}-pvc`]: storage.size }, service }, after: [claim] };
    }

    private createKubeStateMetrics(): KubeStateMetrics[] {
        const { kubeStateMetrics, kubeStateMetricsName: name = "kube-state-metrics", telemetry, watches } = this.args;
        if (kubeStateMetrics !== null) {
            return [];
        }
        const namespaces = watches && [this.scope.namespace, ...watches];
        return [
            new KubeStateMetrics(name, this.scope, { telemetry, ...(namespaces && { namespaces }) }, { parent: this }),
            ...(watchedFor(telemetry, true).metrics.length > 0
                ? [new KubeStateMetrics(`node-${name}`, this.scope, { telemetry, namespaces: null }, { parent: this })]
                : []),
        ];
    }

    private configuration(): ConfigFiles {
        const { args, scope } = this;
        const configuration = prometheusConfiguration({
            ...this.scraped,
            statics: args.statics ?? {},
            externalLabels: { platform: scope.platform, environment: scope.environment.name },
            telemetry: args.telemetry,
            kubeStateMetrics: [
                ...this.kubeStateMetrics.map(({ address }) => address),
                ...(args.kubeStateMetrics === null ? [] : [args.kubeStateMetrics]),
            ],
            replicated: this.isReplicated,
            alertmanagers: args.alertmanager?.addresses ?? [],
        });
        return {
            name: `${this.objectName}-config`,
            files: {
                "prometheus.yml": renderYaml(configuration),
                "alerts.rules.yml": renderYaml(ruleGroups(args.telemetry, args.runbooks)),
            },
        };
    }

    private get scraped(): ScrapedArgs {
        const { watches = [], jobs = [], workloads } = this.args;
        return { namespace: this.scope.namespace, watches, jobs, workloads };
    }

    /** Discovery of the pods of its own namespace and, where jobs find them so, of Services; of both in those it watches. */
    private createNamespaceAccess(): pulumi.Resource[] {
        const { meta, objectName: name } = this;
        const findsServices = (this.args.jobs ?? []).some(({ workload, discovery = "service" }) =>
            workload.namespace === this.scope.namespace && discovery === "service");
        const endpoints = [read("", ["pods", "services"]), read("discovery.k8s.io", ["endpointslices"])];
        return [
            ...this.createRole(this.childName(name), meta, findsServices ? endpoints : [read("", ["pods"])]),
            ...(this.args.watches ?? []).flatMap(namespace =>
                this.createRole(`${this.childName(name)}-${namespace}`, { ...meta, namespace }, endpoints)),
        ];
    }

    private createRole(logicalName: string, meta: ObjectMeta, rules: PolicyRule[]): pulumi.Resource[] {
        const origin = this.scope.graph.originOf(meta.namespace);
        const role = new k8s.rbac.v1.Role(logicalName, { metadata: meta, rules }, this.childOptions(origin));
        const binding = roleBindingArgs(meta, this.objectName, { serviceAccountNamespace: this.scope.namespace });
        return [role, new k8s.rbac.v1.RoleBinding(logicalName, binding, this.childOptions([role]))];
    }

    /** Discovery of the nodes and their kubelets' metrics, which belong to no namespace. */
    private createNodeAccess(): pulumi.Resource[] {
        const meta = { ...this.meta, name: `${this.scope.platform}-${this.objectName}` };
        const role = new k8s.rbac.v1.ClusterRole(meta.name, {
            metadata: { name: meta.name, labels: meta.labels },
            rules: [read("", ["nodes"]), read("", ["nodes/metrics"], ["get"])],
        }, this.childOptions());
        const binding = clusterRoleBindingArgs(meta, this.objectName);
        return [role, new k8s.rbac.v1.ClusterRoleBinding(meta.name, binding, this.childOptions([role]))];
    }

    private dependencies(access: readonly pulumi.Resource[]): Dependency[] {
        const { alertmanager, kubeStateMetrics } = this.args;
        const scraped = scrapedWorkloads(this.scraped);
        return [
            reach(kubernetesApi, kubernetesApiPorts(this.scope.environment), access),
            reach(kubelets, kubeletPorts),
            ...scraped.flatMap(metricsOf),
            ...this.kubeStateMetrics.map(({ workload }) => reach(workload.node, workload.ports)),
            ...(kubeStateMetrics === null ? [] : [sharedService(kubeStateMetrics)]),
            ...(alertmanager === null ? [] : [alertmanager.connection]),
            ...Object.values(this.args.statics ?? {}).map(sharedService),
        ];
    }
}
