import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { checksum } from "../kit/checksum";
import { recommendedLabels } from "../kit/labels";
import type { Scope } from "../kit/scope";
import { ScopedComponent } from "../app/scopedComponent";
import { SecretKey } from "../kit/secretKey";

/** A store of secrets outside the cluster, as the External Secrets Operator knows it. */
export interface ExternalStore {
    readonly name: string;
    readonly kind: "SecretStore" | "ClusterSecretStore";
    /** How often the operator reads it again, such as `1h`. */
    readonly refresh: string;
}

/** One entry of a store. */
export interface ExternalEntry {
    readonly store: ExternalStore;
    /** Name of the entry, such as `database/auth-mysql`. */
    readonly key: string;
}

/** Arguments of {@link ExternalSecret}. */
export interface ExternalSecretArgs<Key extends string> extends ExternalEntry {
    /** What is read of the entry. */
    readonly properties: readonly string[];
    /**
     * Keys of the Secret, each a Go template over the properties: `"{{ .password }}"`.
     * @see https://external-secrets.io/latest/guides/templating/
     */
    readonly templates: Readonly<Record<Key, string>>;
}

/**
 * A Secret that the External Secrets Operator fills from a store and keeps up to date; the cluster must run it. No value
 * passes through the program: pods do not roll when one changes, and take it over when they start.
 */
export class ExternalSecret<Key extends string = string> extends ScopedComponent {
    /** What consumers wait for: it is ready when the operator has made the Secret. */
    readonly secret: pulumi.Resource;
    private readonly digest: string;

    constructor(name: string, scope: Scope, args: ExternalSecretArgs<Key>, opts?: pulumi.ComponentResourceOptions) {
        super("security:ExternalSecret", name, scope, opts);
        const { store, key, properties, templates } = args;
        const spec = {
            refreshInterval: store.refresh,
            secretStoreRef: { name: store.name, kind: store.kind },
            target: { name, creationPolicy: "Owner", template: { engineVersion: "v2", data: { ...templates } } },
            data: properties.map(property => ({ secretKey: property, remoteRef: { key, property } })),
        };
        this.digest = checksum(spec);
        this.secret = new k8s.apiextensions.CustomResource(this.childName(name), {
            apiVersion: "external-secrets.io/v1",
            kind: "ExternalSecret",
            metadata: {
                name,
                namespace: scope.namespace,
                labels: recommendedLabels({ platform: scope.platform, name, component: "credentials" }),
                annotations: { "pulumi.com/waitFor": "condition=Ready" },
            },
            spec,
        }, this.childOptions());
        this.registerOutputs();
    }

    /** A reference to one of the Secret's keys. */
    key(key: Key): SecretKey {
        return new SecretKey(this.scope.namespace, this.objectName, key, this.digest);
    }
}
