import assert from "node:assert/strict";
import type { MinioArgs } from "../../../components/data/minio/minio";
import { Minio } from "../../../components/data/minio/minio";
import { namedKey } from "../../../components/data/minio/credentials";
import { publicReadPolicy, userPolicy } from "../../../components/data/minio/policies";
import type { MinioProvisioning } from "../../../components/data/minio/provisioning";
import { policyFiles, provisioningScript } from "../../../components/data/minio/provisioning";
import { parseQuantity } from "../../../components/kit/quantity";
import { resources } from "../../../components/kit/resources";
import { SecretKey } from "../../../components/kit/secretKey";
import type { StoreRecording } from "../../harness/stores";
import { allContainers, variablesOf } from "../../harness/pods";
import { recordedOnce } from "../../harness/program";
import { container, podsOf, reaches, recordStore } from "../../harness/stores";

const args: MinioArgs = {
    storage: { size: "10Gi", storageClass: null },
    resources: resources("100m/256Mi", "250m/512Mi"),
    buckets: [{ name: "media", versioning: true }, { name: "avatars", access: "public-read" }],
    users: {
        media: { credentials: { secretName: "media-keys", keys: { accessKey: "ACCESS", secretKey: "SECRET" } }, buckets: ["media"] },
    },
};
const plan: MinioProvisioning = {
    buckets: args.buckets,
    users: [{ name: "media", variables: { accessKey: "MEDIA_ACCESS_KEY", secretKey: "MEDIA_SECRET_KEY" }, buckets: ["media"], actions: ["read"] }],
};

describe("Minio", () => {
    let store: StoreRecording;
    before(async () => {
        store = await recordStore(scope => new Minio("minio", scope, args).user("media"));
    });

    it("S-38 S-43 G-36: one server with API and console on a volume of its own, as user 1000", () => {
        const { spec } = store.recording.object("StatefulSet", "minio").inputs;
        assert.deepEqual([spec.replicas, spec.template.spec.securityContext.fsGroup], [1, 1000]);
        const { command, args: words, ports } = container(store.recording, "StatefulSet", "minio");
        assert.deepEqual([command, words], [undefined, ["server", "/data", "--console-address", ":9001"]]);
        assert.deepEqual(ports.map(({ name, containerPort }: { name: string; containerPort: number }) => [name, containerPort]),
            [["api", 9000], ["console", 9001]]);
        assert.equal(store.recording.object("PersistentVolumeClaim", "minio-pvc").inputs.spec.resources.requests.storage, "10Gi");
    });

    it("S-41 G-40: consumers get the user's own keys and wait for the Job; root's stay with server and Job", () => {
        assert.deepEqual(store.variables, {
            MINIO_ENDPOINT: "minio:9000", MINIO_BUCKET: "media", MINIO_ACCESS_KEY: "media-keys/ACCESS", MINIO_SECRET_KEY: "media-keys/SECRET",
        });
        const job = store.recording.object("Job", "minio-provisioning");
        assert.ok(store.recording.before(store.recording.object("Deployment", "api")).has(job.urn));
        const { MINIO_ROOT_USER } = variablesOf(container(store.recording, "StatefulSet", "minio"));
        assert.equal(MINIO_ROOT_USER, "minio-credentials/MINIO_ROOT_USER");
    });

    it("S-70 S-71: consumers and the Job reach the API, nobody the console", () => {
        for (const name of ["api", "minio-provisioning"]) {
            assert.equal(reaches(store, podsOf(store, name), podsOf(store, "minio"), 9000), true, name);
            assert.equal(reaches(store, podsOf(store, name), podsOf(store, "minio"), 9001), false, name);
        }
    });

    it("G-44 G-48: credentials may come from Secrets that exist, under any key", async () => {
        const key = (name: string): SecretKey => new SecretKey("shop", "shop-secrets", name, "digest");
        const { recording, variables } = await recordStore(scope => new Minio("minio", scope, {
            ...args,
            root: { accessKey: key("ROOT_USER"), secretKey: key("ROOT_PASSWORD") },
            users: { shop: { credentials: { accessKey: key("S3_ACCESS_KEY"), secretKey: key("S3_SECRET_KEY") }, buckets: ["media"] } },
        }).user("shop"));
        assert.equal(variables["MINIO_ACCESS_KEY"], "shop-secrets/S3_ACCESS_KEY");
        const server = variablesOf(container(recording, "StatefulSet", "minio"));
        assert.deepEqual([server["MINIO_ROOT_USER"], server["MINIO_ROOT_PASSWORD"]], ["shop-secrets/ROOT_USER", "shop-secrets/ROOT_PASSWORD"]);
        assert.equal(recording.has("Secret", "minio-credentials"), false);
    });

    it("S-41: a user that does not exist is named, with those that do", async () => {
        await assert.rejects(recordStore(scope => new Minio("minio", scope, args).user("mail")), /minio has no user "mail"; it has media/);
    });

    it("S-41 S-42 G-40: a user's policy names its buckets and nothing else, and lets it administer nothing", () => {
        const { Statement } = userPolicy(["media"], ["read", "write", "delete"]);
        assert.deepEqual(Statement, [
            { Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: ["arn:aws:s3:::media"] },
            { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource: ["arn:aws:s3:::media/*"] },
            { Effect: "Deny", Action: ["admin:*"] },
        ]);
        assert.deepEqual(publicReadPolicy("avatars").Statement.map(({ Action }) => Action), [["s3:GetObject"]]);
    });

    it("S-41 S-42 G-39: the script is told of buckets and users by name, and of keys by the variables that hold them", () => {
        const buckets = [...plan.buckets, { name: "dumps", encrypted: true, expiryDays: 30 }];
        assert.deepEqual(provisioningScript({ ...plan, buckets }).environment, {
            POLICY_FOLDER: "/etc/minio-policies", BUCKETS: "media avatars dumps", PUBLIC_BUCKETS: "avatars", VERSIONED_BUCKETS: "media",
            ENCRYPTED_BUCKETS: "dumps", FORGETFUL_BUCKETS: "dumps", USERS: "media:MEDIA_ACCESS_KEY:MEDIA_SECRET_KEY",
        });
        assert.deepEqual(Object.keys(policyFiles({ ...plan, buckets })).sort(), ["bucket-avatars.json", "lifecycle-dumps.json", "user-media.json"]);
    });

    it("S-48: no secret key is an argument of a command", () => {
        const withKey = provisioningScript(plan).text.split("\n").filter(line => line.includes("$secret_key"));
        // printf is part of the shell: its arguments are in no list of processes.
        assert.deepEqual(withKey.map(line => line.trim()), ["printf '%s\\n%s\\n' \"$access_key\" \"$secret_key\" | mc admin user add server"]);
    });

    it("E-246: a key has a name and 32 bytes; a bucket that encrypts needs a server with one", async () => {
        assert.equal(namedKey("minio", "00ff".repeat(16)), `minio:${Buffer.from("00ff".repeat(16), "hex").toString("base64")}`);
        const encrypting = { ...args, buckets: [{ name: "media", encrypted: true }] };
        await assert.rejects(recordStore(scope => new Minio("minio", scope, encrypting).user("media")),
            /bucket "media" is to be encrypted, and minio has no key; give it encryption: true/);
        const { recording } = await recordStore(scope => new Minio("minio", scope, { ...encrypting, encryption: true }).user("media"));
        assert.equal(variablesOf(container(recording, "Job", "minio-provisioning"))["ENCRYPTED_BUCKETS"], "media");
        assert.equal(variablesOf(container(store.recording, "StatefulSet", "minio"))["MINIO_KMS_SECRET_KEY"], undefined);
    });

    it("refuses names that a bucket, a user or a shell must not have", () => {
        const user = plan.users[0] as MinioProvisioning["users"][number];
        for (const name of ["Media", "a", "-a-", "a b", "a;b", "$(id)", "x".repeat(64)]) {
            assert.throws(() => provisioningScript({ ...plan, buckets: [{ name }] }), /bucket ".*" is not allowed/, name);
            assert.throws(() => provisioningScript({ ...plan, users: [{ ...user, name }] }), /user ".*" is not allowed/, name);
        }
        assert.throws(() => provisioningScript({ ...plan, users: [{ ...user, buckets: [] }] }), /user "media" has no bucket/);
        assert.throws(() => provisioningScript({ ...plan, users: [{ ...user, buckets: ["mail"] }] }),
            /has the bucket "mail", which is not provisioned/);
    });

    it("F29: the client that adds users has twice the memory that was measured, wherever it runs", async () => {
        const { recording } = await recordedOnce("prod");
        const clients = allContainers(recording).filter(([, { image }]) => /\/mc:/.test(image));
        assert.ok(clients.length >= 3, `${clients.length} containers`);
        for (const [name, { resources: { limits } }] of clients) {
            assert.ok(parseQuantity(limits.memory as string) >= 2 * parseQuantity("96Mi"), name);
        }
    });
});
