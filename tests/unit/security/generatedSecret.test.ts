import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import type { Scope } from "../../../components/kit/scope";
import type { SecretKey } from "../../../components/kit/secretKey";
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
});
