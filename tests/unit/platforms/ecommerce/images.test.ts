import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { environmentDefaults } from "../../../../components/config/environments";
import { advisories } from "../../../../components/platforms/ecommerce/advisories";
import type { Inputs } from "../../../harness/mocks";
import { recordProgram } from "../../../harness/program";
import { container, names, object, shop } from "../../../harness/platforms/ecommerce";
import type { stacks } from "../../../harness/platforms/ecommerce";
import { enlarged, ownImage } from "../../../harness/platforms/ecommerceVariants";

describe("e-commerce images", () => {
    it("E-10: images are those of the registry with their tag; without a waiver each service's needs a digest", async () => {
        assert.equal((await container("prod", "orders-service")).image, "ghcr.io/votreorg/e-commerce-back/orders-service:1.0.0");
        assert.equal((await container("prod", "orders-service", enlarged)).image, ownImage);
        await assert.rejects(shop("prod", { images: { tag: "latest" } }), /images\.tag is "latest"/);
        const some = { "orders-service": { image: "orders:1" }, "sav-service": { image: ownImage } };
        const demanded = { images: { digestWaiver: null }, services: some };
        await assert.rejects(shop("prod", demanded), ({ message }: Error) => {
            const refused = [...message.matchAll(/services\.([a-z-]+)\.image is (.*?); allowed is an image with a digest/g)]
                .map(([, name, value]) => [name, value]);
            assert.deepEqual(refused.find(([name]) => name === "orders-service"), ["orders-service", '"orders:1"']);
            assert.deepEqual(refused.map(([name]) => name).sort(), names.filter(name => name !== "sav-service").sort());
            return true;
        });
        const services = Object.fromEntries(names.map(name => [name, { image: ownImage }]));
        assert.equal((await container("prod", "sav-service", { images: { digestWaiver: null }, services })).image, ownImage);
    });

    it("E-10: prod says why its images are named by tag", () => {
        const warned = (stack: typeof stacks[number], digestWaiver: string | null): string[] => advisories({
            images: { digestWaiver }, storageClass: "retain", backup: { retentionDays: null }, secrets: { provider: "generated", store: null },
            application: { environment: "production" },
        } as never, environmentDefaults(stack)).filter(text => text.startsWith("images"));
        assert.deepEqual(warned("prod", "tags are immutable here"), ["images are named by tag: tags are immutable here"]);
        assert.deepEqual([...warned("prod", null), ...warned("staging", "staging follows tags")], []);
    });

    describe("credentials of the registry", () => {
        afterEach(() => pulumi.runtime.setAllConfig({}));

        it("E-10: they come from an encrypted value of the stack; every service's pods refer to them and wait for them", async () => {
            const content = JSON.stringify({ auths: { "ghcr.io": { auth: "c2VjcmV0" } } });
            pulumi.runtime.setAllConfig({ "platforms:ecommerceRegistry": content });
            const { recording } = await recordProgram("staging", { enabled: ["ecommerce"] });
            const secret = recording.object("Secret", "registry-credentials");
            assert.deepEqual([secret.inputs.type, secret.inputs.stringData], ["kubernetes.io/dockerconfigjson", { ".dockerconfigjson": content }]);
            assert.doesNotMatch(JSON.stringify(secret.shown), /c2VjcmV0/);
            for (const name of names) {
                const deployment = recording.object("Deployment", name);
                assert.deepEqual(deployment.inputs.spec.template.spec.imagePullSecrets, [{ name: "registry-credentials" }]);
                assert.ok(recording.before(deployment).has(secret.urn), name);
            }
        });

        it("E-10: without that value others create them, and a registry that asks for none needs none", async () => {
            assert.ok(!(await shop("prod")).recording.has("Secret", "registry-credentials"));
            const referred = async (settings = {}): Promise<Inputs> =>
                (await object("prod", "Deployment", "orders-service", settings)).spec.template.spec.imagePullSecrets;
            assert.deepEqual(await referred(), [{ name: "registry-credentials" }]);
            assert.equal(await referred(enlarged), undefined);
        });
    });
});
