import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { TestCluster } from "../harness/cluster";
import { assertSucceeded, changes, TestStack } from "../harness/stack";
import { ApiProxy } from "./apiProxy";

const namespace = "taskflow";

/** At how many steps updates are killed: the engine or its provider, before or after the cluster has what was sent. */
const kills = Number(process.env["KILLS"] ?? 20);

/** About as many as the killed updates make together, fewer than the platform takes. */
const writes = 40;

/** Moments of updates: writes to the API server are counted, and the one that is wanted lasts until nobody waits for its answer. */
class Moments {
    private written = 0;
    private wanted: { number: number; isDone: boolean; reached: () => void } | undefined;

    /** Resolves at a write of the next update: before the API server has it, or when it has answered and nobody knows. */
    at(number: number, isDone: boolean): Promise<void> {
        this.written = 0;
        return new Promise(reached => {
            this.wanted = { number, isDone, reached };
        });
    }

    judge = async (method: string, path: string): Promise<{ keepBack(): Promise<never> } | undefined> => {
        const { wanted } = this;
        if (method === "GET" || path.includes("dryRun=") || !wanted || ++this.written !== wanted.number) {
            return undefined;
        }
        this.wanted = undefined;
        const forEver = (): Promise<never> => {
            wanted.reached();
            return new Promise(() => undefined);
        };
        return wanted.isDone ? { keepBack: forEver } : forEver();
    };
}

interface Resource {
    readonly urn: string;
    readonly outputs?: { readonly kind?: string; readonly metadata?: { readonly name: string; readonly namespace?: string } };
}

describe("Updates that are killed", () => {
    let cluster: TestCluster;
    let proxy: ApiProxy;
    let stack: TestStack;
    let folder: string;
    const moments = new Moments();

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "killed-"));
        cluster = await TestCluster.start();
        proxy = await ApiProxy.start(cluster, join(folder, "kubeconfig"), moments.judge);
        stack = await TestStack.create(proxy, "dev", { values: { enabled: [namespace] }, checkpoints: true });
    });

    after(async () => {
        await stack?.remove();
        await proxy?.stop();
        await cluster?.stop();
        await rm(folder, { recursive: true, force: true });
    });

    const resources = async (): Promise<readonly Resource[]> => JSON.parse(await stack.state()).deployment?.resources ?? [];

    async function secrets(): Promise<Map<string, string>> {
        return new Map((await cluster.list("secrets", namespace)).map(({ metadata, data }) => [metadata.name, JSON.stringify(data)]));
    }

    it(`the next one goes on, no password changes and nothing is doubled, at ${kills} steps`, async function () {
        const seen = new Map<string, string>();
        const left: number[] = [];
        for (let step = 0; step < kills; step++) {
            const victim = step % 2 === 0 ? "engine" : "provider";
            await stack.killedUp(moments.at(Math.floor(writes / kills) + step % 2, step % 4 > 1), victim);
            const known = await resources();
            left.push(known.length);
            assertSucceeded(await stack.recover());
            for (const [name, data] of await secrets()) {
                assert.equal(seen.get(name) ?? data, data, `${name} after step ${step}`);
                seen.set(name, data);
            }
        }
        const last = await stack.up();
        assertSucceeded(last);
        assert.ok(last.steps.some(({ operation }) => operation === "same"));
        assert.deepEqual(new Set(left).size, kills, `the states knew ${left.join(", ")} resources`);

        const now = await secrets();
        assert.deepEqual([...seen].map(([name]) => [name, now.get(name)]), [...seen]);
        const known = await resources();
        assert.deepEqual([...new Set(known.map(({ urn }) => urn))], known.map(({ urn }) => urn));
        const declared = known.flatMap(({ outputs: { kind, metadata } = {} }) => metadata?.namespace === namespace ? [`${kind} ${metadata.name}`] : []);
        const kinds = "secrets,configmaps,services,serviceaccounts,deployments,statefulsets,jobs,cronjobs,networkpolicies,persistentvolumeclaims";
        const found = (await cluster.list(kinds, namespace)).filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/managed-by"] === "pulumi")
            .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        assert.deepEqual(found.filter(name => !declared.includes(name)), []);
        assert.deepEqual(changes(await stack.up()), []);
        (this.test as Mocha.Runnable).title += ` (with ${left.join(", ")} resources in the state)`;
    });
});
