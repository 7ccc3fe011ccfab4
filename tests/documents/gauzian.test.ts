import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gauzian } from "../harness/platforms/gauzian";

describe("GAUZIAN's page", () => {
    const page = readFileSync(join(__dirname, "../../components/platforms/gauzian/README.md"), "utf8");

    it("G-155 G-98 G-90: says what to do in every case that the document names", () => {
        for (const pattern of [
            /ImagePullBackOff/, /CrashLoopBackOff/, /Pending/, /DATABASE_URL/, /403/, /404/, /kubectl get crd/, /metrics-server/,
            /endpointslices/, /rate limit/, /stern/, /kubetail/, /90 days/, /30 days before/,
        ]) {
            assert.match(page, pattern);
        }
    });

    it("G-155: names only objects that are rendered", async () => {
        const { recording } = await gauzian("prod");
        const names = new Set(recording.objects.map(({ inputs }) => inputs.metadata?.name));
        const mentioned = [...page.matchAll(/\b(?:job|cronjob|hpa|deployment|service)\/([a-z0-9-]+)/g)].map(([, name]) => name)
            .filter(name => name !== "restore-1");
        assert.ok(mentioned.length >= 4);
        assert.deepEqual(mentioned.filter(name => !names.has(name)), []);
    });

    it("G-65: says which ports are public", () => {
        assert.match(page, /80\/tcp \(redirect, challenges\) and 443\/tcp are public; 6443\/tcp between nodes only/);
    });
});
