import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../../kit/labels";
import type { Namespaces } from "./namespaces";
import type { EcommerceSettings } from "./settings";

/** Where Argo CD applies: the cluster that it runs on. */
const server = "https://kubernetes.default.svc";

/**
 * Address of the application controller's metrics, where the shop is declared to Argo CD.
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/metrics/
 */
export function argoCdMetrics({ argocd: { enabled, namespace } }: Pick<EcommerceSettings, "argocd">): string | undefined {
    return enabled ? `argocd-metrics.${namespace}.svc:8082` : undefined;
}

/** Rights of the shop's project: one repository, and the shop's namespaces, which the program creates. */
export function projectSpec({ repository }: EcommerceSettings["argocd"], namespaces: readonly string[]): Readonly<Record<string, unknown>> {
    return {
        description: "E-commerce",
        sourceRepos: [repository],
        destinations: namespaces.map(namespace => ({ server, namespace })),
        clusterResourceWhitelist: [],
    };
}

/**
 * One environment of the shop. Where this program applies the services, Argo CD only shows what differs from Git, whatever
 * the environment; where Argo CD applies them, the approval of production is the review of the branch.
 */
export function applicationSpec(
    { argocd: { repository, revision, path, automated }, delivery }: Pick<EcommerceSettings, "argocd" | "delivery">, namespace: string,
): Readonly<Record<string, unknown>> {
    const applies = delivery === "argocd";
    return {
        project: "e-commerce",
        // The files lie in folders of their own.
        source: { repoURL: repository, targetRevision: revision, path, ...(applies && { directory: { recurse: true } }) },
        destination: { server, namespace },
        syncPolicy: {
            ...(applies && automated && { automated: { prune: true, selfHeal: true } }),
            // Namespaces made by Argo CD would have neither Pod Security labels nor quotas.
            syncOptions: ["CreateNamespace=false"],
        },
    };
}

/**
 * The shop as Argo CD's project and application. Off by default: what Argo CD applies from Git and what this program
 * applies must not be the same objects, or each undoes the other's changes. `delivery` says which of them has the services.
 */
export class ArgoCdApplication extends pulumi.ComponentResource {
    constructor(platform: string, settings: EcommerceSettings, namespaces: Namespaces, opts?: pulumi.ComponentResourceOptions) {
        super("platforms:ecommerce:ArgoCdApplication", `${platform}-argocd`, {}, opts);
        const { argocd } = settings;
        if (argocd.enabled) {
            const create = (kind: string, name: string, spec: object, after: pulumi.Resource[]): k8s.apiextensions.CustomResource => {
                const labels = recommendedLabels({ platform, name, component: "delivery" });
                return new k8s.apiextensions.CustomResource(`${platform}-argocd-${name}`,
                    { apiVersion: "argoproj.io/v1alpha1", kind, metadata: { name, namespace: argocd.namespace, labels }, spec },
                    { parent: this, dependsOn: after });
            };
            const own = [namespaces.application, namespaces.messaging];
            const project = create("AppProject", "e-commerce", projectSpec(argocd, own.map(({ namespace }) => namespace)),
                own.flatMap(({ origin }) => origin));
            create("Application", argocd.name, applicationSpec(settings, namespaces.application.namespace), [project]);
        }
        this.registerOutputs(argocd.enabled ? { application: argocd.name, namespace: argocd.namespace } : {});
    }
}
