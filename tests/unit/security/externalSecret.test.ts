import assert from "node:assert/strict";
import { ExternalSecret } from "../../../components/security/externalSecret";
import { recordStore } from "../../harness/stores";
import type { SecretKey } from "../../../components/kit/secretKey";

describe("Secret of an external store", () => {
    const made = async (template: string): Promise<{ recording: Awaited<ReturnType<typeof recordStore>>["recording"]; key: SecretKey }> => {
        const keys: SecretKey[] = [];
        const { recording } = await recordStore(scope => {
            keys.push(new ExternalSecret("db-secret", scope, {
                store: { name: "vault", kind: "ClusterSecretStore", refresh: "1h" }, key: "database/shop",
                properties: ["user", "password"], templates: { URL: template },
            }).key("URL"));
        });
        return { recording, key: keys[0] as SecretKey };
    };

    it("is filled by the operator from an entry of the store, and waited for", async () => {
        const { recording } = await made("{{ .user }}:{{ .password }}@db");
        const { inputs, name, parent } = recording.object("ExternalSecret", "db-secret");
        assert.deepEqual(inputs, {
            apiVersion: "external-secrets.io/v1", kind: "ExternalSecret",
            metadata: {
                name: "db-secret", namespace: "shop", annotations: { "pulumi.com/waitFor": "condition=Ready" },
                labels: {
                    app: "db-secret", "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": "db-secret",
                    "app.kubernetes.io/instance": "shop-db-secret", "app.kubernetes.io/component": "credentials", "app.kubernetes.io/managed-by": "pulumi",
                },
            },
            spec: {
                refreshInterval: "1h",
                secretStoreRef: { name: "vault", kind: "ClusterSecretStore" },
                target: { name: "db-secret", creationPolicy: "Owner", template: { engineVersion: "v2", data: { URL: "{{ .user }}:{{ .password }}@db" } } },
                data: [
                    { secretKey: "user", remoteRef: { key: "database/shop", property: "user" } },
                    { secretKey: "password", remoteRef: { key: "database/shop", property: "password" } },
                ],
            },
        });
        assert.equal(name, "shop-db-secret");
        assert.match(parent, /platforms:security:ExternalSecret::shop-db-secret$/);
        assert.ok(recording.before(recording.object("ExternalSecret", "db-secret")).has(recording.object("Namespace", "shop").urn));
    });

    it("is referred to by key, with a digest that changes with what it is made from", async () => {
        const [{ key: one }, { key: other }] = [await made("{{ .password }}"), await made("{{ .user }}")];
        assert.deepEqual([one.namespace, one.secretName, one.key], ["shop", "db-secret", "URL"]);
        assert.notEqual(one.checksum, other.checksum);
        assert.equal(one.checksum, (await made("{{ .password }}")).key.checksum);
    });
});
