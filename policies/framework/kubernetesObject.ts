import { isProperties, UNKNOWN } from "./field";
import type { Keys, Properties } from "./field";

/** An object of the Kubernetes API as a Pulumi resource declares it. */
export interface KubernetesObject {
    /** URN of the resource that declares it. */
    readonly urn: string;
    /** URN of the provider, which stands for the cluster. */
    readonly provider: string;
    /** API group; "" for core. */
    readonly group: string;
    /** Kind of the object itself: `Deployment` also for a DeploymentPatch or an item of a DeploymentList. */
    readonly kind: string;
    /** Whether only some of the fields are declared, the others belonging to someone else (server-side apply patch). */
    readonly patch: boolean;
    /** Place of the object within the resource: none or, in a List, `items[0]`. */
    readonly keys: Keys;
    readonly properties: Properties;
}

/** What the engine tells about a resource, before it is created as well as at the end. */
export interface EngineResource {
    readonly type: string;
    readonly props: Properties;
    readonly urn: string;
    readonly provider?: { readonly urn: string } | undefined;
}

interface GroupKind { readonly group: string; readonly kind: string }

/** Reads `kubernetes:apps/v1:Deployment`, or apiVersion and kind where the resource belongs to another package. */
function groupKind({ type, props }: EngineResource): GroupKind | undefined {
    const [pkg, module = "", name = ""] = type.split(":");
    if (pkg === "pulumi") {
        return undefined;
    }
    if (pkg === "kubernetes") {
        // yaml, helm and kustomize components come without a version in the form group/version.
        const match = /^(?:([^/]+)\/)?(v\d\w*)$/.exec(module);
        const group = match?.[1] ?? "";
        return match && group !== "helm.sh" ? { group: group === "core" ? "" : group, kind: name } : undefined;
    }
    return apiObject(props);
}

function apiObject(properties: Properties): GroupKind | undefined {
    const { apiVersion, kind } = properties;
    return typeof apiVersion === "string" && typeof kind === "string"
        ? { group: apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "", kind }
        : undefined;
}

/**
 * The Kubernetes objects that a resource declares: one, or the items of a List; none for resources of other kinds.
 * The group of a custom resource may start with anything, so types are told by their shape and not by a list.
 */
export function kubernetesObjects(resource: EngineResource): KubernetesObject[] {
    const type = groupKind(resource);
    if (!type) {
        return [];
    }
    const properties = resource.props;
    const common = { urn: resource.urn, provider: resource.provider?.urn ?? "" };
    const patch = type.kind.endsWith("Patch") && type.kind !== "Patch";
    const kind = patch ? type.kind.slice(0, -"Patch".length) : type.kind;
    const items = properties["items"];
    if (!kind.endsWith("List") || !Array.isArray(items)) {
        return [{ ...common, group: type.group, kind, patch, keys: [], properties }];
    }
    return items.flatMap((item: unknown, index) => {
        if (!isProperties(item)) {
            return [];
        }
        const own = apiObject(item) ?? { group: type.group, kind: kind.slice(0, -"List".length) };
        return [{ ...common, ...own, patch, keys: ["items", index], properties: item }];
    });
}

/** Stack that a resource belongs to, as its URN names it. */
export function stackOf({ urn }: { readonly urn: string }): string | undefined {
    return urn.split(":")[2];
}

/** Namespace of an object; `default` when it names none, undefined while it is unknown. */
export function namespaceOf({ properties }: KubernetesObject): string | undefined {
    const metadata = properties["metadata"];
    if (metadata === UNKNOWN) {
        return undefined;
    }
    const namespace = isProperties(metadata) ? metadata["namespace"] : undefined;
    return namespace === UNKNOWN ? undefined : typeof namespace === "string" && namespace !== "" ? namespace : "default";
}

/** Name of an object; undefined while it is unknown or left to the API server. */
export function nameOf({ properties }: KubernetesObject): string | undefined {
    const metadata = properties["metadata"];
    const name = isProperties(metadata) ? metadata["name"] : undefined;
    return typeof name === "string" ? name : undefined;
}

/** `Deployment shop/web`, for messages. */
export function describe(object: KubernetesObject): string {
    const name = nameOf(object) ?? (object.urn.slice(object.urn.lastIndexOf("::") + 2) || "(unnamed)");
    const clusterWide = ["Namespace", "ClusterRole", "ClusterRoleBinding"].includes(object.kind);
    return `${object.kind} ${clusterWide ? "" : `${namespaceOf(object) ?? "(unknown namespace)"}/`}${name}`;
}
