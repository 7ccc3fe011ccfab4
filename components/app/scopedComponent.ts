import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadNode } from "../kit/graph";
import type { Scope } from "../kit/scope";
import { scopedName } from "../kit/scope";
import type { ConfigFiles } from "../kit/volumes";

/** Files for a volume of pods, as a child of the component whose pods those are. */
export function createConfigMap(
    scope: Scope, { name, files }: ConfigFiles, labels: Record<string, string>, parent: pulumi.Resource,
): k8s.core.v1.ConfigMap {
    const { namespace, origin } = scope;
    return new k8s.core.v1.ConfigMap(scopedName(scope, name), { metadata: { name, namespace, labels }, data: { ...files } },
        { parent, dependsOn: [...origin] });
}

/** What a person reads of a component in the state and the console: plain values, of a Secret its name. */
export type Shown = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A component that lives in one namespace of one platform; its own and its children's logical names carry the platform. */
export abstract class ScopedComponent extends pulumi.ComponentResource {
    /**
     * @param type type token without its prefix, such as `data:Redis`
     * @param objectName name of the main object, such as `redis`
     * @param scope where the component is placed
     */
    protected constructor(
        type: string, readonly objectName: string, protected readonly scope: Scope, opts?: pulumi.ComponentResourceOptions,
    ) {
        // Arguments handed to the engine here would end up in the state in plain text: pulumi/pulumi-kubernetes#3894.
        super(`platforms:${type}`, scopedName(scope, objectName), {}, opts);
    }

    /** Ends each constructor: what a person reads of the component, beside its name and its namespace. */
    protected override registerOutputs(shown: Shown = {}): void {
        super.registerOutputs({ name: this.objectName, namespace: this.scope.namespace, ...shown });
    }

    /** Logical name of the child object that Kubernetes knows by `metadataName`. */
    protected childName(metadataName: string): string {
        return scopedName(this.scope, metadataName);
    }

    /** Options of a child: below this component, after the Namespace and whatever else it waits for. */
    protected childOptions(after: readonly pulumi.Resource[] = [], more: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
        return { ...more, parent: this, dependsOn: [...this.scope.origin, ...after] };
    }

    /** Options of a child that starts pods: also after what guards them. */
    protected podOptions(
        node: WorkloadNode, after: readonly pulumi.Resource[] = [], more: pulumi.CustomResourceOptions = {},
    ): pulumi.CustomResourceOptions {
        const { origin, graph } = this.scope;
        const dependsOn = graph.guardsOf(node).then(guards => [...origin, ...after, ...guards]);
        return { ...more, parent: this, dependsOn };
    }

    /** Files for a volume of the component's pods. */
    protected createConfigMap(files: ConfigFiles, labels: Record<string, string>): k8s.core.v1.ConfigMap {
        return createConfigMap(this.scope, files, labels, this);
    }
}
