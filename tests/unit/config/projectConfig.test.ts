import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { projectConfig } from "../../../components/config/projectConfig";

describe("the project's configuration", () => {
    const variable = "PULUMI_CONFIG_SECRET_KEYS";
    const before = process.env[variable];
    afterEach(() => {
        if (before === undefined) {
            delete process.env[variable];
        } else {
            process.env[variable] = before;
        }
    });

    it("knows the keys that the engine says hold a secret, whole or in part", () => {
        process.env[variable] = JSON.stringify(["platforms:storm", "other:taskflow"]);
        const { isSecret } = projectConfig(new pulumi.Config("platforms"));
        assert.deepEqual(["storm", "taskflow"].map(key => isSecret?.(key)), [true, false]);
    });

    it("has no secret where the engine says nothing", () => {
        delete process.env[variable];
        assert.equal(projectConfig(new pulumi.Config("platforms")).isSecret?.("storm"), false);
    });
});
