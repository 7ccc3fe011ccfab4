import assert from "node:assert/strict";
import { join } from "node:path";
import { imageTable, parseImage } from "../../../components/kit/images";
import { nameOf } from "../../../supply/digests/lock";
import { run } from "../../harness/command";
import { LoopbackRegistry } from "./loopbackRegistry";

const nowhere = "http://127.0.0.1:1";

describe("make outdated", () => {
    it("compares images with the tags of their registries, and lists all that could not be asked", async () => {
        const registry = await LoopbackRegistry.start();
        try {
            const { repository, tag = "" } = parseImage(imageTable.redis.image);
            const newer = tag.replace(/^\d+/, "999");
            for (const known of [tag, newer, "latest"]) {
                await registry.put(`${nameOf(imageTable.redis.image)}:${known}`);
            }
            const { code, stdout, output } = await run(join(__dirname, "../../../supply/run.sh"), ["outdated"], {
                environment: {
                    ...process.env, REGISTRY_MIRROR: registry.address, npm_config_registry: nowhere, npm_config_cache: "/nonexistent",
                    GOPROXY: nowhere, PIP_INDEX_URL: nowhere,
                },
            });
            assert.equal(code, 3, output);
            assert.match(stdout, new RegExp(`^images: 1 of 1 behind\n.*\n  ${repository} +${tag} +${tag} +${newer} +2029-12-01 `, "m"));
            assert.match(stdout, /^npm: 0 of 0 behind$/m);
            assert.match(stdout, /^PyPI: 0 of 0 behind$/m);
            assert.match(stdout, /^ {2}npm +policies\/package\.json +\S/m);
            assert.match(stdout, /^ {2}PyPI +flask +\S/m);
            assert.match(stdout, /^ {2}Go +k8s\.io\/kubernetes +\S/m);
            assert.match(stdout, /^ {2}images +nginx +\S/m);
        } finally {
            await registry.stop();
        }
    });
});
