import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { projectConfig } from "../../../components/config/projectConfig";

describe("the project's configuration", () => {
    const variable = "PULUMI_CONFIG_SECRET_KEYS";
    const before = { ...process.env };
    afterEach(() => {
        pulumi.runtime.setAllConfig({});
        process.env = { ...before };
    });

    it("knows the keys that the engine says hold a secret, whole or in part", () => {
        process.env[variable] = JSON.stringify(["platforms:storm", "other:taskflow"]);
        const { isSecret } = projectConfig(new pulumi.Config("platforms"));
        assert.deepEqual(["storm", "taskflow"].map(key => isSecret?.(key)), [true, false]);
    });

    it("repeats nothing of a secret that is no JSON, and says nothing of the cluster but what the toolchain does", () => {
        process.env[variable] = JSON.stringify(["platforms:storm"]);
        pulumi.runtime.setAllConfig({ "platforms:storm": "canary", "platforms:shopRegistry": "content" });
        const source = projectConfig(new pulumi.Config("platforms"));
        assert.equal(source.getObject("storm"), undefined);
        assert.equal(source.secretText?.("shopRegistry"), "content");
        const clusters = [undefined, "current", "embedded"].map(value => {
            if (value === undefined) {
                delete process.env["PLATFORMS_CLUSTER"];
            } else {
                process.env["PLATFORMS_CLUSTER"] = value;
            }
            return projectConfig(new pulumi.Config("platforms")).cluster;
        });
        assert.deepEqual(clusters, ["current", "current", "embedded"]);
    });

    it("has no secret where the engine says nothing", () => {
        delete process.env[variable];
        assert.equal(projectConfig(new pulumi.Config("platforms")).isSecret?.("storm"), false);
    });
});
