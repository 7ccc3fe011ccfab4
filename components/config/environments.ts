import type { z } from "zod";
import type { AnyEnvironmentTable, EnvironmentTable } from "../kit/byEnvironment";
import { byEnvironment, column } from "../kit/byEnvironment";
import type { EnvironmentDefaults, EnvironmentName, environmentSettings } from "../kit/environment";

// Where Traefik's Helm chart and the shop's document have it; K3s brings it in kube-system.
const traefik = { namespace: "traefik", podLabels: { "app.kubernetes.io/name": "traefik" } };
const nodeLocalCache = ["169.254.20.10/32"];
const apiServer = [443, 6443, 8443];
// Kubernetes 1.36 and 1.37 are supported as well. https://kubernetes.io/releases/
const oldestKubernetes = "1.35";
// The name that its chart must have as a release, by which it finds monitors.
const prometheus = "kube-prometheus-stack";
const runbooks = "https://runbooks.example.com";

/** What all platforms share; what is a platform's own stands beside its settings. */
const shared: Required<EnvironmentTable<z.infer<typeof environmentSettings>>> = {
    domain: byEnvironment("localhost", "staging.example.com", "example.com"),
    exposure: byEnvironment("loadBalancer", "ingress", "ingress"),
    certificateResolver: byEnvironment(null, "letsencrypt-staging", "letsencrypt"),
    ingressController: byEnvironment(traefik, traefik, traefik),
    applicationReplicas: byEnvironment(1, 2, 2),
    spreadOverNodes: byEnvironment(false, true, true),
    protectData: byEnvironment(false, false, true),
    backupRetentionDays: byEnvironment(null, 7, 30),
    scaleDownWindowSeconds: byEnvironment(60, 60, 300),
    podSecurity: byEnvironment("restricted", "restricted", "restricted"),
    minKubernetesVersion: byEnvironment(oldestKubernetes, oldestKubernetes, oldestKubernetes),
    alertmanager: byEnvironment(0, 1, 2),
    prometheusNamespace: byEnvironment(prometheus, prometheus, prometheus),
    runbooks: byEnvironment(runbooks, runbooks, runbooks),
    readinessTimeoutSeconds: byEnvironment(300, 300, 600),
    nameServiceAddresses: byEnvironment(nodeLocalCache, nodeLocalCache, nodeLocalCache),
    apiServerPorts: byEnvironment(apiServer, apiServer, apiServer),
    loadTests: byEnvironment(true, true, false),
    developmentAids: byEnvironment(true, false, false),
};

/** The table's column of one environment. */
export function environmentDefaults(name: EnvironmentName): EnvironmentDefaults {
    return { name, ...column(shared as AnyEnvironmentTable, name) as z.infer<typeof environmentSettings> };
}
