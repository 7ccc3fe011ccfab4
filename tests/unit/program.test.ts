import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { environmentNames } from "../../components/kit/environment";
import { ConfigurationError } from "../../components/config/configurationError";
import { keysRead } from "../harness/configurationReads";
import type { Recording, Registration } from "../harness/mocks";
import { record } from "../harness/mocks";
import { recordProgram } from "../harness/program";

const root = join(__dirname, "../..");
const entry = join(root, "index.ts");

/** Runs index.ts itself, as the engine would. */
function runEntry(stack: string, config: Record<string, string>, into: Registration[] = []): Promise<Recording> {
    pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(config).map(([key, value]) => [`platforms:${key}`, value])));
    process.env["PLATFORMS_CLUSTER"] = "embedded";
    return record(() => {
        delete require.cache[require.resolve(entry)];
        require(entry);
    }, { stack, into });
}

const summary = (recording: Recording): string[] => recording.registrations
    .map(({ urn, shown }) => `${urn} ${JSON.stringify(shown)}`).sort();

describe("program", () => {
    const { PLATFORMS_CLUSTER: cluster } = process.env;
    after(() => {
        delete process.env["PLATFORMS_CLUSTER"];
        Object.assign(process.env, cluster !== undefined && { PLATFORMS_CLUSTER: cluster });
    });

    for (const stack of environmentNames) {
        it(`registers in ${stack} what the tests record`, async () => {
            const { recording } = await recordProgram(stack);
            assert.deepEqual(summary(await runEntry(stack, { environment: stack })), summary(recording));
        });
    }

    for (const [what, config, key] of [
        ["an unknown platform", { enabled: "[\"tsakflow\"]" }, "platforms:enabled[0]"],
        ["replicas 0", { taskflow: "{\"frontend\":{\"replicas\":0}}" }, "platforms:taskflow.frontend.replicas"],
        ["size 5 apples", { taskflow: "{\"postgres\":{\"storage\":\"5 apples\"}}" }, "platforms:taskflow.postgres.storage"],
        ["an image with latest", { taskflow: "{\"backend\":{\"image\":\"taskflow-backend:latest\"}}" }, "platforms:taskflow.backend.image"],
        ["T-126: a load test in prod", { environment: "prod", taskflow: "{\"loadTest\":{\"enabled\":true}}" }, "platforms:taskflow.loadTest.enabled"],
    ] as const) {
        it(`${what} stops it before anything is registered`, async () => {
            const registered: Registration[] = [];
            await assert.rejects(runEntry("dev", { environment: "dev", ...config }, registered),
                (error: Error) => error instanceof ConfigurationError && error.message.includes(`  ${key} is `));
            assert.deepEqual(registered, []);
        });
    }

    it("of which a part fails shows what was registered until then", async () => {
        const registered: Registration[] = [];
        await assert.rejects(record(() => {
            new pulumi.ComponentResource("test:Thing", "thing");
            throw new Error("too late");
        }, { into: registered }), { message: "too late" });
        assert.deepEqual(registered.map(({ name }) => name), ["thing"]);
    });

    it("Pulumi.yaml declares the keys of the configuration that the program reads, and no other", async () => {
        const { config } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { config: Record<string, unknown> };
        const read = await keysRead(async () => {
            for (const stack of environmentNames) {
                await runEntry(stack, { environment: stack });
            }
        });
        assert.deepEqual([...read].filter(key => key.startsWith("platforms:")).sort(), Object.keys(config).sort());
    });
});
