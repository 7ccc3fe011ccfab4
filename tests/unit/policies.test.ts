import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../components/kit/environment";
import { imageTable } from "../../components/kit/images";
import lock from "../../images.lock.json";
import type { Properties } from "../../policies/framework/field";
import { known } from "../../policies/framework/field";
import type { Config, Reported } from "../../policies/tests/run";
import { judge } from "../../policies/tests/run";
import { recordedOnce } from "../harness/program";
import { isLocked, nameOf } from "../../supply/digests/lock";

const settings: Config = JSON.parse(readFileSync(join(__dirname, "../../policies/platforms.json"), "utf8"));

/** Everything that the policy pack says about the five platforms, by the settings it is given. */
async function judged(stack: string, given: Config): Promise<Reported[]> {
    const { registrations } = (await recordedOnce(stack)).recording;
    return judge(registrations.map(({ type, urn, inputs }) => ({ type, urn, props: known(inputs) as Properties })), given);
}

describe("the five platforms and the policy pack", () => {
    for (const stack of environmentNames) {
        it(`nothing is said against them in ${stack}, nor against an exemption`, async () =>
            assert.deepEqual((await judged(stack, settings)).map(({ message }) => message), []));
    }

    it("exemptions are for namespaces that a stack has", async () => {
        const namespaces = new Set<string>();
        for (const stack of environmentNames) {
            (await recordedOnce(stack)).recording.ofKind("Namespace").forEach(({ inputs }) => namespaces.add(inputs.metadata.name));
        }
        const exempt = Object.values(settings).flatMap(own => own["exempt"] as { namespaces: string[] }[] | undefined ?? []);
        assert.deepEqual(exempt.flatMap(exemption => exemption.namespaces).filter(name => !namespaces.has(name)), []);
        assert.ok(exempt.length > 0);
    });

    it("in dev exemptions let pass what they name, and nothing else", async () => {
        const strict = Object.fromEntries(Object.entries(settings).map(([policy, own]) => [policy, { ...own, exempt: [] }]));
        const refused = (await judged("dev", strict)).map(({ level, policy, message }) => `${level} ${policy} ${message.split(":")[0]}`);
        assert.deepEqual(refused.sort(), [
            "mandatory namespaceLabels Namespace e-commerce-dev",
            "mandatory namespaceLabels Namespace e-commerce-messaging",
            "mandatory namespaceLabels Namespace monitoring-agents",
            "mandatory namespaceLabels Namespace monitoring-node",
            "mandatory serviceExposure Service storm/gateway-service",
            "mandatory serviceExposure Service taskflow/frontend",
            "mandatory serviceExposure Service taskflow/grafana",
        ]);
    });

    it("images may come from the repositories of the image table and, beyond it, from those that the platforms' owners have", async () => {
        const allowed = settings["imageRegistry"]!["registries"] as string[];
        const table = new Set(Object.values(imageTable).map(({ image }) => nameOf(image)));
        assert.deepEqual([...table].filter(name => !allowed.includes(name)), []);
        const owned = allowed.filter(name => !table.has(name));
        assert.deepEqual(owned, [
            "docker.io/angusvisual/gauzian-*", "docker.io/library/taskflow-backend", "docker.io/storm/*",
            "ghcr.io/votreorg/e-commerce-back/*", "registry.digitalocean.com/aquaerp-registry/*", "registry.example.com/silo", "registry.example.com/storm/*",
            "registry.example.com/taskflow-backend",
        ]);
        for (const name of ["docker.io/library/alpine", "docker.io/somebody/postgres", "registry.k8s.io/pause"]) {
            assert.ok(!allowed.some(pattern => pattern === name || (pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)))), name);
        }
    });

    describe("images without digest in prod", () => {
        const names = ((settings["imageDigest"] ?? {})["withoutDigest"] as { images: string[] }[]).flatMap(({ images }) => images);
        const table = Object.values(imageTable).map(({ image }) => image);

        it("are named one by one", () => {
            assert.deepEqual(names.filter(name => name.includes("*")), []);
            assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
        });

        it("are of the table those whose digest is not locked: make pin takes the others from policies/platforms.json", () => {
            const ofTable = new Set(table.map(nameOf));
            assert.deepEqual(names.filter(name => ofTable.has(name)).sort(),
                [...ofTable].filter(name => !isLocked(name, table, lock)).sort());
        });

        it("are, beyond the table, images of the platforms' owners that prod runs", async () => {
            const { registrations } = (await recordedOnce("prod")).recording;
            const run = new Set(JSON.stringify(registrations.map(({ inputs }) => inputs)).match(/(?<="image":")[^"]+/g) ?? []);
            const own = [...run].map(nameOf).filter(name => !table.map(nameOf).includes(name));
            assert.deepEqual([...new Set(own)].sort(), names.filter(name => !table.map(nameOf).includes(name)).sort());
        });

        it("are no others: one that is not named, and one whose digest is locked, are refused when the digest is missing", async () => {
            const exempt = names.filter(name => name !== "docker.io/library/redis");
            const strict = { ...settings, imageDigest: { ...settings["imageDigest"], withoutDigest: [{ images: exempt, reason: "All but one." }] } };
            const refused = await judged("prod", strict);
            assert.ok(refused.length > 0);
            for (const { policy, message } of refused) {
                assert.equal(policy, "imageDigest");
                assert.match(message, /^ +found +"redis:/m);
            }
        });
    });
});
