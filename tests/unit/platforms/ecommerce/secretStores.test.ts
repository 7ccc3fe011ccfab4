import assert from "node:assert/strict";
import { environmentDefaults } from "../../../../components/config/environments";
import { advisories } from "../../../../components/platforms/ecommerce/advisories";
import { externalStore } from "../../../../components/platforms/ecommerce/secretStores";
import type { EcommerceSettings } from "../../../../components/platforms/ecommerce/settings";
import { container, domains, messaging, object, objects, references, registered, shop, stacks } from "../../../harness/platforms/ecommerce";
import { enlarged } from "../../../harness/platforms/ecommerceVariants";

type Environment = EcommerceSettings["application"]["environment"];

function settings(environment: Environment, provider?: "generated" | "external", store: unknown = null): EcommerceSettings {
    return {
        application: { environment }, images: { digestWaiver: null }, secrets: { provider, store }, backup: { retentionDays: null }, storageClass: "ssd",
    } as EcommerceSettings;
}

describe("e-commerce secrets from outside", () => {
    const store = { name: "vault-backend", kind: "SecretStore", refresh: "1h", vault: null };

    it("E-124 E-244: passwords are generated in dev, and come from a store elsewhere once one is named; either can be asked for", () => {
        const isExternal = (...args: Parameters<typeof settings>): boolean => externalStore(settings(...args)) !== undefined;
        assert.deepEqual((["development", "staging", "production"] as const).map(name => isExternal(name, undefined, store)), [false, true, true]);
        assert.ok(!isExternal("production"));
        assert.ok(!isExternal("production", "generated", store));
        assert.ok(isExternal("development", "external", store));
    });

    it("E-124: without a store staging and prod are warned, and a store that is demanded must be named", async () => {
        const warnings = (stack: typeof stacks[number], environment: Environment, named: unknown = null): string[] =>
            advisories(settings(environment, undefined, named), environmentDefaults(stack)).filter(text => text.startsWith("secrets.store"));
        assert.deepEqual([warnings("dev", "development"), warnings("staging", "staging"), warnings("prod", "production")].map(({ length }) => length),
            [0, 1, 1]);
        assert.deepEqual(warnings("prod", "production", store), []);
        await assert.rejects(shop("prod", { secrets: { provider: "external" } }), /secrets\.store/);
    });

    it("E-121 E-123 E-125: each database has an ExternalSecret of its own, which fills its own Secret and is read again each hour", async () => {
        for (const domain of domains) {
            const name = `${domain}-mysql-secret`;
            const { apiVersion, spec } = await object("prod", "ExternalSecret", name, enlarged);
            assert.equal(apiVersion, "external-secrets.io/v1");
            assert.equal(spec.refreshInterval, "1h");
            assert.deepEqual(spec.secretStoreRef, { name: "vault-backend", kind: "SecretStore" });
            assert.deepEqual([spec.target.name, spec.target.creationPolicy], [name, "Owner"]);
            assert.deepEqual(spec.data, ["root_password", "username", "password"].map(property =>
                ({ secretKey: property, remoteRef: { key: `database/${domain}-mysql`, property } })));
        }
        assert.ok(![...(await objects("prod", "Secret", enlarged)).keys()].some(name => name.endsWith("-mysql-secret")));
        const { recording } = await shop("prod");
        assert.equal(recording.ofKind("ExternalSecret").length, 0, "without a store");
    });

    it("E-121 E-52: the Secret has every key that pods refer to, made from the three values of the store", async () => {
        const { data } = (await object("prod", "ExternalSecret", "auth-mysql-secret", enlarged)).spec.target.template;
        assert.deepEqual([data["root-password"], data.username, data.password], ["{{ .root_password }}", "{{ .username }}", "{{ .password }}"]);
        assert.match(data["accounts.sql"], /^ALTER USER 'auth_user'@'%' IDENTIFIED BY '\{\{ \.password \}\}';$/m);
        assert.ok(data["accounts.sql"].includes(`'exporter'@'%' IDENTIFIED BY '${data["exporter-password"]}'`));
        const server = (await object("prod", "StatefulSet", "auth-service-mysql", enlarged)).spec.template.spec;
        const used = [...server.containers, await container("prod", "auth-service", enlarged)].flatMap(one => Object.values(references(one)))
            .filter(reference => reference.startsWith("auth-mysql-secret/")).map(reference => reference.split("/")[1] as string);
        const files = server.volumes.find((volume: { name: string }) => volume.name === "accounts").secret.items.map(({ key }: { key: string }) => key);
        assert.deepEqual([...used, ...files].filter(key => data[key] === undefined), []);
        assert.ok(used.length > 0 && files.length > 0);
    });

    it("E-122: both namespaces have a store that shows Vault an account of its own; without one none is made", async () => {
        const stores = await Promise.all(["e-commerce-prod", messaging].map(namespace =>
            registered("prod", "SecretStore", "vault-backend", enlarged, namespace)));
        assert.notEqual(stores[0]?.name, stores[1]?.name);
        for (const { inputs: { spec, metadata } } of stores) {
            const { server, path, version, auth: { kubernetes } } = spec.provider.vault;
            assert.deepEqual([server, path, version], ["https://vault.example.com:8200", "secret", "v2"]);
            assert.deepEqual([kubernetes.role, kubernetes.serviceAccountRef.name], ["shop", "vault-auth"]);
            assert.ok((await objects("prod", "ServiceAccount", enlarged, metadata.namespace)).has("vault-auth"));
        }
        for (const stack of stacks) {
            assert.equal((await shop(stack)).recording.ofKind("SecretStore").length, 0);
        }
    });
});
