import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseQuantity } from "../../components/kit/quantity";
import { courseOf } from "../harness/platforms/autoscalerModel";
import { taskflow } from "../harness/platforms/taskflow";
import { podsOf } from "../harness/pods";

describe("TaskFlow's page", () => {
    it("T-140: compares peak and time of both profiles under the same loads, as the controller computes them", async () => {
        const page = readFileSync(join(__dirname, "../../components/platforms/taskflow/README.md"), "utf8");
        const rows = page.split("\n").filter(line => /^\| \d+m \|/.test(line));
        const expected: string[] = [];
        for (const load of [80, 450, 900]) {
            for (const [profile, settings] of [["default", {}], ["aggressive", { hpa: { profile: "aggressive" } }]] as const) {
                const { recording } = await taskflow("dev", settings);
                const api = podsOf(recording).find(({ name }) => name === "backend-api")?.template.spec.containers[0];
                const [request, limit] = (["requests", "limits"] as const).map(side => parseQuantity(api?.resources[side]["cpu"] ?? "0") * 1000);
                const { spec } = recording.object("HorizontalPodAutoscaler", "backend-api-hpa").inputs;
                const { peak, seconds, percent } = courseOf(spec, { request: request as number, limit: limit as number }, load);
                expected.push(`| ${load}m | ${profile} | ${peak} | ${seconds} s | ${percent} % |`);
            }
        }
        assert.deepEqual(rows, expected);
    });
});
