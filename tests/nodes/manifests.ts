/** Name of the image that the tests make. */
export const image = "example.test/pod:1";

/** Namespace of everything that the tests create. */
export const namespace = "trial";

const restricted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };

function metadata(name: string, labels?: Record<string, string>): object {
    return { name, namespace, labels };
}

/** A pod that serves its name on port 8080, confined as the platforms' pods are. */
export function pod(name: string, node: string, claim?: string): object {
    return {
        apiVersion: "v1", kind: "Pod", metadata: metadata(name, { app: name }),
        spec: {
            nodeSelector: { "kubernetes.io/hostname": node },
            terminationGracePeriodSeconds: 5,
            securityContext: {
                runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [{
                // Pulled each time, as images with a moving tag are.
                name: "pod", image, imagePullPolicy: "Always", args: ["serve", ":8080"], securityContext: restricted,
                readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
                volumeMounts: claim === undefined ? [] : [{ name: "data", mountPath: "/data" }],
            }],
            volumes: claim === undefined ? [] : [{ name: "data", persistentVolumeClaim: { claimName: claim } }],
        },
    };
}

/** A Service of port 80 in front of the pod called server. */
export function service(name: string, type: string): object {
    return {
        apiVersion: "v1", kind: "Service", metadata: metadata(name),
        spec: { type, selector: { app: "server" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    };
}

/** The namespace, in which only confined pods are admitted, and a claim of the default class. */
export const surroundings: readonly object[] = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
    {
        apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: metadata("data"),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "320Mi" } } },
    },
];

/** Lets nobody to the server but pods with the label `friend`. */
export const onlyFriends: object = {
    apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: metadata("only-friends"),
    spec: {
        podSelector: { matchLabels: { app: "server" } }, policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: { matchLabels: { friend: "yes" } } }] }],
    },
};
