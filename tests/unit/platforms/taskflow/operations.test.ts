import assert from "node:assert/strict";
import { variablesOf } from "../../../harness/pods";
import type { EnvironmentName } from "../../../../components/kit/environment";
import { assertHas, container, everything, object, stacks, taskflow } from "../../../harness/platforms/taskflow";

const tested = ["dev", "staging"] as const;

describe("TaskFlow load test", () => {
    it("T-123: five pods of busybox, each run once", async () => {
        for (const stack of tested) {
            const { spec } = await object(stack, "Job", "load-generator", everything[stack]);
            assert.deepEqual([spec.parallelism, spec.completions, spec.template.spec.restartPolicy], [5, 5, "Never"]);
            assert.equal(spec.template.metadata.labels.app, "load-generator");
            const { image, resources } = await container(stack, "load-generator", everything[stack]);
            assert.match(image, /^busybox:1\.37\.\d+$/);
            assertHas(resources, { requests: { cpu: "100m", memory: "32Mi" }, limits: { cpu: "200m", memory: "64Mi" } });
        }
    });

    it("T-124 T-127 T-128: calls the four addresses of the API's namespace, in dev also the CPU burner when asked", async () => {
        const addresses = async (stack: EnvironmentName): Promise<string[]> => {
            const { env } = await container(stack, "load-generator", everything[stack]);
            const [baseUrl, paths] = ["BASE_URL", "PATHS"].map(name => env.find(variable => variable.name === name)?.value);
            assert.equal(baseUrl, "http://backend-api.taskflow.svc.cluster.local:5000");
            return (paths ?? "").split(" ");
        };
        const four = ["/tasks", "/tasks?priority=high", "/tasks?completed=false", "/stats"];
        assert.deepEqual(await addresses("staging"), four);
        assert.deepEqual(await addresses("dev"), [...four, "/stress?duration=1"]);
    });

    it("T-125: ends by itself, is not waited for, and makes way for its successor", async () => {
        for (const [seconds, settings] of [[600, {}], [120, { durationSeconds: 120 }]] as const) {
            const { recording } = await taskflow("dev", { loadTest: { enabled: true, ...settings } });
            const job = recording.object("Job", "load-generator");
            assertHas(job.inputs.spec, { activeDeadlineSeconds: seconds + 60, backoffLimit: 0, ttlSecondsAfterFinished: 300 });
            assert.equal(job.inputs.metadata.annotations["pulumi.com/skipAwait"], "true");
            assert.deepEqual([job.deleteBeforeReplace, job.replaceOnChanges], [true, ["spec"]]);
            const { env } = job.inputs.spec.template.spec.containers[0];
            assert.equal(env.find(({ name }: { name: string }) => name === "DURATION_SECONDS").value, String(seconds));
        }
    });

    it("T-126: is rendered only when the stack config asks for it", async () => {
        for (const stack of stacks) {
            assert.equal((await taskflow(stack)).recording.has("Job", "load-generator"), false);
        }
    });
});

describe("TaskFlow operations", () => {
    it("T-129: objects wait for each other in the documented order", async () => {
        const order: readonly (readonly [kind: string, name: string])[][] = [
            [["Namespace", "taskflow"]],
            [["ConfigMap", "postgres-init-script"], ["Secret", "postgres-secret"], ["PersistentVolumeClaim", "postgres-pvc"]],
            [["StatefulSet", "postgres"]], [["Job", "taskflow-db-init"]], [["Deployment", "redis"]], [["Deployment", "backend-api"]],
            [["HorizontalPodAutoscaler", "backend-api-hpa"]], [["Deployment", "frontend"]], [["Deployment", "prometheus"]],
            [["Deployment", "grafana"]], [["Job", "load-generator"]],
        ];
        for (const stack of tested) {
            const { recording } = await taskflow(stack, everything[stack]);
            for (const [index, step] of order.entries()) {
                for (const [kind, name] of step) {
                    const before = recording.before(recording.object(kind, name));
                    for (const [earlierKind, earlier] of order.slice(0, index).flat()) {
                        assert.ok(before.has(recording.object(earlierKind, earlier).urn), `${stack}: ${kind} ${name} does not wait for ${earlier}`);
                    }
                }
            }
        }
    });

    it("T-129: everything in the namespace waits for it", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack, everything[stack]);
            const { urn } = recording.object("Namespace", "taskflow");
            for (const registration of recording.objects.filter(({ inputs }) => inputs.metadata.namespace === "taskflow")) {
                assert.ok(recording.before(registration).has(urn), registration.name);
            }
        }
    });

    it("T-130: claims are protected in prod and nothing else is, and destroying the rest leaves no object behind", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack, everything[stack]);
            const kept = recording.objects.filter(({ protect }) => protect).map(({ inputs }) => inputs.kind);
            assert.deepEqual(new Set(kept), new Set(stack === "prod" ? ["PersistentVolumeClaim"] : []));
            if (stack === "prod") {
                assert.equal(kept.length, recording.ofKind("PersistentVolumeClaim").length);
            }
            assert.deepEqual(recording.registrations.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name), []);
        }
    });

    it("T-132: a nightly dump in staging and prod, none in dev", async () => {
        assert.equal((await taskflow("dev")).recording.has("CronJob", "postgres-backup"), false);
        for (const [stack, days] of [["staging", 7], ["prod", 30]] as const) {
            const { spec } = await object(stack, "CronJob", "postgres-backup");
            assertHas(spec, { schedule: "0 2 * * *", timeZone: "Etc/UTC", concurrencyPolicy: "Forbid" });
            const [dump] = spec.jobTemplate.spec.template.spec.containers;
            const script: string = dump.command[2];
            assert.match(script, /pg_dump/);
            assert.match(script, /\.sql\.gz/);
            assert.equal(variablesOf(dump).RETENTION_DAYS, String(days));
            assert.equal((await object(stack, "PersistentVolumeClaim", "postgres-backup-pvc")).spec.resources.requests.storage, "2Gi");
        }
    });

    it("T-133: the diagnostic commands find what they name", async () => {
        for (const stack of tested) {
            const { recording } = await taskflow(stack);
            for (const [kind, app] of [["Deployment", "backend-api"], ["StatefulSet", "postgres"]] as const) {
                assert.equal(recording.object(kind, app).inputs.spec.template.metadata.labels.app, app);
            }
            assert.ok(recording.has("HorizontalPodAutoscaler", "backend-api-hpa"));
            assert.equal(recording.object("Job", "taskflow-db-init").inputs.spec.ttlSecondsAfterFinished, undefined);
        }
    });
});
