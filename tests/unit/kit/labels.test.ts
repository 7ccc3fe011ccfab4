import assert from "node:assert/strict";
import { checksum } from "../../../components/kit/checksum";
import { recommendedLabels, selectorLabels } from "../../../components/kit/labels";
import { logicalName } from "../../../components/kit/scope";

describe("labels", () => {
    it("are the selector's and the recommended ones", () => {
        const source = { platform: "taskflow", name: "redis", component: "cache", image: "redis:7.4.7-alpine", extra: { tier: "cache" } };
        assert.deepEqual(recommendedLabels(source), {
            app: "redis",
            tier: "cache",
            "app.kubernetes.io/part-of": "taskflow",
            "app.kubernetes.io/name": "redis",
            "app.kubernetes.io/instance": "taskflow-redis",
            "app.kubernetes.io/component": "cache",
            "app.kubernetes.io/managed-by": "pulumi",
            "app.kubernetes.io/version": "7.4.7-alpine",
        });
    });

    it("of an object without an image name no version", () => {
        const labels = recommendedLabels({ platform: "taskflow", name: "quota", component: "limits" });
        assert.equal("app.kubernetes.io/version" in labels, false);
    });

    it("of a selector do not change with the image", () => {
        assert.deepEqual(Object.keys(selectorLabels("taskflow", "redis")), ["app", "app.kubernetes.io/part-of"]);
    });

    it("of a name that is longer than a label's value are distinct, and values", () => {
        const of = (name: string): string[] => {
            const labels = recommendedLabels({ platform: "shop", name, component: "secrets" });
            return ["app", "app.kubernetes.io/name", "app.kubernetes.io/instance"].map(key => labels[key] ?? "");
        };
        const names = ["a".repeat(64), `${"a".repeat(53)}.${"b".repeat(60)}`, `${"a".repeat(53)}.${"c".repeat(60)}`];
        const values = names.flatMap(of);
        values.forEach(value => assert.match(value, /^(?=.{1,63}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/));
        assert.equal(new Set(values).size, 6);
        assert.deepEqual(of("a".repeat(58)), ["a".repeat(58), "a".repeat(58), `shop-${"a".repeat(58)}`]);
        assert.equal(selectorLabels("shop", names[0] ?? "").app, of(names[0] ?? "")[0]);
    });
});

describe("logical name", () => {
    for (const [name, expected] of [
        ["redis", "taskflow-redis"], ["taskflow", "taskflow"], ["taskflow-db-init", "taskflow-db-init"], ["taskflower", "taskflow-taskflower"],
    ] as const) {
        it(`of ${name} is ${expected}`, () => assert.equal(logicalName("taskflow", name), expected));
    }
});

describe("checksum", () => {
    it("depends on content, not on the order of keys", () => {
        assert.equal(checksum({ a: 1, b: { c: [1, 2], d: null } }), checksum({ b: { d: null, c: [1, 2] }, a: 1 }));
    });

    it("tells apart values, types, the order of lists and the place of keys", () => {
        const different = [{ a: 1 }, { a: "1" }, { a: [1, 2] }, { a: [2, 1] }, { a: { b: 1 } }, { b: { a: 1 } }, { a: null }, [], {}, "a"];
        assert.equal(new Set(different.map(checksum)).size, different.length);
    });

    it("is sixteen hexadecimal digits", () => assert.match(checksum("é"), /^[0-9a-f]{16}$/));
});
