import assert from "node:assert/strict";
import { namedKey } from "../../../components/data/minio/credentials";
import type { MinioProvisioning } from "../../../components/data/minio/provisioning";
import { MinioServer } from "../../harness/daemons/minioServer";

const root = { accessKey: "CanaryRootUser000001", secretKey: "Canary0Root0Password0000000000000000001" };
const media = { accessKey: "media", secretKey: "Canary0Media0Secret00000000000000000001" };
const variables = { accessKey: "MEDIA_ACCESS_KEY", secretKey: "MEDIA_SECRET_KEY" };
const secrets = { MEDIA_ACCESS_KEY: media.accessKey, MEDIA_SECRET_KEY: media.secretKey };
const plan: MinioProvisioning = {
    buckets: [{ name: "media", versioning: true }, { name: "other" }, { name: "avatars", access: "public-read" }],
    users: [{ name: "media", variables, buckets: ["media"], actions: ["read", "write", "delete"] }],
};

describe("the provisioning script, run by mc against minio", () => {
    let server: MinioServer;

    before(async () => {
        server = await MinioServer.start(root);
        const { code, stderr } = await server.provision(plan, secrets);
        assert.equal(code, 0, stderr);
    });
    after(() => server.stop());

    /** Exit code of mc, run as the user. */
    const asMedia = async (...args: string[]): Promise<number | null> => (await server.client(media, ...args)).code;

    it("S-41 G-39 G-40: the user reads, writes and deletes in its own bucket", async () => {
        const file = server.file("picture", "a picture");
        assert.equal(await asMedia("cp", file, "server/media/picture"), 0);
        assert.equal((await server.client(media, "cat", "server/media/picture")).stdout, "a picture");
        assert.equal(await asMedia("rm", "server/media/picture"), 0);
    });

    it("S-41 G-40: the user sees no other bucket, makes none, and administers nothing", async () => {
        const file = server.file("picture", "a picture");
        for (const args of [
            ["ls", "server/other"], ["cp", file, "server/other/picture"], ["mb", "server/own"],
            ["admin", "user", "list", "server"], ["admin", "user", "svcacct", "add", "server", "media"],
            ["anonymous", "set", "public", "server/media"],
        ]) {
            assert.notEqual(await asMedia(...args), 0, args.join(" "));
        }
        assert.doesNotMatch((await server.client(media, "ls", "server")).stdout, /other/);
    });

    it("S-42 G-39: buckets are private; in a public one objects can be fetched and not listed", async () => {
        const file = server.file("picture", "a picture");
        for (const bucket of ["media", "avatars"]) {
            assert.equal((await server.client(root, "cp", file, `server/${bucket}/picture`)).code, 0);
        }
        assert.equal((await server.get("/media/picture")).status, 403);
        assert.equal((await server.get("/media/")).status, 403);
        assert.equal((await server.get("/avatars/picture")).status, 200);
        assert.equal((await server.get("/avatars/")).status, 403);
    });

    it("S-42: versioning is on where it is asked for", async () => {
        assert.match((await server.client(root, "version", "info", "server/media")).stdout, /enabled/);
        assert.match((await server.client(root, "version", "info", "server/other")).stdout, /un-versioned/);
    });

    it("S-41 G-39: a second run changes nothing, and a third one mends what was changed by hand", async () => {
        const file = server.file("kept", "kept");
        await server.client(root, "cp", file, "server/media/kept");
        const second = await server.provision(plan, secrets);
        assert.equal(second.code, 0, second.stderr);
        assert.equal((await server.client(media, "cat", "server/media/kept")).stdout, "kept");

        assert.equal((await server.client(root, "anonymous", "set", "public", "server/media")).code, 0);
        assert.equal((await server.client(root, "admin", "policy", "detach", "server", "media-buckets", "--user", "media")).code, 0);
        const third = await server.provision(plan, secrets);
        assert.equal(third.code, 0, third.stderr);
        assert.equal((await server.get("/media/kept")).status, 403);
        assert.equal((await server.client(media, "cat", "server/media/kept")).stdout, "kept");
    });

    it("S-48 G-58: a rotated secret key replaces the one before, and no output shows either", async () => {
        const rotated = { ...media, secretKey: "Canary0Media0Secret00000000000000000002" };
        const { code, stdout, stderr } = await server.provision(plan, { ...secrets, MEDIA_SECRET_KEY: rotated.secretKey });
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stdout + stderr, /Canary/);
        assert.equal((await server.client(rotated, "ls", "server/media")).code, 0);
        assert.notEqual((await server.client(media, "ls", "server/media")).code, 0);
        assert.equal((await server.provision(plan, secrets)).code, 0);
    });

    it("S-43 S-75 G-128: health paths and metrics answer without credentials", async () => {
        for (const path of ["/minio/health/ready", "/minio/health/live", "/minio/v2/metrics/cluster"]) {
            assert.equal((await server.get(path)).status, 200, path);
        }
    });

    it("S-41: a plan whose user has an unknown bucket, or a name that no script should see, is refused", () => {
        const user = plan.users[0] as MinioProvisioning["users"][number];
        assert.throws(() => server.provision({ ...plan, users: [{ ...user, buckets: ["missing"] }] }, {}), /"missing", which is not provisioned/);
        assert.throws(() => server.provision({ ...plan, buckets: [{ name: "a; rm -rf /" }] }, {}), /bucket "a; rm -rf \/" is not allowed/);
    });

    it("E-105: it fails when people without credentials may still use a private bucket in the end", async () => {
        const PATH = server.clientThatIgnores("anonymous set none server/other");
        assert.equal((await server.provision(plan, { ...secrets, PATH })).code, 0, "nothing is wrong yet");
        for (const access of ["public", "download", "upload"]) {
            assert.equal((await server.client(root, "anonymous", "set", access, "server/other")).code, 0);
            const { code, stderr } = await server.provision(plan, { ...secrets, PATH });
            assert.deepEqual([code, stderr], [1, "bucket other is private, and has an anonymous policy\n"], access);
        }
        assert.equal((await server.provision(plan, secrets)).code, 0);
        assert.equal((await server.get("/other/")).status, 403);
    });
});

describe("a bucket that encrypts, in minio with a key of its own", () => {
    const writer = { accessKey: "mysql-backup", secretKey: "Canary0Backup0Secret0000000000000000001" };
    const users = [{ name: "mysql-backup", variables, buckets: ["backups", "open"], actions: ["read", "write"] as const }];
    const encrypting: MinioProvisioning = { buckets: [{ name: "backups", encrypted: true, expiryDays: 30 }, { name: "open" }], users };
    const keys = { MEDIA_ACCESS_KEY: writer.accessKey, MEDIA_SECRET_KEY: writer.secretKey };
    let server: MinioServer;

    before(async () => {
        server = await MinioServer.start(root, { MINIO_KMS_SECRET_KEY: namedKey("minio", "0123456789abcdef".repeat(4)) });
        for (const run of ["first", "second"]) {
            const { code, stderr } = await server.provision(encrypting, keys);
            assert.equal(code, 0, `${run}: ${stderr}`);
        }
    });
    after(() => server.stop());

    /** Uploads a dump as the job's user does, and says how the server keeps it. */
    async function uploaded(bucket: string, text: string, more: NodeJS.ProcessEnv = {}): Promise<unknown> {
        const target = `server/${bucket}/dump.sql.gz`;
        const { code, stderr } = await server.clientWith(more, writer, "cp", server.file("dump.sql.gz", text), target);
        assert.equal(code, 0, stderr);
        assert.equal((await server.clientWith(more, writer, "cat", target)).stdout, text);
        assert.equal((await server.clientWith(more, writer, "cp", target, server.file("fetched", ""))).code, 0);
        const { metadata = {} } = JSON.parse((await server.client(root, "--json", "stat", target)).stdout);
        return metadata["X-Amz-Server-Side-Encryption"];
    }

    it("E-246: what its user uploads is encrypted where it lies, and can be read again", async () => {
        assert.equal(await uploaded("backups", "CREATE TABLE orders_canary"), "AES256");
        assert.equal(await server.isReadable("CREATE TABLE orders_canary"), false);
    });

    it("E-246: without it, an upload can ask for the same, as dumps do for servers outside the cluster", async () => {
        assert.equal(await uploaded("open", "CREATE TABLE open_canary"), undefined);
        assert.equal(await server.isReadable("CREATE TABLE open_canary"), true);
        assert.equal(await uploaded("open", "CREATE TABLE asked_canary", { MC_ENC_S3: "server/open" }), "AES256");
        assert.equal(await server.isReadable("CREATE TABLE asked_canary"), false);
    });

    it("E-246: a server without a key refuses to provision such a bucket, rather than keep dumps open", async () => {
        const keyless = await MinioServer.start(root);
        try {
            const { code, stderr } = await keyless.provision(encrypting, keys);
            assert.notEqual(code, 0);
            assert.match(stderr, /KMS|encryption/i);
        } finally {
            await keyless.stop();
        }
    });
});
