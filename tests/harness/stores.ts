import type { EnvironmentName } from "../../components/kit/environment";
import { environmentDefaults } from "../../components/config/environments";
import { Workload } from "../../components/app/workload";
import type { Connectable } from "../../components/kit/connection";
import { DependencyGraph } from "../../components/kit/graph";
import { images } from "../../components/kit/images";
import { tcpProbe } from "../../components/kit/probes";
import { resources } from "../../components/kit/resources";
import type { Scope } from "../../components/kit/scope";
import { NamespaceGuards } from "../../components/security/namespaceGuards";
import { PlatformNamespace } from "../../components/security/platformNamespace";
import type { Inputs, Recording } from "./mocks";
import { record } from "./mocks";
import { variablesOf } from "./pods";
import type { Endpoint, Policy } from "./reachability";
import { isReachable } from "./reachability";

/** A namespace with one store and the consumer `api` in front of it. */
export interface StoreRecording {
    readonly recording: Recording;
    readonly graph: DependencyGraph;
    /** Variables of the consumer by name: a value, or `<secret>/<key>`. */
    readonly variables: Readonly<Record<string, string>>;
}

/** Records a store, a consumer with the store's own variables, and what follows from their graph. */
export async function recordStore(build: (scope: Scope) => Connectable | void, environment: EnvironmentName = "prod"): Promise<StoreRecording> {
    const graph = new DependencyGraph();
    const recording = await record(() => {
        const { scope } = new PlatformNamespace("shop", { platform: "shop", environment: environmentDefaults(environment), graph });
        const store = build(scope);
        if (store) {
            new Workload("api", scope, {
                component: "application", runAs: { user: 1000 }, connectsTo: [store],
                container: {
                    name: "api", image: images.busybox, resources: resources("10m/16Mi", "10m/16Mi"), ports: { http: 80 },
                    probes: { readiness: tcpProbe("http", {}), liveness: tcpProbe("http", {}) },
                },
            });
        }
        new NamespaceGuards("guards", { graph });
    }, { stack: environment });
    const variables = recording.has("Deployment", "api") ? variablesOf(container(recording, "Deployment", "api")) : {};
    return { recording, graph, variables };
}

/** A container of a workload: the one of that name, or the first. */
export function container(recording: Recording, kind: string, name: string, containerName?: string): Inputs {
    const { containers } = recording.object(kind, name).inputs.spec.template.spec;
    return containerName === undefined ? containers[0] : containers.find((one: Inputs) => one.name === containerName);
}

/** Whether the recorded NetworkPolicies let one endpoint reach another. */
export function reaches({ recording }: StoreRecording, from: Endpoint, to: Endpoint, port: number): boolean {
    return isReachable(recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Policy), from, to, { port });
}

/** The pods of a workload as an endpoint. */
export function podsOf({ graph }: StoreRecording, name: string): Endpoint {
    const node = graph.workloads.find(workload => workload.name === name);
    if (!node) {
        throw new Error(`there is no workload ${name}; there are ${graph.workloads.map(workload => workload.name).join(", ")}`);
    }
    return { name, namespace: node.namespace, labels: node.selector };
}
