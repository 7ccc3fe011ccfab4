import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../../kit/labels";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ExternalStore } from "../../security/externalSecret";
import type { EcommerceSettings } from "./settings";

/** Where passwords come from when they are not generated. */
export function externalStore({ secrets: { provider, store }, application }: EcommerceSettings): ExternalStore | undefined {
    const external = provider === undefined ? application.environment !== "development" : provider === "external";
    return external && store !== null ? { name: store.name, kind: store.kind, refresh: store.refresh } : undefined;
}

/** The account by which Vault knows the namespace. */
const accountName = "vault-auth";

/** The way to Vault of one namespace: a SecretStore, and the account that it shows there. */
export class VaultStore extends ScopedComponent {
    constructor(
        name: string, scope: Scope, vault: NonNullable<NonNullable<EcommerceSettings["secrets"]["store"]>["vault"]>,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("ecommerce:VaultStore", name, scope, opts);
        const { server, path, version, mountPath, role } = vault;
        const meta = (of: string): { name: string; namespace: string; labels: Record<string, string> } => ({
            name: of, namespace: scope.namespace, labels: recommendedLabels({ platform: scope.platform, name: of, component: "credentials" }),
        });
        const account = new k8s.core.v1.ServiceAccount(this.childName(accountName),
            { metadata: meta(accountName), automountServiceAccountToken: false }, this.childOptions());
        new k8s.apiextensions.CustomResource(this.childName(name), {
            apiVersion: "external-secrets.io/v1",
            kind: "SecretStore",
            metadata: meta(name),
            spec: {
                provider: {
                    vault: { server, path, version, auth: { kubernetes: { mountPath, role, serviceAccountRef: { name: accountName } } } },
                },
            },
        }, this.childOptions([account]));
        this.registerOutputs();
    }
}
