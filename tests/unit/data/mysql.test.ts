import assert from "node:assert/strict";
import type { MysqlArgs } from "../../../components/data/mysql/mysql";
import { Mysql } from "../../../components/data/mysql/mysql";
import { resources } from "../../../components/kit/resources";
import { variablesOf } from "../../harness/pods";
import type { Inputs } from "../../harness/mocks";
import { canary, secretMark } from "../../harness/mocks";
import type { StoreRecording } from "../../harness/stores";
import { container, podsOf, reaches, recordStore } from "../../harness/stores";

const args: MysqlArgs = {
    database: "orders_db", user: "orders_user", prefix: "orders-mysql", storage: { size: "10Gi", storageClass: "fast" },
    resources: resources("100m/256Mi", "500m/512Mi"),
};
const name = "orders-service-mysql";
const probes = ["startupProbe", "readinessProbe", "livenessProbe"];

function record(more: Partial<MysqlArgs> = {}): Promise<StoreRecording> {
    return recordStore(scope => new Mysql(name, scope, { ...args, ...more }));
}

describe("MySQL", () => {
    let store: StoreRecording;
    let server: Inputs;
    before(async () => {
        store = await record();
        server = container(store.recording, "StatefulSet", name, "mysql");
    });

    it("E-44 E-271: runs a pinned 8.4", () => {
        assert.match(server.image, /^mysql:8\.4\.\d+$/);
    });

    it("E-48: is a StatefulSet of one behind a headless Service of the same name on 3306, and of no other", () => {
        const { spec } = store.recording.object("StatefulSet", name).inputs;
        assert.equal(spec.replicas, 1);
        assert.equal(spec.serviceName, name);
        const services = store.recording.ofKind("Service").map(({ inputs }) => inputs);
        assert.deepEqual(services.map(({ metadata }) => metadata.name), [name]);
        assert.equal(services[0].spec.clusterIP, "None");
        assert.deepEqual(services[0].spec.ports, [{ name: "mysql", port: 3306, targetPort: "mysql", protocol: "TCP" }]);
    });

    it("E-49 E-51: keeps its data on a claim of its own that production protects", () => {
        const claim = store.recording.object("PersistentVolumeClaim", "orders-mysql-pvc");
        assert.equal(claim.inputs.spec.resources.requests.storage, "10Gi");
        assert.deepEqual(claim.inputs.spec.accessModes, ["ReadWriteOnce"]);
        assert.equal(claim.protect, true);
        assert.ok(server.volumeMounts.some((mount: Inputs) => mount.mountPath === "/var/lib/mysql"));
    });

    it("E-50: keeps its data in a folder of the pod where it is ephemeral, and the disk has room for them", async () => {
        const { recording } = await record({ storage: { ephemeral: "2Gi" } });
        assert.equal(recording.ofKind("PersistentVolumeClaim").length, 0);
        const { volumes } = recording.object("StatefulSet", name).inputs.spec.template.spec;
        assert.deepEqual(volumes.find((volume: Inputs) => volume.name === "data").emptyDir, { sizeLimit: "2Gi" });
        assert.equal(container(recording, "StatefulSet", name).resources.limits["ephemeral-storage"], "2176Mi");
    });

    it("E-52 E-119: root and user come from the Secret's keys, the database is plain", () => {
        const variables = Object.fromEntries(server.env.map(({ name: variable, value, valueFrom }: Inputs) =>
            [variable, valueFrom?.secretKeyRef ?? value]));
        assert.deepEqual(variables.MYSQL_ROOT_PASSWORD, { name: "orders-mysql-secret", key: "root-password" });
        assert.deepEqual(variables.MYSQL_USER, { name: "orders-mysql-secret", key: "username" });
        assert.deepEqual(variables.MYSQL_PASSWORD, { name: "orders-mysql-secret", key: "password" });
        assert.equal(variables.MYSQL_DATABASE, "orders_db");
        const secret = store.recording.object("Secret", "orders-mysql-secret");
        assert.equal(secret.inputs.stringData.username, "orders_user");
        assert.equal(secret.shown.stringData, secretMark);
    });

    it("E-55: probes go over TCP; readiness asks the database as the application, without a password on the command line", () => {
        const command = (probe: string): string => server[probe].exec.command.join(" ");
        const timing = ({ initialDelaySeconds = 0, periodSeconds, timeoutSeconds }: Inputs): number[] =>
            [initialDelaySeconds, periodSeconds, timeoutSeconds];
        assert.deepEqual(probes.map(probe => timing(server[probe])), [[0, 10, 5], [45, 10, 5], [60, 10, 5]]);
        assert.equal(server.startupProbe.failureThreshold, 90);
        assert.match(command("livenessProbe"), /^mysqladmin --defaults-extra-file=\S+liveness.cnf -h 127\.0\.0\.1 -P 3306 ping$/);
        assert.match(command("readinessProbe"), /^mysql --defaults-extra-file=\S+readiness.cnf -h 127\.0\.0\.1 -P 3306 -e SELECT 1$/);
        const { stringData } = store.recording.object("Secret", "orders-mysql-secret").inputs;
        assert.match(stringData["readiness.cnf"], /^user=orders_user$/m);
        assert.match(stringData["liveness.cnf"], /^user=probe$/m);
        assert.doesNotMatch(stringData["accounts.sql"], /GRANT .* TO 'probe'/);
    });

    it("E-57 E-58: the exporter listens on 9104 with its own user and small resources, and can be left out", async () => {
        const exporter = container(store.recording, "StatefulSet", name, "exporter");
        assert.deepEqual(exporter.ports, [{ name: "metrics", containerPort: 9104, protocol: "TCP" }]);
        assert.deepEqual([exporter.resources.requests.cpu, exporter.resources.requests.memory, exporter.resources.limits.cpu,
            exporter.resources.limits.memory], ["25m", "32Mi", "100m", "128Mi"]);
        assert.ok(exporter.args.includes("--mysqld.username=exporter"));
        const without = await record({ exporter: false });
        const { containers } = without.recording.object("StatefulSet", name).inputs.spec.template.spec;
        assert.deepEqual(containers.map((one: Inputs) => one.name), ["mysql"]);
        assert.doesNotMatch(without.recording.object("Secret", "orders-mysql-secret").inputs.stringData["accounts.sql"], /exporter/);
    });

    it("E-60: runs as 999 with a read-only root and its two writable folders", () => {
        const { securityContext } = store.recording.object("StatefulSet", name).inputs.spec.template.spec;
        assert.deepEqual([securityContext.runAsUser, securityContext.runAsGroup, securityContext.fsGroup], [999, 999, 999]);
        assert.equal(server.securityContext.readOnlyRootFilesystem, true);
        assert.deepEqual(server.securityContext.capabilities, { drop: ["ALL"] });
        for (const path of ["/tmp", "/var/run/mysqld"]) {
            assert.ok(server.volumeMounts.some((mount: Inputs) => mount.mountPath === path && !mount.readOnly), path);
        }
    });

    it("E-119: no ConfigMap, variable or argument holds a password", () => {
        const open = [
            ...store.recording.ofKind("ConfigMap").map(({ inputs }) => inputs.data), store.recording.object("StatefulSet", name).inputs,
        ];
        assert.ok(!JSON.stringify(open).includes(canary));
    });

    it("E-152: its own consumer reaches it on 3306, others do not", () => {
        assert.ok(reaches(store, podsOf(store, "api"), podsOf(store, name), 3306));
        assert.ok(!reaches(store, { name: "other", namespace: "shop", labels: { app: "other" } }, podsOf(store, name), 3306));
    });

    it("a consumer gets the variables that Laravel reads", () => {
        assert.deepEqual(store.variables, {
            DB_HOST: name, DB_PORT: "3306", DB_DATABASE: "orders_db",
            DB_USERNAME: "orders-mysql-secret/username", DB_PASSWORD: "orders-mysql-secret/password",
        });
    });

    it("the init file is given only where there are data: the bootstrap, which refuses account statements, runs before without it", () => {
        const [, , script] = server.command;
        const starts = script.split("\n").filter((line: string) => line.includes("docker-entrypoint.sh")).map((line: string) => line.trim());
        assert.deepEqual(starts, ['docker-entrypoint.sh mysqld "--datadir=$prepared"', 'exec docker-entrypoint.sh mysqld "--init-file=$ACCOUNTS_FILE"']);
        const { DATA_FOLDER, ACCOUNTS_FILE } = variablesOf(server);
        assert.deepEqual([DATA_FOLDER, ACCOUNTS_FILE], ["/var/lib/mysql", "/etc/mysql-accounts/accounts.sql"]);
    });
});
