import assert from "node:assert/strict";
import fc from "fast-check";
import { parseQuantity } from "../../../components/kit/quantity";
import { resources, sumAmounts, withScratch } from "../../../components/kit/resources";

describe("resources", () => {
    it("are requests and limits of all three kinds, half of the disk requested", () => {
        assert.deepEqual(resources("100m/128Mi", "500m/256Mi", "1Gi"), {
            requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "512Mi" },
            limits: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "1Gi" },
        });
    });

    for (const [requests, limits, message] of [
        ["600m/64Mi", "500m/64Mi", "the cpu request 600m exceeds the limit 500m"],
        ["100m/1Gi", "500m/512Mi", "the memory request 1Gi exceeds the limit 512Mi"],
        ["100m", "500m/512Mi", "\"100m\" is not cpu/memory; allowed is such as 100m/128Mi"],
        ["0m/64Mi", "500m/512Mi", "\"0m/64Mi\" is not cpu/memory; allowed is such as 100m/128Mi"],
    ] as const) {
        it(`refuse ${requests} to ${limits}`, () =>
            assert.throws(() => resources(requests, limits), { name: "RangeError", message }));
    }

    it("add up to what their containers ask for, each counted as often as it runs", () => {
        const part = fc.record({ cpu: fc.nat(4000), memory: fc.nat(4096), times: fc.nat(20) });
        fc.assert(fc.property(fc.array(part, { maxLength: 10 }), parts => {
            const sum = sumAmounts(parts.map(({ cpu, memory, times }) =>
                ({ times, amounts: { cpu: `${cpu}m`, memory: `${memory}Mi`, "ephemeral-storage": "1Mi" } })));
            const total = (of: (part: { cpu: number; memory: number }) => number): number =>
                parts.reduce((result, item) => result + of(item) * item.times, 0);
            assert.equal(sum.cpu, `${total(({ cpu }) => cpu)}m`);
            assert.equal(sum.memory, `${total(({ memory }) => memory)}Mi`);
            assert.equal(parseQuantity(sum["ephemeral-storage"]) / 2 ** 20, parts.reduce((result, { times }) => result + times, 0));
        }));
    });

    it("makes room for scratch volumes, and leaves CPU and memory alone", () => {
        assert.deepEqual(withScratch(resources("100m/128Mi", "500m/256Mi"), "256Mi", "1Gi"), {
            requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "704Mi" },
            limits: { cpu: "500m", memory: "256Mi", "ephemeral-storage": "1408Mi" },
        });
        assert.throws(() => withScratch(resources("100m/128Mi", "500m/256Mi"), "much"), RangeError);
    });
});
