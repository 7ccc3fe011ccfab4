import assert from "node:assert/strict";
import * as catalogue from "../../components/platforms";
import { TestCluster } from "../harness/cluster";
import { runbookCommands } from "../harness/runbookCommands";
import type { StackResult } from "../harness/stack";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

/** What commands need that simulated nodes lack. */
const notHere: Readonly<Record<string, string>> = {
    "logs": "containers", "exec": "containers", "debug": "containers", "port-forward": "containers", "top": "metrics of containers",
    "cnpg": "a plugin of kubectl", "wait": "a Job of the command before it",
};

/** What the labels of an alert may be in this stack. */
const labelsOfAlerts = {
    "<namespace of the services>": "e-commerce-dev", "<namespace>": "taskflow", "<environment>": "dev", "<statefulset>": "postgres", "<n>": "0",
    "<service>": "backend-api", "<deployment>": "backend-api", "<app>": "backend-api", "<daemonset>": "node-exporter", "<name>": "e-commerce-tls",
    "<persistentvolumeclaim>": "postgres-pvc", "<job_name>": "taskflow-db-init", "<job>": "taskflow-db-init", "<cronjob>": "postgres-backup",
    "<database>": "postgres", "<application>": "e-commerce", "<container>": "api",
};

/** Whether a command changes something and can be asked for what it would do. */
function tried(verb: string, args: readonly string[]): boolean {
    return ["create", "delete", "patch", "annotate", "cordon", "uncordon", "drain"].includes(verb) || args.includes("undo");
}

const everyPlatform = Object.values(catalogue).map(({ name }) => name);

describe("All five platforms on the real engine, provider and API server", () => {
    let cluster: TestCluster;
    let stack: TestStack;
    let first: StackResult;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "dev");
        first = await stack.up();
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    /** Pods that neither run nor have done their work. */
    async function waitingPods(): Promise<string[]> {
        const { items } = JSON.parse((await cluster.kubectl("get", "pods", "--all-namespaces", "--output", "json")).stdout);
        assert.ok(items.length > 0);
        return items.filter(({ status }: { status: { phase: string } }) => !["Running", "Succeeded"].includes(status.phase))
            .map(({ metadata }: { metadata: { namespace: string; name: string } }) => `${metadata.namespace}/${metadata.name}`);
    }

    it("up ends 0 with every pod Running, whatever else comes up at the same time", async () => {
        assertSucceeded(first);
        assert.deepEqual(await waitingPods(), []);
        const components = changes(first).filter(({ type }) => type.startsWith("platforms:platforms:")).map(({ name }) => name);
        assert.deepEqual(components.sort(), [...everyPlatform].sort());
    });

    it("a second up changes nothing", async () => {
        const result = await stack.up();
        assertSucceeded(result);
        assert.deepEqual(changes(result), []);
    });

    it("S-86: a platform that is switched off goes alone and wholly, and comes back alone", async () => {
        const beside = (result: StackResult, expected: string): string[] => {
            assert.ok(changes(result).length > 50);
            return changes(result).filter(({ operation, name }) => operation !== expected || !name.startsWith("storm")).map(({ urn }) => urn);
        };
        const enabled = everyPlatform.filter(name => name !== "storm");
        await stack.configure({ enabled });
        const refused = await stack.up();
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /this change deletes data, nothing was changed[^]*\n\s+storm\//);
        assert.match(refused.output, /pulumi config set --path 'mayDelete\[0\]' storm/);
        assert.deepEqual(changes(refused), []);
        await stack.configure({ enabled, mayDelete: ["storm"] });
        const off = await stack.up();
        assertSucceeded(off);
        assert.deepEqual(beside(off, "delete"), []);
        assert.equal(await cluster.get("namespace", "storm", "default"), undefined);
        await stack.configure({});
        const on = await stack.up();
        assertSucceeded(on);
        assert.deepEqual(beside(on, "create"), []);
        assert.deepEqual(await waitingPods(), []);
    });

    it("runbooks: what they look at and do with kubectl is understood by the API server, as far as simulated nodes can tell", async function () {
        const namespaces = new Set((await cluster.list("namespaces", "default")).map(({ metadata }) => metadata.name));
        const [pod] = (await cluster.list("pods", "taskflow")).filter(({ metadata }) => metadata.labels.app === "backend-api");
        const labels = { ...labelsOfAlerts, "<pod>": pod?.metadata.name, "<node>": pod?.spec.nodeName };
        const results: Record<string, number> = {};
        const faults: string[] = [];
        for (const { page, text, args, verb, namespace = "<namespace>" } of runbookCommands()) {
            const reason = notHere[verb] ?? (namespace.includes("<") || namespaces.has(namespace) ? undefined : "another stack's namespace");
            if (reason !== undefined) {
                results[reason] = (results[reason] ?? 0) + 1;
                continue;
            }
            // How long a roll-out takes is the machine's affair here.
            const filled = args.map(word => word.replace(/^--timeout=.*/, "--timeout=10m"))
                .map(word => Object.entries(labels).reduce((rest, [label, value]) => rest.replaceAll(label, value), word));
            assert.deepEqual(filled.filter(word => /<[a-z]/.test(word)), [], `${page}: ${text}`);
            const { code, stderr } = await cluster.kubectl(...filled, ...tried(verb, args) ? ["--dry-run=server"] : []);
            // Of cert-manager's kinds the embedded cluster knows those that the program declares.
            const lacked = /\(NotFound\)|no rollout history found|resource type "(challenge|certificaterequest|order)"/.test(stderr);
            if (code !== 0 && !lacked) {
                faults.push(`${page}: ${text}: ${stderr}`);
            }
            const outcome = lacked ? "not in this stack" : "answered";
            results[outcome] = (results[outcome] ?? 0) + 1;
        }
        assert.deepEqual(faults, []);
        assert.ok((results["answered"] ?? 0) > 60, JSON.stringify(results));
        (this.test as Mocha.Runnable).title += ` (${Object.entries(results).map(([outcome, count]) => `${outcome}: ${count}`).join(", ")})`;
    });
});
