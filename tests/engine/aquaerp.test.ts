import assert from "node:assert/strict";
import { TestCluster } from "../harness/cluster";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

const namespace = "aquaerp";
const workers = ["auth", "contrat", "facture", "intervention", "mailer", "operation", "workflow"].map(name => `${name}-service`);

/** Asks again until the answer is there; a cluster that never gives it ends the test with what it gave last. */
async function eventually<Answer>(ask: () => Promise<Answer>, isRight: (answer: Answer) => boolean): Promise<Answer> {
    let answer = await ask();
    for (let attempt = 0; attempt < 240 && !isRight(answer); attempt += 1) {
        await new Promise(resolve => setTimeout(resolve, 500));
        answer = await ask();
    }
    return answer;
}

describe("AquaERP's availability tests on the real engine, provider and API server", () => {
    let cluster: TestCluster;
    let stack: TestStack;

    before(async () => {
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "staging");
        await stack.configure({ enabled: ["aquaerp"] });
        assertSucceeded(await stack.up());
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
    });

    async function readyPods(deployment: string): Promise<number> {
        return (await cluster.get("deployment", deployment, namespace))?.status.readyReplicas ?? 0;
    }

    /** Names of the pods behind a Service that are ready to answer. */
    async function endpoints(service: string): Promise<string[]> {
        const slices = (await cluster.list("endpointslices", namespace))
            .filter(({ metadata }) => metadata.labels["kubernetes.io/service-name"] === service);
        return slices.flatMap(slice => slice.endpoints ?? [])
            .filter(({ conditions }) => conditions.ready).map(({ targetRef }) => targetRef.name);
    }

    it("A-127 A-135: every Deployment has its pods ready, two for each service of the back end and three pages", async () => {
        for (const name of workers) {
            assert.equal(await readyPods(name), 2, name);
        }
        // These begin with one pod: their autoscalers add the others.
        assert.equal(await eventually(() => readyPods("api-gateway"), pods => pods === 2), 2);
        assert.equal(await eventually(() => readyPods("frontend"), pods => pods === 3), 3);
        const pods = await cluster.list("pods", namespace);
        const waiting = pods.filter(({ status }) => !["Running", "Succeeded"].includes(status.phase));
        assert.deepEqual(waiting.map(({ metadata }) => metadata.name), []);
    });

    it("a second up changes nothing", async () => {
        const again = await stack.up();
        assertSucceeded(again);
        assert.deepEqual(changes(again), []);
    });

    it("A-136: a killed pod of auth-service comes back, and its Service has a ready pod all the time", async () => {
        const [killed, survivor] = await endpoints("auth-service");
        assert.ok(killed && survivor);
        await cluster.kubectl("delete", "pod", killed, "--namespace", namespace, "--wait=false");
        const seen: string[][] = [];
        const after = await eventually(async () => {
            const now = await endpoints("auth-service");
            seen.push(now);
            return now;
        }, now => now.length === 2 && !now.includes(killed));
        assert.equal(after.length, 2);
        assert.ok(!after.includes(killed) && after.includes(survivor));
        assert.deepEqual(seen.filter(now => !now.includes(survivor)), []);
    });

    it("A-137: the gateway grows to five pods with its minimum, a manual scale is undone, and with the old minimum it shrinks to two", async () => {
        await stack.configure({ enabled: ["aquaerp"], aquaerp: { hpa: { gateway: { minimum: 5 } } } });
        assertSucceeded(await stack.up());
        assert.equal(await eventually(() => readyPods("api-gateway"), pods => pods === 5), 5);
        await cluster.kubectl("scale", "deployment/api-gateway", "--replicas=2", "--namespace", namespace);
        const replicas = async (): Promise<number> => (await cluster.get("deployment", "api-gateway", namespace))?.spec.replicas;
        assert.equal(await eventually(replicas, count => count === 5), 5);
        await stack.configure({ enabled: ["aquaerp"] });
        assertSucceeded(await stack.up());
        await cluster.kubectl("scale", "deployment/api-gateway", "--replicas=2", "--namespace", namespace);
        assert.equal(await eventually(() => readyPods("api-gateway"), pods => pods === 2), 2);
        assert.equal((await endpoints("api-gateway")).length, 2);
    });

    it("A-34 A-35: a deleted pod of PostgreSQL comes back on the same volume", async () => {
        const claim = async (): Promise<[string, string]> => {
            const { metadata, spec } = await cluster.get("persistentvolumeclaim", "postgresql-data", namespace);
            return [metadata.uid, spec.volumeName];
        };
        const before = await claim();
        const old = await cluster.get("pod", "postgresql-0", namespace);
        await cluster.kubectl("delete", "pod", "postgresql-0", "--namespace", namespace, "--wait=false");
        const pod = await eventually(() => cluster.get("pod", "postgresql-0", namespace),
            found => found?.metadata.uid !== old.metadata.uid && found?.status.phase === "Running");
        assert.notEqual(pod.metadata.uid, old.metadata.uid);
        assert.equal(pod.status.phase, "Running");
        const mounted = (pod.spec.volumes as { persistentVolumeClaim?: { claimName: string } }[])
            .flatMap(volume => volume.persistentVolumeClaim?.claimName ?? []);
        assert.deepEqual(mounted, ["postgresql-data"]);
        assert.deepEqual(await claim(), before);
    });
});
