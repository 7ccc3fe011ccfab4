import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { recordProgram } from "../harness/program";
import { architecturePath, withPicture } from "../harness/roomsPicture";

const repository = resolve(__dirname, "../..");
const pages = ["README.md", ...readdirSync(join(repository, "docs")).filter(name => name.endsWith(".md")).map(name => join("docs", name))];

describe("documentation", () => {
    for (const page of pages) {
        it(`${page}: every relative link leads to a file`, () => {
            const text = readFileSync(join(repository, page), "utf8");
            const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, target = ""]) => target);
            const missing = targets.filter(target => !existsSync(join(repository, dirname(page), target)));
            assert.deepEqual(missing, []);
        });
    }

    it("docs/architecture.md draws the rooms as the sources import them", () => {
        const page = readFileSync(architecturePath, "utf8");
        assert.equal(page, withPicture(page), "run: npm run docs:architecture");
    });

    it("docs/dependencies.md explains every npm dependency in its pinned version", () => {
        const { dependencies, devDependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
        const rows = readFileSync(join(repository, "docs/dependencies.md"), "utf8").split("\n").filter(line => line.startsWith("|"));
        const explained = rows.flatMap(row => {
            const [, names = "", versions = ""] = row.split("|");
            const version = versions.split(",");
            return names.split(",").map((name, index) => `${name.trim()}@${(version[index] ?? "").trim()}`);
        });
        for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
            assert.ok(explained.includes(`${name}@${version}`), `${name}@${version} is not explained`);
        }
    });

    it("T-51 T-109 T-139 G-62 G-151: settings that requirements call otherwise exist as docs/clusters.md says", async () => {
        const text = readFileSync(join(repository, "docs/clusters.md"), "utf8");
        const taskflow = { redis: { authentication: true }, prometheus: { kubeStateMetrics: "a.b.svc:8080", operator: false } };
        const s3 = { endpoint: "https://s3.example.com", bucket: "copies", secretName: "credentials", addresses: ["203.0.113.7/32"] };
        const ingressController = { namespace: "edge", podLabels: { app: "proxy" } };
        await recordProgram("staging", { enabled: ["taskflow", "gauzian"], taskflow, gauzian: { backup: { s3 } }, shared: { ingressController } });
        for (const key of [
            "taskflow.redis.authentication", "taskflow.prometheus.kubeStateMetrics", "taskflow.prometheus.operator",
            "shared.ingressController.namespace", "gauzian.backup.s3.secretName",
        ]) {
            assert.ok(text.includes(`| \`${key}\``), key);
        }
    });

    it("T-95 A-74 E-144: says how to get a pinned metrics-server and how to see that it answers", () => {
        const text = readFileSync(join(repository, "docs/clusters.md"), "utf8");
        assert.match(text, /metrics-server.*release \*\*v\d+\.\d+\.\d+\*\*/);
        assert.match(text, /kubectl top pods/);
        assert.match(text, /--timeout=300s/);
    });
});
