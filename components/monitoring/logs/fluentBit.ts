import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { Connectable } from "../../kit/connection";
import { kubernetesApi, kubernetesApiPorts } from "../../kit/externals";
import type { WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ConfigFiles, Volume } from "../../kit/volumes";
import { configVolume, keptNodeFolder, nodeFolder } from "../../kit/volumes";
import { clusterRoleBindingArgs, read } from "../../security/access";
import type { FluentBitConfigurationArgs } from "./fluentBitConfiguration";
import { bufferFolder, fluentBitConfiguration, fluentBitFolder, fluentBitPort } from "./fluentBitConfiguration";
import { redactionScript } from "./logRedaction";
import { renderYaml } from "../prometheus/prometheusConfiguration";
import { reach } from "../../kit/reach";
import type { WorkloadJob } from "../prometheus/scrapeConfiguration";
import { fluentBitTelemetry } from "./fluentBitTelemetry";

/** Arguments of {@link FluentBit}. */
export interface FluentBitArgs extends FluentBitConfigurationArgs {
    /** The way to where logs go. */
    readonly receiver: Connectable;
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
}

/**
 * Fluent Bit on every node: it reads the files that container runtimes write logs to, takes secrets out, and sends them on.
 * It sees a folder of the node, which only the privileged level of the Pod Security Standards allows: it belongs in a
 * namespace of such agents. Its processes have no privileges; the group `root`, not the user, may read the logs. How far it has
 * read, and what it could not send yet, it keeps in a folder of the node.
 */
export class FluentBit extends ScopedComponent {
    readonly node: WorkloadNode;
    /** How Prometheus finds its pods. */
    readonly job: WorkloadJob;

    constructor(name: string, scope: Scope, args: FluentBitArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:FluentBit", name, scope, opts);
        const { image = images.fluentBit, receiver, ...configured } = args;
        const labels = recommendedLabels({ platform: scope.platform, name, component: "monitoring", image });
        const meta: ObjectMeta = { name, namespace: scope.namespace, labels };
        const configuration: ConfigFiles = {
            name: `${name}-config`,
            files: { "fluent-bit.yaml": renderYaml(fluentBitConfiguration(configured)), "redact.lua": redactionScript },
        };
        const configMap = this.createConfigMap(configuration, labels);
        // Of the node, so that neither a roll-out nor an eviction loses what is not sent yet or reads it again.
        const buffers = keptNodeFolder("buffers", `/var/lib/${scope.platform}-${name}`);
        const workload = new Workload(name, scope, {
            kind: "DaemonSet",
            component: "monitoring",
            initContainers: [ownFolder(buffers)],
            container: fluentBitContainer(image, configuration, buffers),
            connectsTo: [receiver, reach(kubernetesApi, kubernetesApiPorts(scope.environment), this.createAccess(meta))],
            runAs: { user: 10001, group: 0, volumeGroup: 10001 },
            metricsPort: "http",
            telemetry: [fluentBitTelemetry({ job: name })],
            tolerations: [{ operator: "Exists" }],
            automountToken: true,
            after: [configMap],
        }, { parent: this });
        this.node = workload.node;
        this.job = { job: name, workload: this.node, port: "http", discovery: "pods", path: "/api/v2/metrics/prometheus", intervalSeconds: 30 };
        this.registerOutputs({ job: name });
    }

    /** Names and labels of pods and namespaces, with which lines are marked. */
    private createAccess({ name, namespace, labels }: ObjectMeta): pulumi.Resource[] {
        const clusterRole = `${this.scope.platform}-${name}`;
        const role = new k8s.rbac.v1.ClusterRole(clusterRole,
            { metadata: { name: clusterRole, labels }, rules: [read("", ["pods", "namespaces"])] }, this.childOptions());
        const binding = clusterRoleBindingArgs({ name: clusterRole, namespace, labels }, name);
        return [role, new k8s.rbac.v1.ClusterRoleBinding(clusterRole, binding, this.childOptions([role]))];
    }
}

/** Opens the node's folder to the group of Fluent Bit's processes: as its owner, which needs no capability. */
function ownFolder(volume: Volume): Container {
    return {
        name: "own-folder",
        image: images.busybox,
        command: ["chmod", "0770", bufferFolder],
        resources: resources("10m/16Mi", "50m/32Mi", "16Mi"),
        runAs: { user: 0 },
        mounts: [{ volume, path: bufferFolder }],
    };
}

function fluentBitContainer(image: string, configuration: ConfigFiles, buffers: Volume): Container {
    return {
        name: "fluent-bit",
        image,
        args: [`--config=${fluentBitFolder}/fluent-bit.yaml`],
        ports: { http: fluentBitPort },
        resources: resources("50m/64Mi", "250m/192Mi", "64Mi"),
        probes: {
            readiness: httpProbe("/api/v1/health", "http", { initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 3 }),
            // Whether it can send is no reason to restart it: what it has buffered would be read again.
            liveness: httpProbe("/", "http", { initialDelaySeconds: 10, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 6 }),
        },
        mounts: [
            { volume: configVolume("config", configuration), path: fluentBitFolder, readOnly: true },
            { volume: nodeFolder("logs", "/var/log"), path: "/var/log", readOnly: true },
            { volume: buffers, path: bufferFolder },
        ],
    };
}
