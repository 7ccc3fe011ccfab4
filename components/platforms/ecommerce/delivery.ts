import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectMeta } from "../../kit/scope";
import type { EcommerceSettings } from "./settings";

/** Role of migrations and of what they need for themselves, a label. */
export const migrationComponent = "database-migration";

/** Name of the ConfigMap with the variables of all services. */
export const globalConfigName = "global-config";

/**
 * What tells Argo CD the order of the services' objects: what migrations read, then migrations, then all else. A migration
 * is a hook, which each sync runs again: a Job like any other would be brought back as soon as it had been cleared away.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export function orderOf(kind: string, { name, labels }: Pick<ObjectMeta, "name" | "labels">): Record<string, string> {
    if (kind === "Job") {
        return {
            "argocd.argoproj.io/hook": "Sync",
            "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
            "argocd.argoproj.io/sync-wave": "-1",
        };
    }
    const forMigrations = name === globalConfigName || labels["app.kubernetes.io/component"] === migrationComponent;
    return forMigrations ? { "argocd.argoproj.io/sync-wave": "-2" } : {};
}

const inOrder: pulumi.ResourceTransformation = ({ type, props, opts }) => {
    const { metadata } = props as { metadata?: ObjectMeta & { annotations?: object } };
    return metadata && {
        props: { ...props, metadata: { ...metadata, annotations: { ...metadata.annotations, ...orderOf(type.split(":").at(-1) as string, metadata) } } },
        opts,
    };
};

/**
 * The services as files for Git, from where Argo CD applies them. What is below it reaches no cluster: each object becomes
 * a file, written by an update and not by a preview. No Secret may be among them, they would stand there in plain text.
 */
class Manifests extends pulumi.ComponentResource {
    constructor(platform: string, folder: string, owner: pulumi.Resource) {
        const name = `${platform}-manifests`;
        super("platforms:ecommerce:Manifests", name, {}, {
            parent: owner,
            providers: {
                kubernetes: new k8s.Provider(name, {
                    renderYamlToDirectory: folder,
                    // It has no cluster: left out, the SDK would take $KUBECONFIG, which the provider refuses here.
                    kubeconfig: "",
                    enableConfigMapMutable: true,
                }, { parent: owner }),
            },
            transformations: [inOrder],
        });
        this.registerOutputs({ folder });
    }
}

/** Parent of the services: whatever delivers them, they are written down once. */
export function parentOfServices(platform: string, { delivery, argocd }: EcommerceSettings, owner: pulumi.Resource): pulumi.Resource {
    return delivery === "argocd" && argocd.renderTo !== null ? new Manifests(platform, argocd.renderTo, owner) : owner;
}
