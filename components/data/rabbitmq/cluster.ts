import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { disruptionBudgetArgs } from "../../app/disruptionBudget";
import type { Endpoint, Served } from "../../app/service";
import { endpointOf } from "../../app/service";
import { antiAffinity, spreadConstraints } from "../../app/workloadArgs";
import type { WorkloadNode } from "../../kit/graph";
import { recommendedLabels } from "../../kit/labels";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { rabbitmqTelemetry } from "./telemetry";
import type { RabbitmqArgs } from "./contract";
import { apartAndStrict } from "./contract";
import { rabbitmqPorts, rabbitmqSettings, settingLines } from "./configuration";

/** Arguments of {@link RabbitmqCluster}. */
export interface RabbitmqClusterArgs
    extends Pick<RabbitmqArgs, "storage" | "resources" | "limits" | "plugins" | "spread" | "networkPolicyName"> {
    readonly image: string;
    readonly nodes: number;
    /** Definitions that are loaded at each start, and the Secret with them. */
    readonly definitions: { readonly path: string; readonly secret: pulumi.Resource; readonly secretName: string };
}

/** Labels that the operator gives the pods of a cluster. */
export function podSelector(name: string): Record<string, string> {
    return { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "rabbitmq" };
}

/**
 * The operator's resource; memory, discovery and names of the nodes are the operator's own settings.
 * @param spreads the environment spreads pods over nodes
 */
export function clusterSpec(name: string, args: RabbitmqClusterArgs, spreads: boolean): Record<string, unknown> {
    const { image, nodes, storage, resources: { requests, limits }, plugins = [], spread = apartAndStrict, definitions } = args;
    const [selector, isSpread] = [podSelector(name), spreads && nodes > 1];
    const constraints = isSpread ? spreadConstraints(selector, spread) : [];
    const folder = definitions.path.slice(0, definitions.path.lastIndexOf("/"));
    const settings = rabbitmqSettings({
        name, nodes, memoryLimit: limits.memory, definitions: definitions.path, ...(args.limits && { limits: args.limits }),
    });
    return {
        image,
        replicas: nodes,
        service: { type: "ClusterIP" },
        persistence: { storage: storage.size, ...(storage.storageClass !== null && { storageClassName: storage.storageClass }) },
        resources: { requests: { ...requests }, limits: { ...limits } },
        ...(isSpread && spread.apart && { affinity: antiAffinity(selector, spread.strict ?? false) }),
        rabbitmq: { additionalPlugins: [...plugins], additionalConfig: settingLines(settings) },
        override: {
            statefulSet: {
                spec: {
                    template: {
                        spec: {
                            // A strategic merge: the name tells which container is meant, the rest stays the operator's.
                            containers: [{ name: "rabbitmq", volumeMounts: [{ name: "definitions", mountPath: folder, readOnly: true }] }],
                            volumes: [{ name: "definitions", secret: { secretName: definitions.secretName } }],
                            ...(constraints.length > 0 && { topologySpreadConstraints: constraints }),
                        },
                    },
                },
            },
        },
    };
}

/**
 * RabbitMQ under the RabbitMQ Cluster Operator 2.22 or newer: without its CustomResourceDefinition the update fails with
 * `no matches for kind "RabbitmqCluster"`. The operator's own default user does not exist in it: where definitions are
 * loaded, RabbitMQ creates no default user.
 * @see https://www.rabbitmq.com/kubernetes/operator/using-operator
 */
export class RabbitmqCluster extends ScopedComponent implements Served {
    readonly node: WorkloadNode;
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, scope: Scope, args: RabbitmqClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:RabbitmqCluster", name, scope, opts);
        const { nodes, resources, storage: { size } } = args;
        const labels = recommendedLabels({ platform: scope.platform, name, component: "messaging", image: args.image });
        const meta: ObjectMeta = { name, namespace: scope.namespace, labels };
        this.node = {
            type: "workload",
            platform: scope.platform,
            namespace: scope.namespace,
            name,
            kind: "StatefulSet",
            selector: podSelector(name),
            capacity: { containers: [resources], maximumPods: nodes },
            metricsPort: rabbitmqPorts.prometheus,
            // The operator's readiness probe opens the port for clients.
            probePorts: [rabbitmqPorts.amqp],
            ...(args.networkPolicyName && { networkPolicyName: args.networkPolicyName }),
            storage: Object.fromEntries(Array.from({ length: nodes }, (_, ordinal) => [`persistence-${name}-server-${ordinal}`, size])),
            telemetry: [rabbitmqTelemetry({ namespace: scope.namespace, app: name, nodes })],
        };
        scope.graph.addWorkload(this.node);
        const timeout = `${scope.environment.readinessTimeoutSeconds}s`;
        const cluster = new k8s.apiextensions.CustomResource(this.childName(name), {
            apiVersion: "rabbitmq.com/v1beta1",
            kind: "RabbitmqCluster",
            metadata: { ...meta, annotations: { "pulumi.com/waitFor": "condition=AllReplicasReady" } },
            spec: clusterSpec(name, args, scope.environment.spreadOverNodes),
        }, this.podOptions(this.node, [args.definitions.secret], {
            protect: scope.environment.protectData, customTimeouts: { create: timeout, update: timeout },
        }));
        if (nodes > 1) {
            new k8s.policy.v1.PodDisruptionBudget(this.childName(name),
                disruptionBudgetArgs(meta, podSelector(name)), this.childOptions());
        }
        this.ready = [cluster];
        this.registerOutputs();
    }

    /** The operator's Service has the name of the cluster, and its ports have those of the nodes. */
    endpoint(portName?: string): Endpoint {
        const { amqp, management, prometheus } = rabbitmqPorts;
        const ports = { amqp, management, prometheus };
        return endpointOf(this.objectName, { ofService: ports, ofPods: ports }, portName);
    }
}
