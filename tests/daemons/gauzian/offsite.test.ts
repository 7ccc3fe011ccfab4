import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { ShellScript } from "../../../components/kit/textFile";
import { checksumScript, mirrorCommand, offsiteAlias, sourceAlias, uploadScript } from "../../../components/platforms/gauzian/offsiteScripts";
import type { Result } from "../../harness/daemons/daemon";
import { run, temporaryFolder } from "../../harness/daemons/daemon";
import { MinioServer } from "../../harness/daemons/minioServer";
import { containerPath } from "../../harness/daemons/postgresql";

const root = { accessKey: "CanaryRootUser000001", secretKey: "Canary0Root0Password0000000000000000001" };
const reader = { accessKey: "offsite", secretKey: "Canary0Offsite0Secret000000000000000001" };
const bucket = "gauzian-chunks";
const target = `${offsiteAlias}/copies/prod`;

describe("GAUZIAN's copies outside the cluster, made by mc", () => {
    let source: MinioServer;
    let offsite: MinioServer;
    let busybox: string;
    let dumps: string;
    let sums: string;

    before(async () => {
        source = await MinioServer.start(root);
        offsite = await MinioServer.start(root, { MINIO_KMS_SECRET_KEY: `test:${randomBytes(32).toString("base64")}` });
        const { code, stderr } = await source.provision({
            buckets: [{ name: bucket }],
            users: [{
                name: "offsite", variables: { accessKey: "OFFSITE_ACCESS_KEY", secretKey: "OFFSITE_SECRET_KEY" }, buckets: [bucket], actions: ["read"],
            }],
        }, { OFFSITE_ACCESS_KEY: reader.accessKey, OFFSITE_SECRET_KEY: reader.secretKey });
        assert.equal(code, 0, stderr);
        assert.equal((await offsite.client(root, "mb", "server/copies")).code, 0);
        busybox = temporaryFolder("gauzian-offsite");
        containerPath(busybox);
    });
    after(async () => {
        await source?.stop();
        await offsite?.stop();
        rmSync(busybox, { recursive: true, force: true });
    });
    beforeEach(() => [dumps, sums] = [temporaryFolder("gauzian-dumps"), temporaryFolder("gauzian-sums")]);
    afterEach(() => [dumps, sums].forEach(folder => rmSync(folder, { recursive: true, force: true })));

    const environment = (keys = root): NodeJS.ProcessEnv => ({
        ...source.known(sourceAlias, reader), ...offsite.known(offsiteAlias, keys), MC_ENC_S3: `${offsiteAlias}/copies`, TARGET: `${target}/postgres`,
    });
    const dump = (name: string, text: string): void => writeFileSync(join(dumps, name), gzipSync(text));
    const call = (shell: string, script: ShellScript, env: NodeJS.ProcessEnv): Promise<Result> =>
        run(shell, ["-c", script.text], { env: { ...script.environment, ...env } });
    const checksums = (): Promise<Result> =>
        call(join(busybox, "bin/sh"), checksumScript({ dumps, sums }, "backup-"), { PATH: join(busybox, "bin") });
    const upload = (keys = root): Promise<Result> => call("sh", uploadScript({ dumps, sums }), environment(keys));
    const mirror = (keys = root): Promise<Result> => {
        const [mc = "", ...args] = mirrorCommand(bucket, `${target}/chunks`);
        return run(mc, args, { env: environment(keys) });
    };
    /** Names in a folder of the copies. */
    async function copies(folder: string): Promise<string[]> {
        const { stdout } = await offsite.client(root, "ls", "--json", `server/copies/prod/${folder}/`);
        return stdout.split("\n").filter(Boolean).map(line => (JSON.parse(line) as { key: string }).key);
    }
    async function encryption(path: string): Promise<unknown> {
        // A line for each object whose name begins like that.
        const [first = ""] = (await offsite.client(root, "stat", "--json", `server/copies/prod/${path}`)).stdout.split("\n");
        return (JSON.parse(first) as { metadata: Record<string, string> }).metadata["X-Amz-Server-Side-Encryption"];
    }
    async function succeeds(result: Promise<Result>): Promise<void> {
        const { code, stdout, stderr } = await result;
        assert.equal(code, 0, stdout + stderr);
    }

    it("G-151: the newest three dumps are there, encrypted, each with its checksum; a second night adds what is new", async () => {
        const days = [1, 2, 3, 4].map(day => `backup-2026010${day}-0200.sql.gz`);
        days.forEach(name => dump(name, `dump ${name}`));
        await succeeds(checksums());
        await succeeds(upload());
        assert.deepEqual(await copies("postgres"), days.slice(1).flatMap(name => [name, `${name}.sha256`]));
        const newest = days[3] as string;
        const sum = createHash("sha256").update(readFileSync(join(dumps, newest))).digest("hex");
        assert.equal((await offsite.client(root, "cat", `server/copies/prod/postgres/${newest}.sha256`)).stdout, `${sum}  ${newest}\n`);
        assert.equal(await encryption(`postgres/${newest}`), "AES256");
        dump("backup-20260105-0200.sql.gz", "the fifth");
        // One that is there is not sent again: another content would show.
        dump(newest, "changed since");
        rmSync(sums, { recursive: true });
        sums = temporaryFolder("gauzian-sums");
        await succeeds(checksums());
        await succeeds(upload());
        assert.equal((await copies("postgres")).length, 8);
        assert.equal((await offsite.client(root, "cat", `server/copies/prod/postgres/${newest}.sha256`)).stdout, `${sum}  ${newest}\n`);
    });

    it("G-151: a damaged dump, none at all and a refused upload fail", async () => {
        const none = await checksums();
        assert.notEqual(none.code, 0);
        assert.match(none.stderr, /there is no dump/);
        dump("backup-20270101-0200.sql.gz", "whole");
        await succeeds(checksums());
        assert.notEqual((await upload({ ...root, secretKey: "wrong-secret-key" })).code, 0);
        writeFileSync(join(dumps, "backup-20270102-0200.sql.gz"), gzipSync("half of it").subarray(0, 12));
        assert.notEqual((await checksums()).code, 0);
    });

    it("G-152: chunks are copied encrypted, by a user that can only read; what is deleted later stays in the copy", async () => {
        for (const name of ["a", "folder/b"]) {
            await succeeds(source.client(root, "cp", source.file("chunk", `chunk ${name}`), `server/${bucket}/${name}`));
        }
        await succeeds(mirror());
        assert.equal((await offsite.client(root, "cat", "server/copies/prod/chunks/folder/b")).stdout, "chunk folder/b");
        assert.equal(await encryption("chunks/a"), "AES256");
        await succeeds(source.client(root, "rm", `server/${bucket}/a`));
        await succeeds(source.client(root, "cp", source.file("chunk", "chunk c"), `server/${bucket}/c`));
        await succeeds(mirror());
        assert.deepEqual(await copies("chunks"), ["a", "c", "folder/"]);
        assert.notEqual((await mirror({ ...root, secretKey: "wrong-secret-key" })).code, 0);
        assert.notEqual((await source.client(reader, "rm", `server/${bucket}/c`)).code, 0);
    });
});
