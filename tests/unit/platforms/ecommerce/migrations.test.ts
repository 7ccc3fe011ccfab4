import assert from "node:assert/strict";
import { migrationName } from "../../../../components/platforms/ecommerce/application";
import type { Inputs } from "../../../harness/mocks";
import { domains, object, objects, registered, shop } from "../../../harness/platforms/ecommerce";
import { enlarged } from "../../../harness/platforms/ecommerceVariants";

describe("e-commerce migrations", () => {
    it("E-24: one migration per database, which its service waits for; none where images migrate themselves", async () => {
        const jobs = await objects("prod", "Job");
        assert.deepEqual([...jobs.keys()].sort(), domains.map(domain => `${domain}-service-migrate-1.0.0`).sort());
        const { spec } = await object("prod", "Job", "auth-service-migrate-1.0.0");
        assert.deepEqual([spec.ttlSecondsAfterFinished, spec.backoffLimit], [3600, 3]);
        assert.deepEqual(spec.template.spec.containers[0].command, ["php", "artisan", "migrate", "--force"]);
        const { recording } = await shop("prod");
        const deployment = await registered("prod", "Deployment", "auth-service");
        assert.ok(recording.before(deployment).has((await registered("prod", "Job", "auth-service-migrate-1.0.0")).urn));
        assert.equal((await objects("prod", "Job", enlarged)).size, 0);
    });

    it("E-24 E-172: a migration has only its database: caches and sessions are its own, and it sends no traces", async () => {
        for (const name of ["auth-service", "newsletters-service"]) {
            const [main] = (await object("prod", "Job", `${name}-migrate-1.0.0`)).spec.template.spec.containers;
            const values = Object.fromEntries(main.env.map((variable: Inputs) => [variable.name, variable.value]));
            assert.deepEqual([values.CACHE_STORE, values.SESSION_DRIVER, values.OTEL_SDK_DISABLED], ["array", "array", "true"], name);
            const { data } = await object("prod", "ConfigMap", `${name}-config`);
            assert.equal(data.OTEL_SDK_DISABLED, undefined);
        }
        const { graph } = await shop("prod");
        const reached = graph.edges.filter(({ from }) => from.name === "auth-service-migrate-1.0.0").map(({ to }) => to.name);
        assert.deepEqual([...new Set(reached)].sort(), ["auth-service-mysql", "cluster-dns"]);
        const [untraced] = (await object("dev", "Job", "auth-service-migrate-1.0.0", { jaeger: { enabled: false } })).spec.template.spec.containers;
        assert.ok(!untraced.env.some((variable: Inputs) => variable.name === "OTEL_SDK_DISABLED"));
    });

    it("E-24: a migration bears the version of its own service's image, whatever letters that has", () => {
        const nameOf = (image?: string): string => {
            const services = image === undefined ? {} : { "sav-service": { image } };
            return migrationName({ images: { registry: "r.example.com/shop", tag: "1.0.0" }, services } as never, "sav-service");
        };
        const digest = `sha256:${"0a1b2c3d".repeat(8)}`;
        const named = [undefined, "sav:2.1.0", `sav:2.1.0@${digest}`, `r.example.com:5000/sav@${digest}`, "sav:V1_rc..2-", `sav:${"x".repeat(128)}`];
        assert.deepEqual(named.map(nameOf), [
            "sav-service-migrate-1.0.0", "sav-service-migrate-2.1.0", "sav-service-migrate-2.1.0", "sav-service-migrate-0a1b2c3d0a1b",
            "sav-service-migrate-v1-rc-2", `sav-service-migrate-${"x".repeat(33)}`,
        ]);
    });
});
