import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { settingsOf, settingsSchema } from "../framework/policy";
import { descriptions, policies } from "../pack";
import type { Check } from "../pod-security/check";
import { checks, validateChecks } from "../pod-security/registry";
import { closedNetwork, container, deployment, namespace } from "./compliant";
import { runPack } from "./run";

const pack = policies().map(({ rule }) => rule);

describe("The pack", () => {
    it("accepts a program that breaks nothing, without a word", () => {
        assert.deepEqual(runPack([namespace(), closedNetwork(), deployment({
            initContainers: [container({ name: "migrate", readinessProbe: undefined, livenessProbe: undefined })],
        })]), []);
    });

    it("gives every policy an id of its own, a sentence, a severity, a framework, remediation steps, a page and a schema", () => {
        assert.equal(new Set(pack.map(({ id }) => id)).size, pack.length);
        for (const rule of pack) {
            assert.match(rule.id, /^[a-z][A-Za-z]*(_[a-z]+)?$/, rule.id);
            assert.match(rule.description, /^[A-Z].*\.$/, rule.id);
            assert.ok(["low", "medium", "high", "critical"].includes(rule.severity), rule.id);
            assert.ok(["advisory", "mandatory"].includes(rule.enforcement), `${rule.id}: remediation is off by default`);
            const { name, version, reference, specification } = rule.framework;
            assert.ok(name && version && reference && specification, rule.id);
            assert.match(rule.fix, /\.$/, rule.id);
            assert.match(rule.link, /^https:\/\//, rule.id);
            const isAboutOthers = ["podSecurity", "exemptionUse"].includes(rule.id);
            assert.equal("exempt" in settingsSchema(rule), !isAboutOthers, rule.id);
        }
    });

    it("has a policy for every check of the Pod Security Standards, under the standard's id", () => {
        const names = pack.map(({ id }) => id);
        assert.deepEqual(checks.map(({ id }) => id).filter(id => !names.includes(id)), []);
        assert.equal(checks.length, 19);
    });

    it("refuses a setting that a policy does not have", () => {
        const rule = descriptions.find(({ id }) => id === "imageTag")!;
        assert.throws(() => settingsOf(rule, { forbiddenTag: [] }), {
            message: 'policy imageTag has no setting "forbiddenTag"; it has forbiddenTags, exempt. Correct the file given with --policy-pack-config',
        });
    });
});

describe("The registry of checks", () => {
    const check = (over: Partial<Check>): Check => ({ ...checks[0]!, id: "a", level: "baseline", versions: [{ since: 0, judge: () => undefined }], ...over });
    const version = (since: number, overrides?: string[]): Check["versions"][number] => ({ since, judge: () => undefined, ...(overrides && { overrides }) });
    const cases: readonly (readonly [string, readonly Check[], RegExp])[] = [
        ["an id twice", [check({}), check({})], /check a: registered twice/],
        ["no version", [check({ versions: [] })], /check a: has no version/],
        ["versions that do not rise", [check({ versions: [version(5), version(5)] })], /check a: version v1\.5 must be above v1\.5/],
        ["an override by a baseline check", [check({ versions: [version(0, ["b"])] }), check({ id: "b" })], /only a restricted check may override/],
        ["an override of a restricted check", [
            check({ level: "restricted", versions: [version(0, ["b"])] }), check({ id: "b", level: "restricted" }),
        ], /only a baseline check; b is not one/],
    ];
    for (const [what, list, message] of cases) {
        it(`refuses ${what}`, () => assert.throws(() => validateChecks(list), message));
    }

    it("lists baseline before restricted, each by id", () => {
        const order = checks.map(({ level, id }) => `${level} ${id}`);
        assert.deepEqual(order, [...order].sort());
    });
});

describe("platforms.json", () => {
    it("names policies and settings that exist, disables none and gives a reason for each exemption", () => {
        const config = JSON.parse(readFileSync(join(__dirname, "../platforms.json"), "utf8")) as Record<string, Record<string, unknown>>;
        for (const [policy, { enforcementLevel, ...settings }] of Object.entries(config)) {
            const rule = descriptions.find(({ id }) => id === policy);
            assert.ok(rule, `${policy} is no policy`);
            assert.notEqual(enforcementLevel, "disabled");
            for (const { reason } of settingsOf(rule, settings)["exempt"] as { reason: string }[] | undefined ?? []) {
                assert.match(reason, /^\S.{20,}\.$/);
            }
        }
    });
});
