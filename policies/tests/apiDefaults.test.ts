import assert from "node:assert/strict";
import { withApiDefaults } from "../framework/apiDefaults";

describe("Defaults of the API server", () => {
    it("a volume without a source is an emptyDir, one with an unknown source is not", () => {
        const volumes = [{ name: "a" }, { name: "b", hostPath: { path: "/" } }, { name: "c", floppy: {} }];
        assert.deepEqual(withApiDefaults({ volumes }), { volumes: [{ name: "a", emptyDir: {} }, ...volumes.slice(1)] });
    });

    it("on the host network container ports are host ports", () => {
        const ports = [{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }, { containerPort: 82, hostPort: 9 }];
        const spec = { containers: [{ name: "a", ports }], initContainers: [{ name: "i" }] };
        assert.deepEqual(withApiDefaults({ ...spec, hostNetwork: true }), {
            hostNetwork: true,
            containers: [{ name: "a", ports: [{ containerPort: 80, hostPort: 80 }, { containerPort: 81, hostPort: 81 }, { containerPort: 82, hostPort: 9 }] }],
            initContainers: [{ name: "i" }],
        });
        assert.deepEqual(withApiDefaults(spec), spec);
    });
});
