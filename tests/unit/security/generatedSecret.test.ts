import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import type { Scope } from "../../../components/kit/scope";
import type { SecretKey } from "../../../components/kit/secretKey";
import { PlatformNamespace } from "../../../components/security/platformNamespace";
import { GeneratedSecret } from "../../../components/security/generatedSecret";
import type { Recording } from "../../harness/mocks";
import { canary, record, secretMark } from "../../harness/mocks";

const scope: Scope = { platform: "shop", namespace: "shop", environment: environmentDefaults("dev"), graph: new DependencyGraph(), origin: [] };

/** What one rotation leaves in the Secret, and in which generation its two slots are. */
interface Rotated {
    readonly current: string;
    readonly previous: string;
    readonly slots: Readonly<Record<string, string>>;
    readonly recording: Recording;
}

async function rotated(rotation: number): Promise<Rotated> {
    const passwords = { PASSWORD: { length: 32, previousKey: "OLD" } };
    const recording = await record(() => {
        new GeneratedSecret("db-secret", scope, { values: { USER: "app" }, passwords, rotation });
    });
    const { PASSWORD: current, OLD: previous } = recording.object("Secret", "db-secret").inputs.stringData;
    const slots = Object.fromEntries(recording.ofType("random:index/randomPassword:RandomPassword")
        .map(({ name, inputs }) => [name.replace("shop-db-secret-password-", ""), inputs.keepers.generation]));
    return { current, previous, slots, recording };
}

function settled<Value>(output: pulumi.Input<Value>): Promise<Value> {
    return new Promise(resolve => { (output as pulumi.Output<Value>).apply(resolve); });
}

describe("generated Secret", () => {
    it("T-55: holds its plain values and generated passwords of letters and digits, all marked as secret", async () => {
        const { recording, current } = await rotated(0);
        const { inputs, shown } = recording.object("Secret", "db-secret");
        assert.equal(inputs.type, "Opaque");
        assert.equal(inputs.stringData.USER, "app");
        assert.ok(current.startsWith(canary));
        assert.equal(shown.stringData, secretMark);
        for (const { inputs: { length, special } } of recording.ofType("random:index/randomPassword:RandomPassword")) {
            assert.deepEqual([length, special], [32, false]);
        }
    });

    it("T-55: shows its passwords nowhere else, its own digest included", async () => {
        let digest: pulumi.Input<string> = "";
        const recording = await record(() => {
            digest = new GeneratedSecret("db-secret", scope, { values: {}, passwords: { PASSWORD: { length: 32 } } }).key("PASSWORD").checksum;
        });
        assert.match(await settled(digest), /^[0-9a-f]{16}$/);
        for (const { type, inputs, shown } of recording.registrations) {
            assert.doesNotMatch(JSON.stringify(shown), new RegExp(canary), type);
            assert.ok(type === "kubernetes:core/v1:Secret" || !JSON.stringify(inputs).includes(canary), type);
        }
    });

    it("T-60: each rotation gives a new password and keeps the one before", async () => {
        const steps: Rotated[] = [];
        for (const rotation of [0, 1, 2, 3, 4]) {
            steps.push(await rotated(rotation));
        }
        steps.slice(1).forEach(({ previous }, index) => assert.equal(previous, steps[index]?.current, `rotation ${index + 1}`));
        assert.equal(new Set(steps.map(({ current }) => current)).size, steps.length);
    });

    it("T-60: a rotation replaces the older of its two slots only, in turns", async () => {
        const generations = [];
        for (const rotation of [0, 1, 2, 3]) {
            generations.push((await rotated(rotation)).slots);
        }
        assert.deepEqual(generations, [{ even: "0", odd: "0" }, { even: "0", odd: "1" }, { even: "1", odd: "1" }, { even: "1", odd: "2" }]);
    });

    it("gives references in place of values, and refuses one that it does not keep", async () => {
        let keys: SecretKey[] = [];
        await record(() => {
            const secret = new GeneratedSecret("db-secret", scope, {
                values: { USER: "app" }, passwords: { PASSWORD: { length: 32, previousKey: "OLD" }, TOKEN: { length: 16 } },
            });
            keys = [secret.key("USER"), secret.key("PASSWORD"), secret.previousKey("PASSWORD")];
            assert.throws(() => secret.previousKey("TOKEN"), { message: "db-secret keeps no previous TOKEN; give its specification a previousKey" });
        });
        assert.deepEqual(keys.map(({ namespace, secretName, key }) => `${namespace}/${secretName}/${key}`),
            ["shop/db-secret/USER", "shop/db-secret/PASSWORD", "shop/db-secret/OLD"]);
    });

    it("derives keys that hold the password, and hides them too", async () => {
        const recording = await record(() => {
            new GeneratedSecret("db-secret", scope, {
                values: { USER: "app" }, passwords: { PASSWORD: { length: 32 } },
                derived: { URL: ({ USER, PASSWORD }) => `postgres://${USER}:${PASSWORD}@db` },
            });
        });
        const { inputs, shown } = recording.object("Secret", "db-secret");
        assert.equal(inputs.stringData.URL, `postgres://app:${inputs.stringData.PASSWORD}@db`);
        assert.equal(shown.stringData, secretMark);
    });

    it("carries the labels and the type that its consumer asks for, and is below its component", async () => {
        const recording = await record(() => {
            new GeneratedSecret("db-secret", scope, {
                values: {}, passwords: { A_B_C: { length: 32 } }, type: "kubernetes.io/basic-auth", labels: { reload: "true" },
            });
        });
        const { inputs, parent } = recording.object("Secret", "db-secret");
        assert.equal(inputs.type, "kubernetes.io/basic-auth");
        assert.deepEqual(inputs.metadata, { name: "db-secret", namespace: "shop", labels: {
            app: "db-secret", "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": "db-secret", "app.kubernetes.io/instance": "shop-db-secret",
            "app.kubernetes.io/component": "credentials", "app.kubernetes.io/managed-by": "pulumi", reload: "true",
        } });
        const [component] = recording.ofType("platforms:security:GeneratedSecret");
        assert.equal(parent, component?.urn);
        assert.deepEqual(component?.outputs, { name: "db-secret", namespace: "shop", keys: ["A_B_C"] });
        const [password] = recording.ofType("random:index/randomPassword:RandomPassword");
        assert.deepEqual([password?.name, password?.parent], ["shop-db-secret-a-b-c", component?.urn]);
    });

    it("has no further labels unless asked, and no second value of a password that keeps no previous one", async () => {
        const recording = await record(() => {
            new GeneratedSecret("db-secret", scope, { values: {}, passwords: { PASSWORD: { length: 32 } } });
        });
        assert.equal(Object.keys(recording.object("Secret", "db-secret").inputs.metadata.labels).length, 6);
        assert.deepEqual(Object.keys(recording.object("Secret", "db-secret").inputs.stringData), ["PASSWORD"]);
        assert.equal(recording.ofType("random:index/randomPassword:RandomPassword").length, 1);
    });

    it("makes keys of hexadecimal digits from half as many bytes", async () => {
        const recording = await record(() => {
            new GeneratedSecret("keys", scope, { values: {}, passwords: { KEY: { length: 64, alphabet: "hexadecimal" } } });
        });
        assert.deepEqual(recording.ofType("random:index/randomBytes:RandomBytes").map(({ inputs }) => inputs), [{ length: 32, keepers: { generation: "0" } }]);
        assert.equal(recording.ofType("random:index/randomPassword:RandomPassword").length, 0);
    });

    it("hands out a password as an output, and refuses a previous one that is not kept", async () => {
        let value: pulumi.Output<string> | undefined;
        await record(() => {
            const secret = new GeneratedSecret("db-secret", scope, { values: {}, passwords: { PASSWORD: { length: 32 } } });
            value = secret.value("PASSWORD");
            assert.throws(() => secret.previousKey("PASSWORD"),
                { message: "db-secret keeps no previous PASSWORD; give its specification a previousKey" });
        });
        assert.match(await settled(value as pulumi.Output<string>), new RegExp(`^${canary}`));
    });

    it("has the same content in another namespace, after that namespace, and is referred to there", async () => {
        let copied: SecretKey | undefined;
        const recording = await record(() => {
            const { scope: there } = new PlatformNamespace("backup", { platform: "shop", environment: scope.environment, graph: new DependencyGraph(), logicalPrefix: "shop-backup" });
            const secret = new GeneratedSecret("db-secret", scope, { values: { USER: "app" }, passwords: { PASSWORD: { length: 32 } } });
            copied = secret.copyTo(there).key("PASSWORD");
        });
        const [copy] = recording.ofKind("Secret").filter(({ inputs }) => inputs.metadata.namespace === "backup");
        const [original] = recording.ofKind("Secret").filter(({ inputs }) => inputs.metadata.namespace === "shop");
        assert.ok(copy && original);
        assert.deepEqual([copy.inputs.stringData, copy.inputs.type], [original.inputs.stringData, "Opaque"]);
        assert.deepEqual(copy.inputs.metadata, { ...original.inputs.metadata, namespace: "backup" });
        assert.equal(copy.name, "shop-backup-db-secret");
        assert.equal(copy.parent, original.parent);
        assert.ok(recording.before(copy).has(recording.object("Namespace", "backup").urn));
        assert.deepEqual([copied?.namespace, copied?.secretName, copied?.key], ["backup", "db-secret", "PASSWORD"]);
    });
});
