import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { CommandResult } from "../../harness/command";
import { run } from "../../harness/command";

const program = resolve(__dirname, "../../../toolchain/drift/drift.mjs");
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x" };

const metadata = { name: "web", namespace: "shop", labels: { app: "web" } };
const declared = {
    apiVersion: "apps/v1", kind: "Deployment", metadata,
    spec: { replicas: 2, template: { spec: { containers: [{ name: "web", resources: { limits: { cpu: "1000m" } } }] } } },
};
/** What the API server makes of that: in its own words, and with more than was asked for. */
const recorded = {
    ...declared, metadata: { ...metadata, resourceVersion: "7", annotations: { "deployment.kubernetes.io/revision": "1" } },
    spec: { ...declared.spec, template: { spec: { dnsPolicy: "ClusterFirst", containers: [{ name: "web", resources: { limits: { cpu: "1" } } }] } } },
};

function resource(inputs: object, outputs: object, more: object = {}): object {
    return { urn: `urn:pulumi:dev::platforms::kubernetes:x:Kind::${JSON.stringify(outputs).length}`, type: "kubernetes:x:Kind", custom: true, inputs, outputs, ...more };
}

describe("Comparison of a stack with its cluster", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "drift-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** Compares resources of a state with what kubectl answers. */
    function compare(resources: readonly object[], live: readonly object[], script?: string): Promise<CommandResult> {
        writeFileSync(join(folder, "live.json"), JSON.stringify({ items: live }));
        writeFileSync(join(folder, "kubectl"), `#!/bin/sh\n${script ?? `echo "$*" >>${folder}/asked; cat ${folder}/live.json`}\n`, { mode: 0o755 });
        return run(process.execPath, [program, "--targets", join(folder, "targets")], {
            input: JSON.stringify({ deployment: { resources } }), environment: { PATH: `${folder}:/usr/bin:/bin` },
        });
    }

    it("F5 F6 F7: finds nothing where the server says the same as when the object was declared, whatever else it has written", async () => {
        const live = { ...recorded, metadata: { ...recorded.metadata, resourceVersion: "9" }, status: { replicas: 2 } };
        const { code, stdout, stderr } = await compare([resource(declared, recorded)], [live]);
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
        assert.equal(readFileSync(join(folder, "targets"), "utf8"), "");
        assert.match(readFileSync(join(folder, "asked"), "utf8"), /^get deployment\.v1\.apps --all-namespaces --output=json --selector=\S+managed-by=pulumi\n$/);
    });

    it("F5 F6 F7 F9: names what is gone, and each declared field that is another", async () => {
        const scaled = { ...recorded, spec: { ...recorded.spec, replicas: 5, template: { spec: { containers: [{ name: "web", resources: {} }] } } } };
        const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web", namespace: "shop" }, data: { a: "1", b: "2" } };
        const cron = { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "restore", namespace: "shop" }, spec: { suspend: true } };
        const leaving = { ...cron, metadata: { name: "leaving", namespace: "shop" } };
        const { code, stdout } = await compare([
            resource(declared, recorded), resource(config, config), resource(cron, cron), resource(leaving, leaving),
            resource({}, { ...config, metadata: { name: "gone", namespace: "shop" } }),
        ], [
            scaled, { ...config, data: { a: "other\nlines", c: "more" } }, { ...cron, spec: { suspend: false } },
            { ...leaving, metadata: { ...leaving.metadata, deletionTimestamp: "2026-11-30T00:00:00Z" } },
        ]);
        assert.equal(code, 1);
        assert.deepEqual(stdout.trim().split("\n"), [
            "Deployment shop/web: spec.replicas is 5, declared is 2",
            "Deployment shop/web: spec.template.spec.containers[0].resources.limits is gone, declared is {\"cpu\":\"1\"}",
            "ConfigMap shop/web: data.a is other\\nlines, declared is 1",
            "ConfigMap shop/web: data.b is gone, declared is 2",
            "CronJob shop/restore: spec.suspend is false, declared is true",
            "CronJob shop/leaving is being deleted, since 2026-11-30T00:00:00Z",
            "ConfigMap shop/gone is gone",
        ]);
        assert.equal(readFileSync(join(folder, "targets"), "utf8").trim().split("\n").length, 5);
    });

    it("leaves what an autoscaler owns, Jobs that go by themselves, charts and deleted resources alone", async () => {
        const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "load", namespace: "shop" }, spec: { ttlSecondsAfterFinished: 60 } };
        const { code, stdout } = await compare([
            resource(declared, recorded, { ignoreChanges: ["spec.replicas"] }), resource(job, job),
            resource(declared, { ...recorded, metadata: { name: "old" } }, { delete: true }),
            resource(declared, { ...recorded, metadata: { name: "chart" } }, { type: "kubernetes:helm.sh/v3:Release" }),
        ], [{ ...recorded, spec: { ...recorded.spec, replicas: 9 } }]);
        assert.deepEqual([code, stdout], [0, ""]);
    });

    it("says of a Secret that it was written, and shows no value", async () => {
        const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "key", namespace: "shop" }, stringData: secret };
        const outputs = { ...inputs, metadata: { ...inputs.metadata, resourceVersion: "3" }, data: secret };
        const live = { ...inputs, stringData: undefined, data: { password: "Q0FOQVJZ" } };
        const same = await compare([resource(inputs, outputs)], [{ ...live, metadata: outputs.metadata }]);
        assert.deepEqual([same.code, same.stdout], [0, ""]);
        const written = await compare([resource(inputs, outputs)], [{ ...live, metadata: { ...outputs.metadata, resourceVersion: "4" } }]);
        assert.deepEqual([written.code, written.stdout], [1, "Secret shop/key: was written by somebody else, its values are not compared\n"]);
    });

    it("F2: names a claim that somebody enlarged, which stays as it is, and brings back one that is smaller", async () => {
        const claim = (name: string, storage: string): object => ({
            apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, namespace: "shop" }, spec: { resources: { requests: { storage } } },
        });
        const [large, small] = [claim("large", "1Gi"), claim("small", "2G")];
        const { code, stdout } = await compare([resource(large, large), resource(small, small, { urn: "small" })], [claim("large", "2Gi"), claim("small", "1Gi")]);
        assert.equal(code, 1);
        assert.match(stdout, /^PersistentVolumeClaim shop\/large was enlarged to 2Gi, declared is 1Gi: it stays so; /m);
        assert.match(stdout, /^PersistentVolumeClaim shop\/small: spec\.resources\.requests\.storage is 1Gi, declared is 2G$/m);
        assert.equal(readFileSync(join(folder, "targets"), "utf8"), "small\n");
    });

    it("ends 2 with kubectl's words where it cannot tell", async () => {
        const { code, stdout, stderr } = await compare([resource(declared, recorded)], [], "echo 'connection refused' >&2; exit 1");
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, /the cluster could not be compared: connection refused/);
    });
});
