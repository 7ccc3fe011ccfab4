import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../kit/labels";
import type { Scope } from "../kit/scope";
import type { SecretSetting } from "../kit/section";
import { ScopedComponent } from "../app/scopedComponent";

/**
 * The Secret that the kubelets log in to a registry with. Its content, what `docker login` writes into config.json, is an
 * encrypted value of the stack: `pulumi config set --secret aquaerpRegistry -- "$(cat config.json)"`.
 */
export class PullSecret extends ScopedComponent {
    /** What the pods wait for; nothing where the stack has no credentials and others create the Secret. */
    readonly ready: readonly pulumi.Resource[];

    /** @param from key of the stack's configuration, without the project's prefix; checked by {@link pullSecretSetting} */
    constructor(name: string, scope: Scope, from: string, opts?: pulumi.ComponentResourceOptions) {
        // Under its former type it would be deleted after the new one was made, and both have the same name on the cluster.
        super("security:PullSecret", name, scope, { aliases: [{ type: "platforms:aquaerp:PullSecret" }], ...opts });
        // Empty is the default that Pulumi.yaml declares. Read as it is: to ask for a secret as plain text is warned of.
        const isSet = Boolean(pulumi.runtime.getConfig(`platforms:${from}`));
        const credentials = isSet ? new pulumi.Config("platforms").getSecret(from) : undefined;
        this.ready = credentials === undefined ? [] : [new k8s.core.v1.Secret(this.childName(name), {
            metadata: {
                name, namespace: scope.namespace,
                labels: recommendedLabels({ platform: scope.platform, name, component: "credentials" }),
            },
            type: "kubernetes.io/dockerconfigjson",
            stringData: { ".dockerconfigjson": credentials },
        }, this.childOptions())];
        this.registerOutputs();
    }
}

/** The check of a key that {@link PullSecret} reads: whether its content is what the kubelets can log in with. */
export function pullSecretSetting(key: string): SecretSetting {
    return {
        key,
        refused: content => isDockerConfig(content) ? undefined
            : "allowed is {\"auths\":{\"<registry>\":{\"auth\":\"...\"}}}, as docker login writes it into config.json",
    };
}

function isDockerConfig(content: string): boolean {
    try {
        const { auths } = JSON.parse(content) as { auths?: unknown };
        return typeof auths === "object" && auths !== null;
    } catch {
        return false;
    }
}
