import assert from "node:assert/strict";
import type { Deserialization } from "../framework/deserialization";
import { readPropertiesOnce } from "../framework/deserialization";

describe("Reading properties for many policies", () => {
    const reads: boolean[] = [];
    const sdk: Deserialization = { deserializeProperties: (_, proxySecrets) => (reads.push(proxySecrets), { read: reads.length }) };
    readPropertiesOnce(sdk);

    it("happens once for each resource, and anew for each remediation", () => {
        const [one, other] = [{}, {}];
        assert.equal(sdk.deserializeProperties(one, false), sdk.deserializeProperties(one, false));
        assert.notEqual(sdk.deserializeProperties(one, false), sdk.deserializeProperties(other, false));
        assert.notEqual(sdk.deserializeProperties(one, true), sdk.deserializeProperties(one, true));
        assert.deepEqual(reads, [false, false, true, true]);
    });

    it("finds the function in the SDK that is pinned", () => {
        const { deserializeProperties } = require("@pulumi/policy/deserialize") as Deserialization;
        assert.equal(deserializeProperties.length, 2);
    });
});
