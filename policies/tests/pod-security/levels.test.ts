import assert from "node:assert/strict";
import { container, deployment, namespace, podSpec } from "../compliant";
import type { Config, Declared, Reported } from "../run";
import { runPack, unknownString } from "../run";

const prefix = "pod-security.kubernetes.io/";
const open = { [`${prefix}enforce`]: "privileged" };

/** Breaks baseline (hostPID) and restricted (runAsNonRoot). */
const broken = deployment({ hostPID: true, securityContext: { runAsNonRoot: undefined } });

const podPolicies = ["hostNamespaces", "runAsNonRoot", "podSecurity"];

function judged(resources: readonly Declared[], config: Config = {}): [policy: string, level: string][] {
    const reports = runPack(resources, config);
    return reports.filter(({ policy }) => podPolicies.includes(policy)).map(({ policy, level }) => [policy, level]);
}

describe("Levels of namespaces", () => {
    it("a workload is judged by the enforce label of the Namespace that the program declares", () => {
        assert.deepEqual(judged([namespace(), broken]), [["hostNamespaces", "mandatory"], ["runAsNonRoot", "mandatory"]]);
        assert.deepEqual(judged([namespace({ [`${prefix}enforce`]: "baseline" }), broken]), [["hostNamespaces", "mandatory"]]);
        assert.deepEqual(judged([namespace(open), broken]), []);
    });

    it("without a declared Namespace, or without its label, defaultLevel holds", () => {
        const unlabelled = namespace({ [`${prefix}enforce`]: undefined });
        for (const before of [[], [unlabelled], [namespace(open, "other")]]) {
            assert.equal(judged([...before, broken]).length, 2);
            assert.deepEqual(judged([...before, broken], { podSecurity: { defaultLevel: "baseline" } }), [["hostNamespaces", "mandatory"]]);
            assert.deepEqual(judged([...before, broken], { podSecurity: { defaultLevel: "privileged" } }), []);
        }
    });

    it("enforce-version chooses the version of the standard", () => {
        const rootInUserNamespace = deployment({ hostUsers: false, securityContext: { runAsNonRoot: undefined } });
        assert.deepEqual(judged([namespace(), rootInUserNamespace]), []);
        const before = namespace({ [`${prefix}enforce-version`]: "v1.34" });
        assert.deepEqual(judged([before, rootInUserNamespace]), [["runAsNonRoot", "mandatory"]]);
        assert.deepEqual(judged([rootInUserNamespace], { podSecurity: { defaultVersion: "v1.34" } }), [["runAsNonRoot", "mandatory"]]);
    });

    it("warn and audit labels give warnings where enforce allows", () => {
        assert.deepEqual(judged([namespace({ ...open, [`${prefix}warn`]: "restricted" }), broken]),
            [["hostNamespaces", "advisory"], ["runAsNonRoot", "advisory"]]);
        assert.deepEqual(judged([namespace({ [`${prefix}enforce`]: "baseline", [`${prefix}audit`]: "restricted" }), broken]),
            [["hostNamespaces", "mandatory"], ["runAsNonRoot", "advisory"]]);
        const [report] = runPack([namespace({ ...open, [`${prefix}audit`]: "baseline" }), broken])
            .filter(({ policy }) => policy === "hostNamespaces");
        assert.ok(report!.message.includes(
            "\n  level     The API server would record it. baseline:latest, from label pod-security.kubernetes.io/audit of Namespace"));
    });

    it("an enforce label that cannot be read counts as restricted, as in the API server", () => {
        assert.equal(judged([namespace({ [`${prefix}enforce`]: "strict" }), broken]).length, 2);
        assert.equal(judged([namespace({ ...open, [`${prefix}warn`]: "strict" }), broken]).length, 0);
    });

    it("a Namespace of another cluster does not count", () => {
        const elsewhere = { ...namespace(open), provider: { urn: "urn:pulumi:test::program::pulumi:providers:kubernetes::other" } };
        assert.equal(judged([elsewhere, broken]).length, 2);
    });

    it("a Namespace declared after its workload: what it refuses on top of the default level is refused at the end", () => {
        const config = { podSecurity: { defaultLevel: "baseline" } };
        assert.deepEqual(judged([broken, namespace()], config), [["hostNamespaces", "mandatory"], ["podSecurity", "mandatory"]]);
        const late = runPack([broken, namespace()], config).find(({ policy }) => policy === "podSecurity");
        assert.equal(late!.message.split("\n")[0],
            "Deployment shop/web: its Namespace is declared after it, with the stricter level restricted, by which runAsNonRoot refuse it");
        const weaker = namespace({ [`${prefix}enforce`]: "baseline" });
        assert.deepEqual(judged([broken, weaker]), [["hostNamespaces", "mandatory"], ["runAsNonRoot", "mandatory"]]);
    });

    it("exempts namespaces and runtime classes by config", () => {
        const reason = "Node agents read the node's own files.";
        assert.deepEqual(judged([broken], { podSecurity: { exemptNamespaces: [{ namespace: "sh*", reason }] } }), []);
        assert.equal(judged([broken], { podSecurity: { exemptNamespaces: [{ namespace: "sho", reason }] } }).length, 2);
        const sandboxed = deployment({ hostPID: true, runtimeClassName: "gvisor" });
        assert.deepEqual(judged([sandboxed], { podSecurity: { exemptRuntimeClasses: [{ runtimeClass: "gvisor", reason }] } }), []);
    });

    it("an enforce label that is unknown at preview leaves the default level in force and is reported", () => {
        const reports = runPack([namespace({ [`${prefix}enforce`]: unknownString }), broken], { podSecurity: { defaultLevel: "baseline" } });
        assert.ok(reports.some(({ policy, level }) => policy === "hostNamespaces" && level === "mandatory"));
        assert.ok(reports.some(({ policy, level, message }) => policy === "namespaceLabels" && level === "advisory" && message.includes("unknown")));
    });
});

describe("namespaceLabels", () => {
    function refused(labels: Record<string, unknown>, settings: Record<string, unknown> = {}): Reported[] {
        return runPack([namespace({ [`${prefix}enforce`]: undefined, ...labels })], { namespaceLabels: settings });
    }

    it("refuses a Namespace without the enforce label, and accepts one with it", () => {
        assert.deepEqual((refused({})).map(({ message }) => message), [[
            "Namespace shop: label pod-security.kubernetes.io/enforce is missing",
            '  at        metadata.labels["pod-security.kubernetes.io/enforce"]',
            "  found     unset",
            '  allowed   "privileged", "baseline", "restricted"',
            "  fix       Label the Namespace with pod-security.kubernetes.io/enforce: restricted and pod-security.kubernetes.io/enforce-version: v1.36.",
            "  see       https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
        ].join("\n")]);
        assert.deepEqual(refused({ [`${prefix}enforce`]: "baseline" }), []);
    });

    it("refuses values that the API server cannot read", () => {
        const messages = (refused({ [`${prefix}enforce`]: "strict", [`${prefix}warn-version`]: "1.36" })).map(({ message }) => message.split("\n")[0]);
        assert.deepEqual(messages, [
            "Namespace shop: label pod-security.kubernetes.io/enforce cannot be read",
            "Namespace shop: label pod-security.kubernetes.io/warn-version cannot be read",
        ]);
    });

    it("minimumLevel refuses weaker levels, required asks for more labels", () => {
        assert.equal((refused({ [`${prefix}enforce`]: "baseline" }, { minimumLevel: "restricted" })).length, 1);
        assert.equal((refused({ [`${prefix}enforce`]: "restricted" }, { minimumLevel: "restricted" })).length, 0);
        assert.equal((refused({ [`${prefix}enforce`]: "restricted" }, { required: ["enforce", "enforce-version"] })).length, 1);
    });
});

describe("Messages of the Pod Security policies", () => {
    it("say what is wrong, where, what is allowed, by which level, how to fix it and where to read on", () => {
        const spec = podSpec({ initContainers: [container({ name: "migrate", securityContext: { allowPrivilegeEscalation: undefined } })] });
        const [report] = runPack([namespace({ [`${prefix}enforce-version`]: "v1.36" }), deployment(spec)], { networkPolicy: { enforcementLevel: "disabled" } });
        assert.equal(report!.message, [
            'Deployment shop/web: allowPrivilegeEscalation != false (container "migrate" must set securityContext.allowPrivilegeEscalation=false)',
            '  at        spec.template.spec.initContainers[0].securityContext.allowPrivilegeEscalation (container "migrate")',
            "  found     unset",
            "  allowed   false",
            '  level     restricted:v1.36, from label pod-security.kubernetes.io/enforce of Namespace "shop"',
            "  fix       Set securityContext.allowPrivilegeEscalation to false in each container named.",
            "  see       https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        ].join("\n"));
    });
});
