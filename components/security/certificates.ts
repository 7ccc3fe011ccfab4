import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type * as certManager from "@pulumi/kubernetes-cert-manager";
import type { CertManagerSettings } from "./certificateSettings";

/** Requests and limits of a part of cert-manager. */
function bounded(cpu: string, memory: string): { requests: Record<string, string>; limits: Record<string, string> } {
    return {
        requests: { cpu: "10m", memory: "32Mi", "ephemeral-storage": "32Mi" },
        limits: { cpu, memory, "ephemeral-storage": "64Mi" },
    };
}

/**
 * Values of cert-manager's chart: its CRDs come along and stay when the chart goes, and the release is done only when
 * its API answers, so that issuers may follow at once.
 * @see https://artifacthub.io/packages/helm/cert-manager/cert-manager
 */
export function certManagerArgs({ version, namespace }: CertManagerSettings): certManager.CertManagerArgs {
    return {
        installCRDs: true,
        replicaCount: 1,
        resources: bounded("200m", "256Mi"),
        webhook: { resources: bounded("100m", "128Mi"), timeoutSeconds: 10 },
        cainjector: { resources: bounded("200m", "256Mi") },
        startupapicheck: { enabled: true, timeout: "2m", resources: bounded("100m", "128Mi") },
        prometheus: { enabled: true },
        global: { leaderElection: { namespace } },
        helmOptions: {
            name: "cert-manager",
            namespace,
            version,
            atomic: true,
            timeout: 300,
        },
    };
}

/** Installs cert-manager in a namespace of its own; returns what its users wait for. */
export function installCertManager(
    name: string, args: certManager.CertManagerArgs, opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    // Loaded here alone: a stack without cert-manager has no use for it.
    const { CertManager } = require("@pulumi/kubernetes-cert-manager") as typeof certManager;
    const namespaceName = (args.helmOptions as { namespace: string }).namespace;
    const level = Object.fromEntries(["enforce", "audit", "warn"].map(mode => [`pod-security.kubernetes.io/${mode}`, "restricted"]));
    const namespace = new k8s.core.v1.Namespace(namespaceName,
        { metadata: { name: namespaceName, labels: { "app.kubernetes.io/managed-by": "pulumi", ...level } } }, opts);
    return [new CertManager(name, args, { ...opts, dependsOn: namespace })];
}
