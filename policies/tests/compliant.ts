/** Fields of an object, free of types so that tests can break them. */
export type Json = Record<string, unknown>;

/** Lays the fields of `over` over those of `base`, object by object; undefined removes a field. */
export function merge(base: Json, over: Json): Json {
    const result: Json = { ...base };
    for (const [key, value] of Object.entries(over)) {
        const old = result[key];
        const isObject = (candidate: unknown): candidate is Json =>
            typeof candidate === "object" && candidate !== null && !Array.isArray(candidate);
        if (value === undefined) {
            delete result[key];
        } else {
            result[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
        }
    }
    return result;
}

/** Labels that satisfy the pack. */
export const labels: Readonly<Record<string, string>> = {
    app: "web",
    "app.kubernetes.io/name": "web",
    "app.kubernetes.io/instance": "shop-web",
    "app.kubernetes.io/component": "presentation",
    "app.kubernetes.io/part-of": "shop",
    "app.kubernetes.io/managed-by": "pulumi",
};

/** A container that breaks no policy, but for what is laid over it. */
export function container(over: Json = {}): Json {
    const amounts = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" };
    return merge({
        name: "web",
        image: "registry.example.com:5000/shop/web:1.2.3",
        resources: { requests: amounts, limits: amounts },
        readinessProbe: { httpGet: { path: "/ready", port: "http" } },
        livenessProbe: { httpGet: { path: "/live", port: "http" } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    }, over);
}

/** A PodSpec that breaks no policy, but for what is laid over it. */
export function podSpec(over: Json = {}): Json {
    return merge({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [container()],
    }, over);
}

/** A Deployment that breaks no policy, but for what is laid over its pod. */
export function deployment(spec: Json = {}, over: Json = {}): { type: string; name: string; props: Json } {
    return {
        type: "kubernetes:apps/v1:Deployment",
        name: "web",
        props: merge({
            metadata: { name: "web", namespace: "shop", labels },
            spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels }, spec: podSpec(spec) } },
        }, over),
    };
}

/** A Namespace under the restricted standard. */
export function namespace(over: Json = {}, name = "shop"): { type: string; name: string; props: Json } {
    return {
        type: "kubernetes:core/v1:Namespace",
        name,
        props: { metadata: { name, labels: merge({ "pod-security.kubernetes.io/enforce": "restricted" }, over) } },
    };
}

/** A NetworkPolicy that closes a namespace both ways. */
export function closedNetwork(over: Json = {}): { type: string; name: string; props: Json } {
    return {
        type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        name: "closed",
        props: merge({ metadata: { name: "closed", namespace: "shop" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } }, over),
    };
}
