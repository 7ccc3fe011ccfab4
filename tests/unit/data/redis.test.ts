import assert from "node:assert/strict";
import type { RedisCacheArgs } from "../../../components/data/redis/redis";
import { RedisCache } from "../../../components/data/redis/redis";
import { connect, environmentOf } from "../../../components/kit/connection";
import { images } from "../../../components/kit/images";
import { resources } from "../../../components/kit/resources";
import { canary } from "../../harness/mocks";
import { variablesOf } from "../../harness/pods";
import { container, recordStore } from "../../harness/stores";

const args: RedisCacheArgs = { image: images.redis, maximumMemory: "128mb", resources: resources("100m/64Mi", "200m/192Mi") };

describe("Redis as a cache", () => {
    it("T-51: without authentication a consumer gets an address and no password, and there is no Secret", async () => {
        const { recording, variables } = await recordStore(scope => new RedisCache("redis", scope, args));
        assert.deepEqual(variables, { REDIS_HOST: "redis", REDIS_PORT: "6379" });
        assert.deepEqual(recording.ofKind("Secret"), []);
    });

    it("T-51: with authentication server, exporter and consumer know the password by reference", async () => {
        const { recording, variables } = await recordStore(scope => new RedisCache("redis", scope, { ...args, authentication: true }));
        const reference = "redis-secret/REDIS_PASSWORD";
        assert.equal(variables["REDIS_PASSWORD"], reference);
        assert.equal(variablesOf(container(recording, "Deployment", "redis", "redis"))["REDIS_PASSWORD"], reference);
        assert.equal(variablesOf(container(recording, "Deployment", "redis", "exporter"))["REDIS_PASSWORD"], reference);
        for (const { shown } of recording.registrations) {
            assert.doesNotMatch(JSON.stringify(shown), new RegExp(canary));
        }
    });

    it("T-51: a URL holds the password as a variable, or none at all", async () => {
        await recordStore(scope => {
            const url = (name: string, authentication: boolean): unknown => environmentOf("shop",
                [connect(new RedisCache(name, scope, { ...args, authentication }), { password: "PASS", url: "URL" })])["URL"];
            assert.equal(url("open", false), "redis://open:6379");
            assert.equal(url("closed", true), "redis://:$(PASS)@closed:6379");
        });
    });

    it("T-48: refuses a memory limit below 1.4 times maxmemory, and says which would do", async () => {
        const small = { ...args, resources: resources("100m/64Mi", "200m/128Mi") };
        await assert.rejects(recordStore(scope => new RedisCache("redis", scope, small)), {
            name: "RangeError",
            message: "redis: the memory limit 128Mi is below 1.4 times maxmemory 128mb, so the kernel would end Redis before it evicts; "
                + "raise the limit to 180Mi",
        });
        await recordStore(scope => new RedisCache("redis", scope, { ...args, resources: resources("100m/64Mi", "200m/180Mi") }));
    });

    it("T-50: has no volume but a scratch folder, and is replaced as a whole", async () => {
        const { recording } = await recordStore(scope => new RedisCache("redis", scope, args));
        const { spec } = recording.object("Deployment", "redis").inputs;
        assert.deepEqual(spec.strategy, { type: "Recreate" });
        assert.deepEqual(spec.template.spec.volumes.map((volume: object) => Object.keys(volume).find(key => key !== "name")), ["emptyDir"]);
        assert.deepEqual(recording.ofKind("PersistentVolumeClaim"), []);
    });
});
