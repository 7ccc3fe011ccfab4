import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PolicyResult } from "./policyRun";
import { buildYamlHost, PolicyRun } from "./policyRun";

/** A pack of the SDK's own form that says what it was asked about. */
const everything = `
const seen: string[] = [];
new PolicyPack("everything", { enforcementLevel: "advisory", policies: [
    { name: "each", description: "Sees each.", validateResource: ({ urn }, report) => { seen.push(urn); report("seen"); } },
    { name: "together", description: "Sees all.", validateStack: ({ resources }, report) =>
        report(resources.filter(({ urn }) => seen.includes(urn)).length + " of " + resources.length) },
] });
`;

/** A pack that breaks down at one resource. */
const failing = `
new PolicyPack("failing", { policies: [{
    name: "fails", description: "Fails.",
    validateResource: ({ name }) => { if (name === "many-7") { throw new Error("cannot judge"); } },
}] });
`;

const reason = "A reason that a reviewer can judge.";

function mandatory({ violations }: PolicyResult): [policy: string, resource: string][] {
    return violations.filter(({ level }) => level === "mandatory").map(({ policy, resource }) => [policy, resource]);
}

for (const server of ["its own", "sdk"]) describe(`The policy pack in the engine, server: ${server}`, () => {
    const runs: PolicyRun[] = [];

    async function program(name: string, configuration: Record<string, string> = {}, extraPath?: string): Promise<PolicyRun> {
        const run = await PolicyRun.create(name, configuration, { extraPath, server });
        runs.push(run);
        return run;
    }

    afterEach(() => runs.splice(0).forEach(run => run.remove()));

    it("accepts a compliant program at preview and at up, without a word", async () => {
        const run = await program("typescript", { case: "compliant" });
        for (const operation of ["preview", "up"] as const) {
            const result = await run.operate(operation);
            assert.equal(result.code, 0, result.output);
            assert.deepEqual(result.violations, []);
        }
        assert.ok(run.rendered("apps_v1-deployment-shop-web.yaml"));
    });

    for (const operation of ["preview", "up"] as const) {
        it(`refuses a hostile Deployment at ${operation}, before it is created`, async () => {
            const run = await program("typescript", { case: "hostile" });
            const result = await run.operate(operation);
            assert.notEqual(result.code, 0);
            assert.deepEqual(mandatory(result).map(([policy]) => policy).sort(), [
                "allowPrivilegeEscalation", "capabilities_restricted", "hostNamespaces", "imageTag", "privileged",
            ]);
            assert.equal(run.rendered("apps_v1-deployment-shop-web.yaml"), undefined);
            assert.ok(result.output.includes('level     restricted:latest, from label pod-security.kubernetes.io/enforce of Namespace "shop"'));
        });
    }

    it("an unknown image at preview hides nothing, and is judged at up", async () => {
        const run = await program("typescript", { case: "unknown" });
        const aboutImages = ({ violations }: PolicyResult): [level: string, line: string | undefined][] =>
            violations.filter(({ policy }) => policy === "imageTag").map(({ level, message }) => [level, message.split("\n")[1]?.trim()]);
        const second: [string, string] = ["mandatory", 'at        spec.template.spec.containers[1].image (container "second")'];
        const preview = await run.operate("preview");
        assert.notEqual(preview.code, 0);
        assert.deepEqual(aboutImages(preview), [second, ["advisory", "unknown   spec.template.spec.containers[0].image"]]);
        const up = await run.operate("up");
        assert.notEqual(up.code, 0);
        assert.deepEqual(aboutImages(up), [["mandatory", 'at        spec.template.spec.containers[0].image (container "web")'], second]);
    });

    for (const [name, policy, resource] of [
        ["configGroup", "hostNamespaces", /web$/], ["chart", "hostPorts", /worker$/], ["customResource", "hostNamespaces", /^rollout$/],
    ] as const) {
        it(`finds the pod inside ${name}`, async () => {
            const run = await program("typescript", { case: name, chart: join(__dirname, "programs/chart") });
            const found = mandatory(await run.operate("preview")).find(([id]) => id === policy);
            assert.match(found?.[1] ?? "", resource);
        });
    }

    it("fills what is absent where enforcement is remediate, in what is really created", async () => {
        const run = await program("typescript", { case: "unfilled" });
        const policies = ["allowPrivilegeEscalation", "capabilities_restricted", "seccompProfile_restricted", "serviceAccountToken"];
        assert.deepEqual(mandatory(await run.operate("preview")).map(([policy]) => policy).sort(), policies);
        const result = await run.operate("up", Object.fromEntries(policies.map(policy => [policy, "remediate"])));
        assert.equal(result.code, 0, result.output);
        const object = run.rendered("apps_v1-deployment-shop-web.yaml") ?? "";
        for (const field of ["automountServiceAccountToken: false", "allowPrivilegeEscalation: false", "type: RuntimeDefault", "- ALL"]) {
            assert.ok(object.includes(field), `${field} in\n${object}`);
        }
    });

    it("takes enforcement, settings and exemptions from --policy-pack-config", async () => {
        const run = await program("typescript", { case: "hostile" });
        const result = await run.operate("preview", {
            all: "advisory", hostNamespaces: "mandatory", privileged: "disabled", imageTag: { exempt: [{ name: "web", reason }] },
        });
        assert.deepEqual(mandatory(result), [["hostNamespaces", "web"]]);
        assert.deepEqual(result.violations.filter(({ policy }) => ["privileged", "imageTag"].includes(policy)), []);
    });

    for (const [what, settings, says] of [
        ["a setting of the wrong type", { podSecurity: { defaultLevel: "strict" } }, /podSecurity: defaultLevel/],
        ["an exemption without a reason", { imageTag: { exempt: [{ name: "web" }] } }, /reason is required/],
        ["an exemption for no stack", { imageTag: { exempt: [{ stacks: [], reason: "A reason to do so." }] } }, /at least 1 items/],
        ["a setting that does not exist", { imageTag: { forbidden: [] } }, /policy imageTag has no setting "forbidden"/],
    ] as const) {
        it(`stops at ${what}`, async () => {
            const run = await program("typescript", { case: "compliant" });
            const result = await run.operate("preview", settings);
            assert.notEqual(result.code, 0);
            assert.match(result.output, says);
        });
    }

    it("says what is wrong with resources also when the program fails", async () => {
        const result = await (await program("typescript", { case: "failing" })).operate("preview");
        assert.notEqual(result.code, 0);
        assert.match(result.output, /the program failed/);
        assert.deepEqual(mandatory(result), [["hostNamespaces", "web"]]);
    });

    describe("beside the steps of a preview", () => {
        for (const operation of ["preview", "up"] as const) {
            it(`asks a pack of the SDK's form of every resource before it asks of all, at ${operation}`, async () => {
                const run = await program("typescript", { case: "many" });
                const result = await run.operate(operation, {}, run.writePack(everything));
                assert.equal(result.code, 0, result.output);
                const each = result.violations.filter(({ policy }) => policy === "each").map(({ resource }) => resource);
                assert.equal(each.filter(name => name.startsWith("many-")).length, 40);
                assert.equal(new Set(each).size, each.length);
                const all = result.violations.filter(({ policy }) => policy === "together").map(({ message }) => message.split("\n")[1]);
                assert.deepEqual(all, [`${each.length} of ${each.length}`]);
            });

            it(`ends with what a policy failed with, at ${operation}`, async () => {
                const run = await program("typescript", { case: "many" });
                const result = await run.operate(operation, {}, run.writePack(failing));
                assert.notEqual(result.code, 0);
                assert.match(result.output, /failed to run policy: .*[^]*cannot judge/);
            });
        }
    });

    describe("with a program in YAML", () => {
        let hosts: string;

        before(() => {
            hosts = mkdtempSync(join(tmpdir(), "yaml-host-"));
            buildYamlHost(hosts);
        });

        after(() => rmSync(hosts, { recursive: true, force: true }));

        it("judges by the level of its Namespace", async () => {
            const result = await (await program("yaml", {}, hosts)).operate("preview");
            assert.notEqual(result.code, 0);
            const ids = mandatory(result).map(([policy]) => policy);
            assert.ok(ids.includes("privileged") && ids.includes("imageTag"), ids.join());
            assert.ok(!ids.includes("runAsUser"), "a baseline namespace may run as root");
            assert.ok(result.output.includes(
                'spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged (container "worker")'));
        });
    });
});
