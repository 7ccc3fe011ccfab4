import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageLock } from "../../../components/kit/images";
import { imageTable } from "../../../components/kit/images";
import type { DigestSettings } from "../../../supply/digests/lock";
import { nameOf } from "../../../supply/digests/lock";
import type { CommandResult } from "../../harness/command";
import { run } from "../../harness/command";
import { LoopbackRegistry } from "./loopbackRegistry";

const root = join(__dirname, "../../..");
const table = Object.values(imageTable).map(({ image }) => image as string);
const redis: string = imageTable.redis.image;

/** An image of the table as the registry on loopback has it: below the name of its registry. */
function mirrored(image: string): string {
    return `${nameOf(image)}:${image.slice(image.lastIndexOf(":") + 1)}`;
}

describe("make pin", () => {
    let directory: string;
    let registry: LoopbackRegistry;

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), "pin-"));
        mkdirSync(join(directory, "policies"));
        cpSync(join(root, "policies/platforms.json"), join(directory, "policies/platforms.json"));
        writeFileSync(join(directory, "images.lock.json"), "{}\n");
        registry = await LoopbackRegistry.start();
    });
    afterEach(async () => {
        await registry.stop();
        rmSync(directory, { recursive: true });
    });

    function pin(options: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
        return run(join(root, "supply/run.sh"), ["pin", "--directory", directory, ...options], {
            environment: { ...process.env, REGISTRY_MIRROR: registry.address, DOCKER_CONFIG: directory, ...environment },
        });
    }
    const lock = (): ImageLock => JSON.parse(readFileSync(join(directory, "images.lock.json"), "utf8"));
    const policies = (): { imageDigest: DigestSettings } => JSON.parse(readFileSync(join(directory, "policies/platforms.json"), "utf8"));
    const exempt = (): string[] => policies().imageDigest.withoutDigest.flatMap(({ images }) => images);

    async function putAll(images: readonly string[]): Promise<Record<string, string>> {
        const digests: Record<string, string> = {};
        for (const image of images) {
            digests[image] = await registry.put(mirrored(image));
        }
        return digests;
    }

    it("locks every image of the table, and prod's policy demands its digest from then on", async () => {
        const before = exempt();
        const digests = await putAll(table);
        const { code, output } = await pin();
        assert.equal(code, 0, output);
        assert.deepEqual(lock(), digests);
        assert.match(output, /^ {2}\+ redis:\S+ +sha256:[0-9a-f]{12} {2}2 platforms$/m);
        const ofTable = new Set(table.map(nameOf));
        assert.deepEqual(exempt(), before.filter(name => !ofTable.has(name)));

        const content = readFileSync(join(directory, "images.lock.json"), "utf8");
        const again = await pin();
        assert.equal(again.code, 0, again.output);
        assert.equal(readFileSync(join(directory, "images.lock.json"), "utf8"), content);
    });

    it("keeps the locked digest of a tag that has moved, says so, and takes the new one on request", async () => {
        const digests = await putAll(table);
        await pin();
        const moved = await registry.put(mirrored(redis));
        const { code, output } = await pin();
        assert.equal(code, 4, output);
        assert.deepEqual(lock(), digests);
        assert.match(output, new RegExp(`^  ! ${redis} +the tag now names ${moved}; .* stays locked.*make pin UPDATE=1$`, "m"));
        const updated = await pin(["--update"]);
        assert.equal(updated.code, 0, updated.output);
        assert.deepEqual(lock(), { ...digests, [redis]: moved });
    });

    it("tells of an image that the registry lacks, locks the others, and leaves that one exempt", async () => {
        const missing: string = imageTable.postgres16.image;
        const digests = await putAll(table.filter(image => image !== missing));
        const { code, output } = await pin();
        assert.equal(code, 3, output);
        assert.deepEqual(lock(), digests);
        assert.match(output, new RegExp(`^  ✗ ${missing} +not locked: the registry has no such image; correct it in`, "m"));
        assert.deepEqual(exempt().filter(name => name.startsWith("docker.io/library/")),
            ["docker.io/library/postgres", "docker.io/library/taskflow-backend"]);
    });

    it("keeps what is locked when the registry is out of reach, and forgets images that the table no longer has", async () => {
        await putAll([redis]);
        await pin();
        const locked = lock();
        writeFileSync(join(directory, "images.lock.json"), JSON.stringify({ ...locked, "redis:6.0.0": `sha256:${"0".repeat(64)}` }));
        await registry.stop();
        const { code, output } = await pin();
        assert.equal(code, 3, output);
        assert.deepEqual(lock(), locked);
        assert.match(output, new RegExp(`^  ✗ ${redis} +sha256:\\S+ stays locked: the registry cannot be reached`, "m"));
        assert.match(output, /^ {2}- redis:6\.0\.0 +no longer in the table$/m);
        registry = await LoopbackRegistry.start();
    });

    it("takes a single manifest as it is, and says that it has one platform", async () => {
        const digest = await registry.put(mirrored(redis), []);
        const { output } = await pin();
        assert.equal(lock()[redis], digest, output);
        assert.match(output, new RegExp(`^  \\+ ${redis} +sha256:\\S+  one platform only: linux/amd64$`, "m"));
    });

    for (const bearer of [false, true]) {
        it(`sends docker's credentials to a registry that asks for ${bearer ? "a token" : "a password"}`, async () => {
            const closed = await LoopbackRegistry.start({ user: "reader", password: "secret", bearer });
            try {
                const digest = await closed.put(mirrored(redis));
                const without = await pin([], { REGISTRY_MIRROR: closed.address });
                assert.equal(without.code, 3, without.output);
                assert.match(without.output, new RegExp(`^  ✗ ${redis} +not locked: the registry has no such image or asks for credentials; log in`, "m"));
                assert.deepEqual(lock(), {});
                const auth = Buffer.from("reader:secret").toString("base64");
                writeFileSync(join(directory, "config.json"), JSON.stringify({ auths: { [closed.address]: { auth } } }));
                const withThem = await pin([], { REGISTRY_MIRROR: closed.address });
                assert.deepEqual(lock(), { [redis]: digest }, withThem.output);
                assert.ok(!withThem.output.includes("secret") && !withThem.output.includes(auth));
            } finally {
                await closed.stop();
            }
        });
    }
});
