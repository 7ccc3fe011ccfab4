import assert from "node:assert/strict";
import { TestCluster } from "../harness/cluster";
import type { StackResult } from "../harness/stack";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

const namespace = "taskflow";
const workloadKinds = "deployments,statefulsets";

describe("TaskFlow on the real engine, provider and API server", () => {
    let cluster: TestCluster;
    let stack: TestStack;
    let first: StackResult;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "dev", { values: { enabled: [namespace] } });
        first = await stack.up();
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    /** Runs an update under other settings and names the workloads whose pod template it changed. */
    async function rolledBy(values: Readonly<Record<string, unknown>>): Promise<{ result: StackResult; rolled: string[] }> {
        const generations = async (): Promise<Map<string, number>> =>
            new Map((await cluster.list(workloadKinds, namespace)).map(({ metadata }) => [metadata.name, metadata.generation]));
        const before = await generations();
        await stack.configure(values);
        const result = await stack.up();
        assertSucceeded(result);
        const after = await generations();
        return { result, rolled: [...after].filter(([name, generation]) => before.get(name) !== generation).map(([name]) => name).sort() };
    }

    it("T-148 T-03 T-129: up ends 0 with every pod Running and every Deployment available", async () => {
        assertSucceeded(first);
        const pods = await cluster.list("pods", namespace);
        const phases = pods.map(({ metadata, status }) => [metadata.labels.app, status.phase]);
        for (const app of ["postgres", "redis", "backend-api", "frontend", "prometheus", "grafana"]) {
            assert.ok(phases.some(([name]) => name === app), `no pod of ${app}`);
        }
        assert.deepEqual(phases.filter(([, phase]) => phase !== "Running" && phase !== "Succeeded"), []);
        const deployments = await cluster.list("deployments", namespace);
        assert.deepEqual(deployments.filter(({ status }) => status.readyReplicas < 1).map(({ metadata }) => metadata.name), []);
    });

    it("T-44: Job taskflow-db-init has completed", async () => {
        const job = await cluster.get("job", "taskflow-db-init", namespace);
        assert.equal(job.status.succeeded, 1);
    });

    it("T-27 T-28 T-102: both claims are bound by the cluster's default class", async () => {
        const claims = await cluster.list("persistentvolumeclaims", namespace);
        assert.deepEqual(claims.map(({ metadata, status }) => [metadata.name, status.phase]).sort(),
            [["postgres-pvc", "Bound"], ["prometheus-pvc", "Bound"]]);
    });

    it("T-24: the two load balancers have an address", async () => {
        for (const name of ["frontend", "grafana"]) {
            const service = await cluster.get("service", name, namespace);
            assert.ok(service.status.loadBalancer.ingress?.[0]?.ip, `${name} has no address`);
        }
    });

    it("a second up changes nothing", async () => {
        const result = await stack.up();
        assertSucceeded(result);
        assert.deepEqual(changes(result), []);
    });

    it("T-12 T-04: an update does not reset what the autoscaler or a person scaled", async () => {
        await cluster.kubectl("scale", "deployment/backend-api", "--replicas=4", "--namespace", namespace);
        const result = await stack.up("--refresh");
        assertSucceeded(result);
        const deployment = await cluster.get("deployment", "backend-api", namespace);
        assert.equal(deployment.spec.replicas, 4);
    });

    it("T-60 T-103: a changed ConfigMap is updated in place and rolls its one consumer", async () => {
        const { result, rolled } = await rolledBy({ shared: { runbooks: "https://runbooks.example.org" } });
        assert.deepEqual(rolled, ["prometheus"]);
        assert.deepEqual(changes(result).filter(({ operation }) => operation.includes("replace")), []);
    });

    it("T-60: a rotated password is updated in place, reaches the database first and rolls exactly its consumers", async () => {
        const values = { shared: { runbooks: "https://runbooks.example.org" }, taskflow: { postgres: { rotation: 1 } } };
        const old = await cluster.get("secret", "postgres-secret", namespace);
        const { result, rolled } = await rolledBy(values);
        assert.deepEqual(rolled, ["backend-api", "postgres"]);
        const now = await cluster.get("secret", "postgres-secret", namespace);
        assert.equal(now.metadata.uid, old.metadata.uid);
        assert.notEqual(now.data.POSTGRES_PASSWORD, old.data.POSTGRES_PASSWORD);
        assert.equal(now.data.PREVIOUS_PASSWORD, old.data.POSTGRES_PASSWORD);
        const order = result.steps.map(({ name }) => name);
        assert.ok(order.lastIndexOf("taskflow-db-init") < order.lastIndexOf("taskflow-backend-api"), "the API was rolled before its new password was set");
    });

    it("T-55 T-57: no generated password is readable in state, output, preview, ConfigMap or environment", async () => {
        const secrets = await cluster.list("secrets", namespace);
        const passwords = secrets.flatMap(({ data }) => Object.entries<string>(data ?? {}))
            .filter(([key]) => /PASS/.test(key)).map(([, value]) => Buffer.from(value, "base64").toString());
        assert.equal(new Set(passwords).size, 4, "one password each for the database, its predecessor, the exporter and Grafana");
        const places: Record<string, string> = {
            state: await stack.state(),
            "first update": first.output,
            preview: (await stack.preview()).output,
            outputs: JSON.stringify(await stack.outputs()),
            objects: JSON.stringify(await cluster.list("configmaps,deployments,statefulsets,jobs,pods,services", namespace)),
        };
        for (const [place, text] of Object.entries(places)) {
            for (const password of passwords) {
                assert.ok(!text.includes(password), `a password is readable in the ${place}`);
                assert.ok(!text.includes(Buffer.from(password).toString("base64")), `a password is readable in the ${place}, encoded`);
            }
        }
    });

    it("a preview shows the debug messages of the SDK to whoever asks for them, and to nobody else", async () => {
        const messages = /^\s*debug: .*RegisterResource/m;
        assert.match((await stack.preview("--debug")).output, messages);
        assert.doesNotMatch((await stack.preview()).output, messages);
    });

    it("T-123 T-125 T-126: an enabled load test starts five pods and the update does not wait for them", async () => {
        await stack.configure({ taskflow: { loadTest: { enabled: true } } });
        assertSucceeded(await stack.up());
        const job = await cluster.get("job", "load-generator", namespace);
        assert.equal(job.spec.parallelism, 5);
        assert.equal(job.spec.activeDeadlineSeconds, 660);
    });

    it("T-130: destroy leaves nothing", async () => {
        assertSucceeded(await stack.destroy());
        assert.equal(await cluster.get("namespace", namespace, "default"), undefined);
        for (const kind of await cluster.kinds(false)) {
            const { stdout } = await cluster.kubectl("get", kind, "--selector", "app.kubernetes.io/managed-by=pulumi", "--output", "name");
            assert.equal(stdout, "", `left behind: ${stdout}`);
        }
    });
});

for (const environment of ["staging", "prod"]) {
    describe(`TaskFlow in ${environment} on the real engine, provider and API server`, () => {
        let cluster: TestCluster;
        let stack: TestStack;

        before(async () => {
            cluster = await TestCluster.start();
            stack = await TestStack.create(cluster, environment, { values: { enabled: [namespace] } });
        });

        after(async () => {
            await stack?.remove();
            await cluster?.stop();
        });

        it(`T-25 T-88: ${environment} is previewed and deployed with the policy pack, and a second up changes nothing`, async () => {
            assertSucceeded(await stack.preview());
            assertSucceeded(await stack.up());
            const again = await stack.up();
            assertSucceeded(again);
            assert.deepEqual(changes(again), []);
            const pods = await cluster.list("pods", namespace);
            assert.deepEqual(pods.filter(({ status }) => !["Running", "Succeeded"].includes(status.phase)).map(({ metadata }) => metadata.name), []);
            const routes = await cluster.list("ingressroutes.traefik.io", namespace);
            assert.deepEqual(routes.map(({ metadata }) => metadata.name).sort(), ["taskflow-http", "taskflow-https"]);
        });
    });
}
