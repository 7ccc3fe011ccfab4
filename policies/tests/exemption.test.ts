import assert from "node:assert/strict";
import { closedNetwork, container, deployment, namespace } from "./compliant";
import type { Config, Reported } from "./run";
import { runPack } from "./run";

const reason = "The image of this workload is rebuilt in place.";
const latest = deployment({ containers: [container({ image: "shop/web:latest" })] });

function run(exempt: readonly object[], extra: Config = {}): Reported[] {
    return runPack([namespace(), closedNetwork(), latest], { imageTag: { exempt }, ...extra });
}

describe("Exemptions", () => {
    const covering = [
        {}, { name: "web" }, { namespaces: ["shop"] }, { kind: "Deployment" }, { stacks: ["prod", "test"] },
        { stacks: ["t*"], namespaces: ["sh*"], kind: "*", name: "w*" },
    ];
    for (const covers of covering) {
        it(`${JSON.stringify(covers)} covers Deployment shop/web`, () => assert.deepEqual(run([{ ...covers, reason }]), []));
    }
    for (const covers of [{ name: "api" }, { namespaces: ["shop"], name: "api" }, { kind: "StatefulSet" }, { name: "web2*" }]) {
        it(`${JSON.stringify(covers)} does not, and is reported as of no use`, () => {
            const reports = run([{ ...covers, reason }]);
            assert.deepEqual(reports.map(({ policy, level }) => [policy, level]), [["imageTag", "mandatory"], ["exemptionUse", "advisory"]]);
            assert.equal(reports[1]!.message,
                `an exemption from imageTag covers nothing that breaks it: ${JSON.stringify(covers)} ("${reason}")\n`
                + "  fix       Remove the exemption from the file given with --policy-pack-config.");
        });
    }

    it("names each namespace of a list that it is of no use for", () => {
        const program = [namespace(), namespace({}, "other"), closedNetwork(), latest];
        const [report, ...others] = runPack(program, { imageTag: { exempt: [{ namespaces: ["shop", "other"], reason }] } });
        assert.deepEqual(others, []);
        assert.match(report!.message, /covers nothing that breaks it: {"namespaces":\["other"\]}/);
    });

    const elsewhere = [["another stack", { stacks: ["prod", "test-*"] }], ["a namespace that the program has not", { namespaces: ["other"] }]] as const;
    for (const [what, covers] of elsewhere) {
        it(`for ${what} covers nothing, and is not reported`, () =>
            assert.deepEqual(run([{ ...covers, reason }]).map(({ policy }) => policy), ["imageTag"]));
    }

    it("counts only where the policy is broken", () => {
        const reports = runPack([namespace(), closedNetwork(), deployment()], { imageTag: { exempt: [{ name: "web", reason }] } });
        assert.deepEqual(reports.map(({ policy }) => policy), ["exemptionUse"]);
    });

    it("of a policy that is disabled are not reported", () => {
        const config = { imageTag: { enforcementLevel: "disabled", exempt: [{ name: "web", reason }] } };
        assert.deepEqual(runPack([namespace(), closedNetwork(), latest], config), []);
    });
});
