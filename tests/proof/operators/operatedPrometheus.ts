import { environmentDefaults } from "../../../components/config/environments";
import { images } from "../../../components/kit/images";
import type { Live, Tell } from "../../harness/live/live";
import type { RealCluster } from "../../harness/realCluster";
import { eventually } from "../../harness/realCluster";
import type { Target } from "../monitoring";
import { api } from "../monitoring";

const name = "kube-prometheus-stack";
const namespace = environmentDefaults("dev").prometheusNamespace;
const everywhere = {};
/** How the chart of that name has its Prometheus find what others made. */
const ours = { matchLabels: { release: name } };

/** Image of the Prometheus that the operator runs. */
export const prometheusImage = images.prometheus;

/** What the chart kube-prometheus-stack brings of a Prometheus: its rights, and the object that the operator makes it from. */
export async function createPrometheus(cluster: RealCluster): Promise<void> {
    const account = { kind: "ServiceAccount", name, namespace };
    await cluster.applyOnServer(
        { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
        {
            apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name },
            rules: [
                { apiGroups: ["", "discovery.k8s.io"], resources: ["services", "endpoints", "pods", "endpointslices"], verbs: ["get", "list", "watch"] },
                { nonResourceURLs: ["/metrics"], verbs: ["get"] },
            ],
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name }, subjects: [account],
        },
        {
            apiVersion: "monitoring.coreos.com/v1", kind: "Prometheus", metadata: { name, namespace },
            spec: {
                image: prometheusImage, version: prometheusImage.split(":")[1], replicas: 1, serviceAccountName: name,
                serviceMonitorSelector: ours, serviceMonitorNamespaceSelector: everywhere,
                podMonitorSelector: ours, podMonitorNamespaceSelector: everywhere,
                scrapeConfigSelector: ours, scrapeConfigNamespaceSelector: everywhere,
                ruleSelector: ours, ruleNamespaceSelector: everywhere,
                securityContext: { runAsUser: 65534, runAsNonRoot: true, fsGroup: 65534 },
            },
        },
    );
}

interface Rule {
    readonly health: string;
    readonly name: string;
    readonly lastError?: string;
}

/** Whether the operator's Prometheus scrapes what the platform's monitors name and has its alerts, and what it counts. */
export async function scrapedByOperator(live: Live, tell: Tell): Promise<{ faults: string[]; summary: string }> {
    const kinds = { ServiceMonitor: "serviceMonitor", PodMonitor: "podMonitor", ScrapeConfig: "scrapeConfig" };
    const monitors = Object.entries(kinds).flatMap(([kind, pool]) => live.program.recording.ofKind(kind)
        .map(({ inputs: { metadata } }) => `${pool}/${metadata.namespace}/${metadata.name}`));
    const declared = live.program.recording.ofKind("PrometheusRule").flatMap(({ inputs: { spec } }) =>
        (spec.groups as { rules: { alert?: string; record?: string }[] }[]).flatMap(({ rules }) => rules.map(({ alert, record }) => alert ?? record ?? "")));
    if (monitors.length === 0 || declared.length === 0) {
        return { faults: ["the program declares no monitors or no rules for the operator"], summary: "" };
    }
    tell("the operator's Prometheus Ready");
    const [pod] = await eventually(async () => (await live.pods()).filter(({ namespace: where, labels, object }) => where === namespace
        && labels["app.kubernetes.io/name"] === "prometheus" && object.status.containerStatuses?.every(({ ready }: { ready: boolean }) => ready)),
    found => found.length === 1);
    if (pod === undefined) {
        return { faults: [`no Ready pod in ${namespace}: ${(await live.cluster.kubectl("get", "pods,prometheus", "--namespace", namespace, "--output=wide")).output}`], summary: "" };
    }
    tell(`${monitors.length} monitors, ${declared.length} rules`);
    const without = (targets: readonly Target[]): string[] => monitors.filter(monitor => !targets.some(({ scrapePool }) => `${scrapePool}/`.startsWith(`${monitor}/`)));
    const targets = await eventually(async () => (await api<{ activeTargets: readonly Target[] }>(pod, "targets?state=active")).activeTargets,
        found => without(found).length === 0 && found.every(({ health }) => health === "up"));
    const { groups } = await eventually(() => api<{ groups: readonly { rules: readonly Rule[] }[] }>(pod, "rules"), found => found.groups.flatMap(({ rules }) => rules).length >= declared.length);
    const rules = groups.flatMap(group => group.rules);
    return {
        faults: [
            ...without(targets).map(monitor => `${monitor} has no target`),
            ...targets.filter(({ health }) => health !== "up").map(({ scrapePool, scrapeUrl, health, lastError }) => `target ${scrapePool} ${scrapeUrl} is ${health}: ${lastError}`),
            ...declared.filter(rule => !rules.some(loaded => loaded.name === rule)).map(rule => `the rule ${rule} is not there`),
            ...rules.filter(({ health }) => health === "err").map(({ name: rule, lastError }) => `the rule ${rule} fails: ${lastError}`),
        ],
        summary: `${monitors.length} monitors with ${targets.length} targets up, ${rules.length} rules`,
    };
}
