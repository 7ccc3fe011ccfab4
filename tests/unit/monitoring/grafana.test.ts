import assert from "node:assert/strict";
import { parse } from "yaml";
import type { Inputs } from "../../harness/mocks";
import { canary } from "../../harness/mocks";
import type { Monitored } from "../../harness/monitoring/taskflow";
import { inputsOf, monitoredTaskFlow, mountsOf, podOf } from "../../harness/monitoring/taskflow";

let dev: Monitored;
let prod: Monitored;

const inputs = (kind: string, name: string, stack = dev): Inputs => inputsOf(stack, kind, name);
const pod = (name: string, stack = dev): Inputs => podOf(stack, name);
const mounted = (name: string, stack = dev): Record<string, Inputs> => mountsOf(stack, name);

describe("Grafana", () => {
    before(async () => {
        dev = await monitoredTaskFlow("dev");
        prod = await monitoredTaskFlow("prod");
    });

    it("T-112: listens on 3000 with the resources of the list and forgets its storage with the pod", () => {
        const { ports, resources: { requests, limits } } = pod("grafana").containers[0];
        assert.deepEqual(ports, [{ name: "http", containerPort: 3000, protocol: "TCP" }]);
        assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["100m", "256Mi", "200m", "512Mi"]);
        const storage = mounted("grafana")["/var/lib/grafana"];
        assert.equal(storage.name, "grafana-storage");
        assert.ok(storage.emptyDir.sizeLimit);
    });

    it("T-113: keeps its storage in prod on a volume of its own, which one pod at a time writes", () => {
        const storage = mounted("grafana", prod)["/var/lib/grafana"];
        assert.equal(storage.name, "grafana-storage");
        assert.equal(inputs("PersistentVolumeClaim", storage.persistentVolumeClaim.claimName, prod).spec.resources.requests.storage, "1Gi");
        assert.deepEqual(inputs("Deployment", "grafana", prod).spec.strategy, { type: "Recreate" });
    });

    it("T-113 T-152: data source and dashboards are provisioned from three ConfigMaps", () => {
        const folders = mounted("grafana");
        assert.equal(folders["/etc/grafana/provisioning/datasources"].configMap.name, "grafana-datasources");
        assert.equal(folders["/etc/grafana/provisioning/dashboards"].configMap.name, "grafana-dashboard-provider");
        assert.equal(folders["/etc/grafana/dashboards"].configMap.name, "grafana-dashboards");
        const [dataSource] = parse(inputs("ConfigMap", "grafana-datasources").data["datasources.yaml"]).datasources;
        assert.equal(dataSource.url, "http://prometheus.taskflow.svc.cluster.local:9090");
        assert.deepEqual([dataSource.type, dataSource.uid, dataSource.isDefault], ["prometheus", "prometheus", true]);
        const [provider] = parse(inputs("ConfigMap", "grafana-dashboard-provider").data["provider.yaml"]).providers;
        assert.equal(provider.options.path, "/etc/grafana/dashboards");
    });

    it("T-113: runs as 472, restricted, and is probed at /api/health", () => {
        const { securityContext, containers: [container] } = pod("grafana");
        assert.deepEqual([securityContext.runAsUser, securityContext.fsGroup], [472, 472]);
        assert.equal(container.securityContext.readOnlyRootFilesystem, true);
        for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
            assert.equal(container[probe].httpGet.path, "/api/health");
        }
    });

    it("T-57: the password is generated and stands in its Secret only", () => {
        const secret = inputs("Secret", "grafana-credentials");
        assert.equal(secret.stringData.GF_SECURITY_ADMIN_USER, "admin");
        const password = secret.stringData.GF_SECURITY_ADMIN_PASSWORD;
        assert.ok(password.startsWith(canary));
        const variable = pod("grafana").containers[0].env.find(({ name }: Inputs) => name === "GF_SECURITY_ADMIN_PASSWORD");
        assert.deepEqual(variable.valueFrom.secretKeyRef, { name: "grafana-credentials", key: "GF_SECURITY_ADMIN_PASSWORD" });
        const others = dev.recording.objects.filter(({ type }) => !type.endsWith(":Secret"));
        assert.ok(!JSON.stringify(others.map(({ inputs }) => inputs)).includes(password));
    });

    it("T-58: the root URL is Grafana's template in dev and https behind the routes in prod", () => {
        const variable = (stack: Monitored, wanted: string): string | undefined =>
            pod("grafana", stack).containers[0].env.find(({ name }: Inputs) => name === wanted)?.value;
        assert.equal(variable(dev, "GF_SERVER_ROOT_URL"), "%(protocol)s://%(domain)s:%(http_port)s/");
        assert.match(variable(prod, "GF_SERVER_ROOT_URL") ?? "", /^https:\/\/grafana\.[a-z0-9.-]+\/$/);
        assert.equal(variable(dev, "GF_SECURITY_COOKIE_SECURE"), undefined);
        assert.equal(variable(prod, "GF_SECURITY_COOKIE_SECURE"), "true");
    });

    it("keeps the data source that its image brings: Grafana 13 would remove it from a read-only file system", () => {
        const env = pod("grafana").containers[0].env as Inputs[];
        assert.equal(env.find(({ name }) => name === "GF_PLUGINS_PREINSTALL_DISABLED")?.value, "true");
    });
});
