import assert from "node:assert/strict";
import type { TaskArgs } from "../../../components/app/task";
import { ScheduledTask, Task } from "../../../components/app/task";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import { resources } from "../../../components/kit/resources";
import type { Scope } from "../../../components/kit/scope";
import type { Recording } from "../../harness/mocks";
import { record } from "../../harness/mocks";

const args: TaskArgs = {
    component: "maintenance", runAs: { user: 1000 }, deadlineSeconds: 60,
    container: { name: "work", image: "work:1.0", resources: resources("1m/1Mi", "2m/2Mi"), environment: { LEVEL: "INFO" } },
};

async function run(build: (scope: Scope) => unknown): Promise<{ recording: Recording; graph: DependencyGraph }> {
    const graph = new DependencyGraph();
    const scope: Scope = { platform: "shop", namespace: "shop", environment: environmentDefaults("dev"), graph, origin: [] };
    return { graph, recording: await record(() => void build(scope)) };
}

describe("task", () => {
    it("is a Job that is waited for, tried four times at most, and replaced when anything of it changes", async () => {
        const { recording } = await run(scope => new Task("work", scope, args));
        const job = recording.object("Job", "work");
        assert.equal(job.inputs.metadata.annotations, undefined);
        const { activeDeadlineSeconds, backoffLimit, ttlSecondsAfterFinished, template } = job.inputs.spec;
        assert.deepEqual([activeDeadlineSeconds, backoffLimit, ttlSecondsAfterFinished], [60, 3, undefined]);
        assert.equal(template.spec.restartPolicy, "Never");
        assert.deepEqual([job.deleteBeforeReplace, job.replaceOnChanges], [true, ["spec"]]);
    });

    it("T-125: in several pods at a time, which nobody waits for and which leave", async () => {
        const { recording, graph } = await run(scope => new Task("work", scope,
            { ...args, parallelism: 5, retries: 0, awaitCompletion: false, timeToLiveSeconds: 300 }));
        const { metadata, spec } = recording.object("Job", "work").inputs;
        assert.equal(metadata.annotations["pulumi.com/skipAwait"], "true");
        assert.deepEqual([spec.parallelism, spec.completions, spec.backoffLimit, spec.ttlSecondsAfterFinished], [5, 5, 0, 300]);
        assert.equal(graph.workloads[0]?.capacity.maximumPods, 5);
    });

    it("T-132: on a schedule is a CronJob in UTC that holds back a second run", async () => {
        const { recording, graph } = await run(scope => new ScheduledTask("work", scope, { ...args, schedule: "0 2 * * *" }));
        const { schedule, timeZone, concurrencyPolicy, jobTemplate } = recording.object("CronJob", "work").inputs.spec;
        assert.deepEqual([schedule, timeZone, concurrencyPolicy], ["0 2 * * *", "Etc/UTC", "Forbid"]);
        assert.deepEqual(jobTemplate.spec.template.spec.containers[0].env, [{ name: "LEVEL", value: "INFO" }]);
        assert.equal(graph.workloads[0]?.kind, "CronJob");
    });
});
