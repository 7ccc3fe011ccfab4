/** What an object has besides what all objects have. */
interface Item {
    readonly metadata?: object;
    readonly spec: object;
    readonly status: object;
}

const time = "2026-01-01T00:00:00Z";

function list(namespace: string | undefined, apiVersion: string, kind: string, item: Item): object {
    const metadata = { name: kind.toLowerCase(), namespace, uid: kind, resourceVersion: "1", generation: 2, creationTimestamp: time, ...item.metadata };
    return { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: "1" }, items: [{ ...item, metadata }] };
}

const condition = (type: string, status: string): object => ({ type, status, lastTransitionTime: time });
const failing = (reason: string): object => ({ name: "c", ready: false, restartCount: 3, state: { waiting: { reason } }, lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } } });

const pod = {
    metadata: { deletionTimestamp: time },
    spec: { containers: [{ name: "c", resources: { limits: { cpu: "1", memory: "1Gi" } } }] },
    status: {
        phase: "Failed", reason: "Evicted",
        conditions: [condition("Ready", "False"), { ...condition("PodScheduled", "False"), reason: "Unschedulable" }],
        containerStatuses: [failing("CrashLoopBackOff")], initContainerStatuses: [failing("CrashLoopBackOff")],
    },
};

const job = {
    metadata: { ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "cronjob", uid: "CronJob", controller: true }] },
    spec: {},
    status: { startTime: time, completionTime: time, active: 1, failed: 1, conditions: [condition("Failed", "True")] },
};

const autoscaler = {
    spec: { minReplicas: 2, maxReplicas: 10, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "deployment" } },
    status: { currentReplicas: 3, desiredReplicas: 4, conditions: [condition("ScalingActive", "False")] },
};

const objects: readonly (readonly [version: string, kind: string, resource: string, item: Item])[] = [
    ["apps/v1", "Deployment", "deployments", { spec: { replicas: 3 }, status: { replicas: 3, readyReplicas: 2, conditions: [condition("Progressing", "False")] } }],
    ["apps/v1", "StatefulSet", "statefulsets", { spec: { replicas: 3 }, status: { replicas: 3, readyReplicas: 2, updatedReplicas: 1 } }],
    ["apps/v1", "DaemonSet", "daemonsets", { spec: {}, status: { desiredNumberScheduled: 3, numberReady: 2, numberMisscheduled: 1 } }],
    ["autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", autoscaler],
    ["batch/v1", "Job", "jobs", job],
    ["batch/v1", "CronJob", "cronjobs", { spec: { schedule: "0 2 * * *", suspend: false }, status: { lastScheduleTime: time, lastSuccessfulTime: time } }],
    ["policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", { spec: {}, status: { currentHealthy: 1, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 2 } }],
    ["v1", "Pod", "pods", pod],
    ["v1", "ResourceQuota", "resourcequotas", { spec: {}, status: { hard: { pods: "10" }, used: { pods: "5" } } }],
    ["v1", "PersistentVolumeClaim", "persistentvolumeclaims", { spec: {}, status: { phase: "Bound" } }],
    ["v1", "Node", "nodes", { spec: { unschedulable: true }, status: { conditions: [condition("Ready", "True"), condition("DiskPressure", "False")] } }],
];

const ofCluster = ["nodes"];

/** One object of each kind that the program watches, with everything set that a metric tells of, by the path that lists them. */
export function stateObjects(namespace: string): Readonly<Record<string, object>> {
    return Object.fromEntries(objects.map(([version, kind, resource, item]) => {
        const place = ofCluster.includes(resource) ? undefined : namespace;
        const path = `/${version === "v1" ? "api" : "apis"}/${version}${place === undefined ? "" : `/namespaces/${place}`}/${resource}`;
        return [path, list(place, version, kind, item)];
    }));
}

/** Names of all kinds, as kube-state-metrics takes them. */
export const stateResources = objects.map(([, , resource]) => resource);
