import assert from "node:assert/strict";
import { images } from "../../../../components/kit/images";
import type { Inputs } from "../../../harness/mocks";
import { variablesOf } from "../../../harness/pods";
import {
    cached, container, domains, messaging, microservices, names, object, objects, openText, references, registered, shop, stacks,
} from "../../../harness/platforms/ecommerce";
import { enlarged } from "../../../harness/platforms/ecommerceVariants";

const server = (domain: string): string => `${domain}-service-mysql`;

async function mysql(stack: typeof stacks[number], domain: string): Promise<Inputs> {
    return (await object(stack, "StatefulSet", server(domain))).spec.template.spec;
}

async function options(stack: typeof stacks[number], domain = "auth"): Promise<string[]> {
    return (await object(stack, "ConfigMap", `${domain}-mysql-config`)).data["server.cnf"].split("\n");
}

describe("e-commerce databases", () => {
    it("E-44 E-48 E-54 E-60 E-257: each is a pinned 8.4 behind a headless Service of its name, with the document's resources, as user 999", async () => {
        for (const stack of stacks) {
            for (const domain of domains) {
                const { containers: [main], securityContext } = await mysql(stack, domain);
                assert.match(main.image, /^mysql:8\.4\.\d+$/);
                const { requests, limits } = main.resources;
                assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["100m", "256Mi", "500m", "512Mi"]);
                assert.equal(securityContext.runAsUser, 999);
                const { spec } = await object(stack, "Service", server(domain));
                assert.deepEqual([spec.clusterIP, spec.ports[0].port], ["None", 3306]);
            }
        }
    });

    it("E-46 E-47 E-54 E-59: dev has no binary log, no performance schema and less memory; the others log changes and slow statements", async () => {
        const dev = await options("dev");
        for (const option of ["skip-log-bin", "performance_schema=OFF", "innodb_buffer_pool_size=64M"]) {
            assert.ok(dev.includes(option), option);
        }
        for (const stack of ["staging", "prod"] as const) {
            const lines = await options(stack);
            for (const option of ["server-id=1", "binlog_expire_logs_seconds=604800", "slow_query_log=ON", "long_query_time=1"]) {
                assert.ok(lines.includes(option), `${stack} ${option}`);
            }
            assert.ok(!lines.includes("skip-log-bin"));
        }
    });

    it("E-49 E-50 E-51 E-232: data in the pod in dev, on claims of 5Gi in staging and of 10Gi in prod, which prod protects", async () => {
        const { volumes } = await mysql("dev", "auth");
        assert.deepEqual(volumes.find((volume: Inputs) => volume.name === "data").emptyDir, { sizeLimit: "2Gi" });
        for (const [stack, size, isProtected] of [["staging", "5Gi", false], ["prod", "10Gi", true]] as const) {
            for (const domain of domains) {
                const claim = await registered(stack, "PersistentVolumeClaim", `${domain}-mysql-pvc`);
                assert.equal(claim.inputs.spec.resources.requests.storage, size);
                assert.deepEqual(claim.inputs.spec.accessModes, ["ReadWriteOnce"]);
                assert.equal(claim.protect, isProtected);
            }
        }
        assert.equal((await object("prod", "PersistentVolumeClaim", "orders-mysql-pvc", enlarged)).spec.resources.requests.storage, "50Gi");
    });

    it("E-52 E-53 E-56: each has its own Secret, user, database and script, which grants nothing else", async () => {
        for (const domain of domains) {
            const { containers: [main] } = await mysql("prod", domain);
            const variables = references(main);
            assert.equal(variables.MYSQL_ROOT_PASSWORD, `${domain}-mysql-secret/root-password`);
            assert.equal(variables.MYSQL_USER, `${domain}-mysql-secret/username`);
            assert.equal(variables.MYSQL_PASSWORD, `${domain}-mysql-secret/password`);
            assert.equal(main.env.find((variable: Inputs) => variable.name === "MYSQL_DATABASE").value, `${domain}_db`);
            assert.equal((await object("prod", "Secret", `${domain}-mysql-secret`)).stringData.username, `${domain}_user`);
            const script = (await object("prod", "ConfigMap", `${domain}-mysql-init`)).data["01-init.sql"];
            assert.deepEqual([...script.matchAll(/ON `(.*)`\.\* TO '(.*)'@/g)].map(([, database, user]: string[]) => [database, user]),
                [[`${domain}\\_db`, `${domain}_user`]]);
            const { volumes } = await mysql("prod", domain);
            assert.ok(volumes.some((volume: Inputs) => volume.configMap?.name === `${domain}-mysql-init`));
        }
    });

    it("E-55: probes keep the document's delays and go over TCP", async () => {
        const { containers: [main] } = await mysql("prod", "auth");
        const timing = ({ initialDelaySeconds, periodSeconds }: Inputs): number[] => [initialDelaySeconds, periodSeconds];
        assert.deepEqual([main.livenessProbe, main.readinessProbe].map(timing), [[60, 10], [45, 10]]);
        for (const probe of [main.startupProbe, main.livenessProbe, main.readinessProbe]) {
            assert.match(probe.exec.command.join(" "), /-h 127\.0\.0\.1 -P 3306/);
            assert.doesNotMatch(probe.exec.command.join(" "), /-p|localhost|password/);
        }
    });

    it("E-58: an exporter beside each server, but not in dev", async () => {
        for (const [stack, containers] of [["dev", ["mysql"]], ["staging", ["mysql", "exporter"]], ["prod", ["mysql", "exporter"]]] as const) {
            assert.deepEqual((await mysql(stack, "sav")).containers.map((one: Inputs) => one.name), containers);
        }
    });

    it("E-152: each service knows its own database's credentials and no other's", async () => {
        for (const name of names) {
            const secrets = Object.values(references(await container("prod", name))).filter(reference => reference.includes("-mysql-secret/"));
            const domain = name.replace("-service", "");
            assert.deepEqual(secrets, domains.includes(domain) ? [`${domain}-mysql-secret/username`, `${domain}-mysql-secret/password`] : [], name);
        }
    });
});

describe("e-commerce Redis", () => {
    it("E-62 E-63 E-65 E-68: one pinned server with the document's resources; appends to a volume outside dev; sessions are not evicted at random", async () => {
        for (const [stack, size] of [["dev", null], ["staging", "1Gi"], ["prod", "2Gi"]] as const) {
            const { spec } = (await object(stack, "StatefulSet", "redis")).spec.template;
            const [main] = spec.containers;
            assert.match(main.image, /^redis:7\.4\.\d+-alpine$/);
            const { requests, limits } = main.resources;
            assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["100m", "128Mi", "200m", "256Mi"]);
            const flags = main.args.join(" ");
            assert.match(flags, /--maxmemory 200mb --maxmemory-policy volatile-lru/);
            assert.match(flags, size === null ? /--appendonly no/ : /--appendonly yes/);
            const volume = spec.volumes.find((one: Inputs) => one.name === "redis-data");
            assert.equal(main.volumeMounts.find((mount: Inputs) => mount.name === "redis-data").mountPath, "/data");
            assert.equal(volume.emptyDir === undefined, size !== null);
            const claims = await objects(stack, "PersistentVolumeClaim");
            assert.equal(claims.get("redis-pvc")?.inputs.spec.resources.requests.storage, size ?? undefined);
        }
        const { spec } = await object("prod", "Service", "redis");
        assert.deepEqual([spec.type, spec.ports[0].port], ["ClusterIP", 6379]);
    });

    it("E-64: the password is generated and never on a command line", async () => {
        const { spec } = (await object("prod", "StatefulSet", "redis")).spec.template;
        const [main] = spec.containers;
        assert.equal(references(main).REDIS_PASSWORD, "redis-secret/password");
        assert.doesNotMatch([...main.command, ...main.args].join(" "), /--requirepass/);
    });

    it("E-66: probes want PONG as the answer, with the document's delays", async () => {
        const { containers: [main] } = (await object("prod", "StatefulSet", "redis")).spec.template.spec;
        const timing = ({ initialDelaySeconds, periodSeconds, timeoutSeconds }: Inputs): number[] =>
            [initialDelaySeconds, periodSeconds, timeoutSeconds];
        assert.deepEqual([main.livenessProbe, main.readinessProbe].map(timing), [[30, 10, 3], [5, 10, 3]]);
        assert.match(main.livenessProbe.exec.command.join(" "), /redis-cli ping \| grep -q PONG/);
        assert.equal(references(main).REDISCLI_AUTH, "redis-secret/password");
    });

    it("E-67 E-153: four services reach it, and nobody else but what watches it", async () => {
        const { graph } = await shop("prod");
        const callers = graph.edges.filter(({ to }) => to.name === "redis").map(({ from }) => from.name).sort();
        assert.deepEqual(callers, [...cached.map(domain => `${domain}-service`), "e-commerce-prometheus"].sort());
    });

    it("E-70: an exporter outside dev", async () => {
        const containers = async (stack: typeof stacks[number]): Promise<string[]> =>
            (await object(stack, "StatefulSet", "redis")).spec.template.spec.containers.map((one: Inputs) => one.name);
        assert.deepEqual(await containers("dev"), ["redis"]);
        assert.deepEqual(await containers("prod"), ["redis", "exporter"]);
    });
});

describe("e-commerce MinIO", () => {
    it("E-97 E-98 E-99 E-100 E-101 E-111: one pinned server with two ports, on 10Gi outside dev", async () => {
        for (const stack of stacks) {
            const { spec } = (await object(stack, "StatefulSet", "minio", {}, messaging)).spec.template;
            const [main] = spec.containers;
            assert.equal(main.image, images.minio);
            const { requests, limits } = main.resources;
            assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["100m", "256Mi", "200m", "512Mi"]);
            assert.equal(main.readinessProbe.httpGet.path, "/minio/health/ready");
            assert.equal(main.livenessProbe.httpGet.path, "/minio/health/live");
            assert.equal(spec.securityContext.runAsUser, 1000);
            assert.equal(main.securityContext.readOnlyRootFilesystem, true);
            const claims = await objects(stack, "PersistentVolumeClaim", {}, messaging);
            assert.equal(claims.get("minio-pvc")?.inputs.spec.resources.requests.storage, stack === "dev" ? undefined : "10Gi");
            const data = spec.volumes.find((volume: Inputs) => volume.name === (stack === "dev" ? "data" : "minio-pvc"));
            assert.deepEqual(data.emptyDir, stack === "dev" ? { sizeLimit: "5Gi" } : undefined);
        }
        const { spec } = await object("prod", "Service", "minio", {}, messaging);
        assert.deepEqual(spec.ports.map((port: Inputs) => port.port), [9000, 9001]);
    });

    it("E-102 E-271: the root user is generated; the document's own credentials are nowhere", async () => {
        const { stringData } = await object("prod", "Secret", "minio-root", {}, messaging);
        assert.deepEqual(Object.keys(stringData).sort(), ["MINIO_ROOT_PASSWORD", "MINIO_ROOT_USER"]);
        for (const stack of stacks) {
            const text = await openText(stack);
            assert.ok(!text.includes("adminpass123"));
            assert.doesNotMatch(text, /"(value|MINIO_ROOT_USER)":"admin"/);
        }
    });

    it("E-103 E-110: three services have keys of their own, in their namespace, and none has the root's", async () => {
        for (const name of microservices) {
            const variables = references(await container("prod", name));
            const bucket = ["products", "sav", "newsletters"].find(candidate => name === `${candidate}-service`);
            assert.equal(variables.MINIO_ACCESS_KEY, bucket && `${name}-s3/access-key`, name);
            assert.equal(variables.MINIO_SECRET_KEY, bucket && `${name}-s3/secret-key`, name);
            assert.equal(variables.AWS_SECRET_ACCESS_KEY, bucket && `${name}-s3/secret-key`, name);
            assert.ok(!Object.values(variables).some(reference => reference.startsWith("minio-root")));
            if (bucket) {
                const here = await object("prod", "Secret", `${name}-s3`);
                assert.deepEqual(here.stringData, (await object("prod", "Secret", `${name}-s3`, {}, messaging)).stringData);
            }
        }
        const { data } = await object("prod", "ConfigMap", "minio-setup-buckets-policies", {}, messaging);
        const policy = JSON.parse(data["user-products-service.json"]);
        const allowed = policy.Statement.filter((statement: Inputs) => statement.Effect === "Allow");
        assert.deepEqual(allowed.flatMap((statement: Inputs) => statement.Resource), ["arn:aws:s3:::products", "arn:aws:s3:::products/*"]);
        const { data: common } = await object("prod", "ConfigMap", "global-config");
        assert.equal(common.MINIO_ENDPOINT, "http://minio.e-commerce-messaging.svc.cluster.local:9000");
        assert.deepEqual([common.MINIO_REGION, common.MINIO_USE_PATH_STYLE, common.AWS_ENDPOINT], ["us-east-1", "true", common.MINIO_ENDPOINT]);
    });

    it("E-104 E-105 E-106 E-271: objects of two buckets can be fetched by everybody who knows them, none can be listed, sav is private", async () => {
        const { spec } = await object("prod", "Job", "minio-setup-buckets", {}, messaging);
        const { BUCKETS, PUBLIC_BUCKETS } = variablesOf(spec.template.spec.containers[0]);
        assert.equal(PUBLIC_BUCKETS, "products newsletters");
        assert.ok(BUCKETS?.split(" ").includes("sav"));
        const { data } = await object("prod", "ConfigMap", "minio-setup-buckets-policies", {}, messaging);
        assert.deepEqual(JSON.parse(data["bucket-products.json"]).Statement.map((statement: Inputs) => [statement.Action, statement.Resource]),
            [[["s3:GetObject"], ["arn:aws:s3:::products/*"]]]);
        assert.equal(data["bucket-sav.json"], undefined);
    });

    it("E-107: one repeatable Job without a token sets everything up; it runs again when its script changes", async () => {
        const job = await registered("prod", "Job", "minio-setup-buckets", {}, messaging);
        const { backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished, template } = job.inputs.spec;
        assert.deepEqual([backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished, template.spec.restartPolicy], [6, 600, 3600, "OnFailure"]);
        assert.equal(template.spec.automountServiceAccountToken, false);
        assert.equal(template.spec.serviceAccountName, "minio-setup-buckets");
        assert.ok(job.replaceOnChanges.includes("spec"));
    });

    it("E-108: replaced objects are kept for thirty days, uploads that were not finished for seven; sav as long as configured", async () => {
        const { spec } = await object("prod", "Job", "minio-setup-buckets", {}, messaging);
        const { VERSIONED_BUCKETS = "", FORGETFUL_BUCKETS = "" } = variablesOf(spec.template.spec.containers[0]);
        const { data } = await object("prod", "ConfigMap", "minio-setup-buckets-policies", {}, messaging);
        for (const bucket of ["products", "sav", "newsletters"]) {
            for (const buckets of [VERSIONED_BUCKETS, FORGETFUL_BUCKETS]) assert.ok(buckets.split(" ").includes(bucket), buckets);
            assert.equal(JSON.parse(data[`lifecycle-${bucket}.json`]).Rules[0].NoncurrentVersionExpiration.NoncurrentDays, 30);
        }
        const [main] = (await object("prod", "StatefulSet", "minio", {}, messaging)).spec.template.spec.containers;
        assert.equal(main.env.find((variable: Inputs) => variable.name === "MINIO_API_STALE_UPLOADS_EXPIRY").value, "168h");
        const kept = await object("prod", "ConfigMap", "minio-setup-buckets-policies", enlarged, messaging);
        assert.equal(JSON.parse(kept.data["lifecycle-sav.json"]).Rules[1].Expiration.Days, 365);
    });
});
