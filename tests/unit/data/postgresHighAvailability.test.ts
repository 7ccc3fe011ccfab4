import assert from "node:assert/strict";
import { initDatabaseScript } from "../../../components/data/postgres/initializationScript";
import type { PostgresHighAvailabilityArgs } from "../../../components/data/postgres/highAvailability";
import { PostgresHighAvailability } from "../../../components/data/postgres/highAvailability";
import { images } from "../../../components/kit/images";
import { resources } from "../../../components/kit/resources";
import { canary } from "../../harness/mocks";
import type { Endpoint } from "../../harness/reachability";
import type { StoreRecording } from "../../harness/stores";
import { variablesOf } from "../../harness/pods";
import { container, podsOf, reaches, recordStore } from "../../harness/stores";

const args: PostgresHighAvailabilityArgs = {
    image: images.postgres16,
    database: "shop_db",
    user: "shop",
    storage: "2Gi",
    storageClass: null,
    maximumConnections: 120,
    resources: resources("250m/256Mi", "500m/512Mi"),
    initialization: { jobName: "shop-db-init", config: { name: "shop-sql", files: { "init.sql": "SELECT 1" } } },
};

describe("PostgresHighAvailability", () => {
    let store: StoreRecording;
    before(async () => {
        store = await recordStore(scope => new PostgresHighAvailability("postgres", scope, args));
    });
    const cluster = (): StoreRecording["recording"]["registrations"][number] => store.recording.object("Cluster", "postgres");

    it("T-144: a primary and two standbys under the operator, each with a volume of 2Gi, on different nodes", () => {
        assert.equal(cluster().inputs.apiVersion, "postgresql.cnpg.io/v1");
        const { instances, storage, affinity, imageName } = cluster().inputs.spec;
        assert.equal(instances, 3);
        assert.deepEqual(storage, { size: "2Gi" });
        assert.deepEqual(affinity, { enablePodAntiAffinity: true, topologyKey: "kubernetes.io/hostname", podAntiAffinityType: "preferred" });
        assert.equal(imageName, images.cloudNativePostgres16);
        const { hard } = store.recording.object("ResourceQuota", "quota").inputs.spec;
        assert.equal(hard.persistentvolumeclaims, "6");
        assert.equal(hard["requests.storage"], "12288Mi");
    });

    it("T-144: the Service postgres follows the primary, and consumers get the variables of a single server", () => {
        const { selector, ports } = store.recording.object("Service", "postgres").inputs.spec;
        assert.deepEqual(selector, { "cnpg.io/cluster": "postgres", "cnpg.io/instanceRole": "primary" });
        assert.deepEqual(ports, [{ name: "postgresql", port: 5432, targetPort: "postgresql", protocol: "TCP" }]);
        assert.deepEqual(store.variables, {
            DATABASE_HOST: "postgres", DATABASE_PORT: "5432", DATABASE_NAME: "shop_db",
            DATABASE_USER: "postgres-secret/username", DATABASE_PASSWORD: "postgres-secret/password",
        });
    });

    it("T-144: the operator gets the generated credentials in the form it demands, and the password is nowhere else", () => {
        const secret = store.recording.object("Secret", "postgres-secret");
        assert.equal(secret.inputs.type, "kubernetes.io/basic-auth");
        assert.equal(secret.inputs.stringData.username, "shop");
        assert.match(secret.inputs.stringData.password, new RegExp(`^${canary}`));
        assert.equal(secret.inputs.metadata.labels["cnpg.io/reload"], "true");
        assert.deepEqual(cluster().inputs.spec.bootstrap.initdb,
            { database: "shop_db", owner: "shop", secret: { name: "postgres-secret" }, encoding: "UTF8" });
        for (const registration of store.recording.objects.filter(object => object !== secret)) {
            assert.doesNotMatch(JSON.stringify(registration.inputs), new RegExp(canary), registration.name);
        }
    });

    it("T-44 T-144: the seed comes from the initialization Job once the cluster is ready, and consumers wait for it", () => {
        const { recording } = store;
        const job = recording.object("Job", "shop-db-init");
        assert.deepEqual(container(recording, "Job", "shop-db-init").command, ["sh", "-c", initDatabaseScript]);
        assert.equal(cluster().inputs.metadata.annotations["pulumi.com/waitFor"], "condition=Ready");
        assert.ok(recording.before(job).has(cluster().urn));
        assert.ok(recording.before(job).has(recording.object("ConfigMap", "shop-sql").urn));
        assert.ok(recording.before(recording.object("Deployment", "api")).has(job.urn));
        assert.deepEqual(variablesOf(container(recording, "Job", "shop-db-init")), {
            DATABASE_HOST: "postgres", DATABASE_PORT: "5432", DATABASE_NAME: "shop_db", DATABASE_USER: "postgres-secret/username",
            POSTGRES_PASSWORD: "postgres-secret/password", PREVIOUS_PASSWORD: "postgres-secret/previous-password",
        });
    });

    it("T-144: replication, the operator and the API server are let through, and no other client", () => {
        const postgres = podsOf(store, "postgres");
        const operator: Endpoint = { name: "operator", namespace: "cnpg-system", labels: { "app.kubernetes.io/name": "cloudnative-pg" } };
        const stranger: Endpoint = { name: "stranger", namespace: "shop", labels: { app: "stranger" } };
        const apiServer: Endpoint = { name: "api-server", address: "192.0.2.10" };
        assert.equal(reaches(store, postgres, postgres, 5432), true);
        assert.equal(reaches(store, operator, postgres, 8000), true);
        assert.equal(reaches(store, operator, postgres, 5432), true);
        assert.equal(reaches(store, postgres, apiServer, 6443), true);
        assert.equal(reaches(store, podsOf(store, "api"), postgres, 5432), true);
        assert.equal(reaches(store, podsOf(store, "shop-db-init"), postgres, 5432), true);
        assert.equal(reaches(store, podsOf(store, "api"), postgres, 8000), false);
        assert.equal(reaches(store, stranger, postgres, 5432), false);
    });

    it("T-147: one server at a time may be evicted, by one budget only", () => {
        const { maxUnavailable, selector } = store.recording.object("PodDisruptionBudget", "postgres-instances").inputs.spec;
        assert.equal(maxUnavailable, 1);
        assert.deepEqual(selector.matchLabels, { "cnpg.io/cluster": "postgres", "cnpg.io/podRole": "instance" });
        assert.equal(cluster().inputs.spec.enablePDB, false);
    });

    it("T-144: a commit waits for one standby, and the superuser cannot log in over the network", () => {
        const { postgresql, enableSuperuserAccess } = cluster().inputs.spec;
        assert.deepEqual(postgresql,
            { parameters: { max_connections: "120" }, synchronous: { method: "any", number: 1, dataDurability: "preferred" } });
        assert.equal(enableSuperuserAccess, false);
    });

    it("T-144: prod refuses to delete the cluster, dev does not", async () => {
        assert.equal(cluster().protect, true);
        const dev = await recordStore(scope => new PostgresHighAvailability("postgres", scope, args), "dev");
        assert.equal(dev.recording.object("Cluster", "postgres").protect, false);
    });

    it("T-144: one instance is refused with the remedy", async () => {
        await assert.rejects(recordStore(scope => new PostgresHighAvailability("postgres", scope, { ...args, instances: 1 })), {
            name: "RangeError",
            message: "postgres: 1 instances have no standby; allowed are 2 or more, for one server use Postgres",
        });
    });
});
