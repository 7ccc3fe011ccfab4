import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PullSecret, pullSecretSetting } from "../../../components/security/pullSecret";
import type { Recording } from "../../harness/mocks";
import { secretMark } from "../../harness/mocks";
import { recordStore } from "../../harness/stores";

const login = "{\"auths\":{\"registry.example.com\":{\"auth\":\"eDp5\"}}}";

describe("Secret that the kubelet logs in with", () => {
    afterEach(() => pulumi.runtime.setAllConfig({}));

    const recorded = async (content?: string): Promise<{ recording: Recording; waits: number }> => {
        pulumi.runtime.setAllConfig(content === undefined ? {} : { "platforms:shopRegistry": content });
        let waits = -1;
        const { recording } = await recordStore(scope => {
            waits = new PullSecret("registry", scope, "shopRegistry").ready.length;
        });
        return { recording, waits };
    };

    it("holds the stack's credentials, marked as secret", async () => {
        const { recording, waits } = await recorded(login);
        const { inputs, shown, name, parent } = recording.object("Secret", "registry");
        assert.deepEqual([inputs.type, inputs.stringData], ["kubernetes.io/dockerconfigjson", { ".dockerconfigjson": login }]);
        assert.deepEqual([inputs.metadata.namespace, inputs.metadata.labels["app.kubernetes.io/component"]], ["shop", "credentials"]);
        assert.match(JSON.stringify(shown.stringData), new RegExp(secretMark.replace(/[[\]]/g, "\\$&")));
        assert.doesNotMatch(JSON.stringify(shown), /eDp5/);
        assert.deepEqual([name, waits], ["shop-registry", 1]);
        assert.match(parent, /platforms:security:PullSecret::shop-registry$/);
    });

    for (const [why, content] of [["no credentials", undefined], ["the empty default", ""]] as const) {
        it(`is left to others by a stack with ${why}`, async () => {
            const { recording, waits } = await recorded(content);
            assert.deepEqual([recording.has("Secret", "registry"), waits], [false, 0]);
        });
    }

    const { key, refused } = pullSecretSetting("shopRegistry");

    it("takes what docker login writes", () => assert.deepEqual([key, refused(login)], ["shopRegistry", undefined]));

    for (const content of ["not JSON", "null", "{}", "{\"auths\":null}", "{\"auths\":\"x\"}", "[]", "1"]) {
        it(`refuses ${content} without repeating it`, () => assert.equal(refused(content),
            "allowed is {\"auths\":{\"<registry>\":{\"auth\":\"...\"}}}, as docker login writes it into config.json"));
    }
});
