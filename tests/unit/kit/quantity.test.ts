import assert from "node:assert/strict";
import fc from "fast-check";
import { formatBytes, formatCpu, isQuantity, parseQuantity } from "../../../components/kit/quantity";

describe("quantity", () => {
    for (const [text, number] of [
        ["250m", 0.25], ["1", 1], ["1.5", 1.5], ["64Mi", 67_108_864], ["2Gi", 2_147_483_648], ["5k", 5000], ["1G", 1e9], ["500u", 0.0005],
    ] as const) {
        it(`reads ${text}`, () => assert.equal(parseQuantity(text), number));
    }

    for (const text of ["5 apples", "", "Gi", "-1", "+1", "1e3", "1.", ".5", "5gi", "5 Gi", "5Gib", "0x10"]) {
        it(`refuses "${text}"`, () => {
            assert.equal(isQuantity(text), false);
            assert.throws(() => parseQuantity(text), {
                name: "RangeError",
                message: `"${text}" is not a Kubernetes quantity; allowed are numbers with a suffix, such as 250m, 1.5, 64Mi or 2Gi`,
            });
        });
    }

    it("a quantity with the suffix of the next thousand is a thousand times as much", () => {
        const suffixes = [["m", ""], ["", "k"], ["k", "M"], ["M", "G"], ["G", "T"]] as const;
        fc.assert(fc.property(fc.nat(1_000_000), fc.constantFrom(...suffixes), (amount, [small, large]) => {
            const ratio = parseQuantity(`${amount}${large}`) / parseQuantity(`${amount}${small}`);
            assert.ok(amount === 0 || Math.abs(ratio - 1000) < 1e-6);
        }));
    });

    it("writing and reading CPU loses less than a millicore, and never rounds down", () => {
        fc.assert(fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), cores => {
            const rounded = parseQuantity(formatCpu(cores));
            assert.ok(rounded >= cores - 1e-6 && rounded - cores < 0.001 + 1e-9, `${cores} became ${formatCpu(cores)}`);
        }));
    });

    it("whole millicores and mebibytes are written as they are", () => {
        fc.assert(fc.property(fc.nat(1_000_000), amount => {
            assert.equal(formatCpu(parseQuantity(`${amount}m`)), `${amount}m`);
            assert.equal(formatBytes(parseQuantity(`${amount}Mi`)), `${amount}Mi`);
        }));
    });

    it("writing bytes never gives less than asked for", () => {
        fc.assert(fc.property(fc.nat(2 ** 31 - 1), bytes => {
            const rounded = parseQuantity(formatBytes(bytes));
            assert.ok(rounded >= bytes && rounded - bytes < 2 ** 20);
        }));
    });
});
