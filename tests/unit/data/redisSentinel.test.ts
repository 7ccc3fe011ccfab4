import assert from "node:assert/strict";
import { RedisSentinel } from "../../../components/data/redis/sentinel";
import type { RedisServerArgs } from "../../../components/data/redis/server";
import { images } from "../../../components/kit/images";
import { resources } from "../../../components/kit/resources";
import { canary } from "../../harness/mocks";
import type { StoreRecording } from "../../harness/stores";
import { variablesOf } from "../../harness/pods";
import { container, podsOf, reaches, recordStore } from "../../harness/stores";

const args: RedisServerArgs = { image: images.redis, maximumMemory: "128mb", resources: resources("100m/64Mi", "200m/192Mi") };

describe("RedisSentinel", () => {
    let plain: StoreRecording;
    let protectedByPassword: StoreRecording;
    before(async () => {
        plain = await recordStore(scope => new RedisSentinel("redis", scope, args));
        protectedByPassword = await recordStore(scope => new RedisSentinel("redis", scope, { ...args, authentication: true }));
    });

    it("T-145 T-146: three servers, three sentinels, and two proxies behind the Service that clients know", () => {
        const replicas = (kind: string, name: string): number => plain.recording.object(kind, name).inputs.spec.replicas;
        assert.equal(replicas("StatefulSet", "redis-node"), 3);
        assert.equal(replicas("StatefulSet", "redis-sentinel"), 3);
        assert.equal(replicas("Deployment", "redis"), 2);
        const { selector, ports } = plain.recording.object("Service", "redis").inputs.spec;
        assert.deepEqual(selector, plain.recording.object("Deployment", "redis").inputs.spec.selector.matchLabels);
        assert.deepEqual(ports, [{ name: "redis", port: 6379, targetPort: "redis", protocol: "TCP" }]);
    });

    it("T-145: consumers get the variables of a single Redis, whichever mode", () => {
        assert.deepEqual(plain.variables, { REDIS_HOST: "redis", REDIS_PORT: "6379" });
        assert.deepEqual(protectedByPassword.variables,
            { REDIS_HOST: "redis", REDIS_PORT: "6379", REDIS_PASSWORD: "redis-secret/REDIS_PASSWORD" });
    });

    it("T-146: servers and sentinels know each other by the names that their headless Services give", () => {
        const { recording } = plain;
        for (const [statefulSet, script] of [["redis-node", "redis-node"], ["redis-sentinel", "redis-sentinel"]] as const) {
            const { serviceName } = recording.object("StatefulSet", statefulSet).inputs.spec;
            const { clusterIP, publishNotReadyAddresses } = recording.object("Service", serviceName).inputs.spec;
            assert.equal(clusterIP, "None");
            assert.equal(publishNotReadyAddresses, true);
            const { SERVERS, SENTINELS } = variablesOf(container(recording, "StatefulSet", script));
            for (const [addresses, name, port] of [[SERVERS, "redis-node", 6379], [SENTINELS, "redis-sentinel", 26379]] as const) {
                assert.equal(addresses, [0, 1, 2].map(ordinal => `${name}-${ordinal}.${name}-headless:${port}`).join(" "));
            }
        }
    });

    it("T-146: two of three sentinels decide, and a primary needs one replica to accept writes", () => {
        const sentinel = container(plain.recording, "StatefulSet", "redis-sentinel");
        assert.match(sentinel.command[2], /^sentinel monitor \$GROUP \S+ \S+ \$QUORUM$/m);
        assert.deepEqual([variablesOf(sentinel).GROUP, variablesOf(sentinel).QUORUM], ["redis", "2"]);
        const flags: string[] = container(plain.recording, "StatefulSet", "redis-node").args;
        assert.equal(flags[flags.indexOf("--min-replicas-to-write") + 1], "1");
    });

    it("T-50: the servers persist nothing, and no pod claims a volume", () => {
        const flags: string[] = container(plain.recording, "StatefulSet", "redis-node").args;
        assert.equal(flags[flags.indexOf("--save") + 1], "");
        assert.equal(flags[flags.indexOf("--appendonly") + 1], "no");
        assert.deepEqual(plain.recording.ofKind("PersistentVolumeClaim"), []);
        for (const name of ["redis-node", "redis-sentinel"]) {
            assert.equal(plain.recording.object("StatefulSet", name).inputs.spec.volumeClaimTemplates, undefined);
        }
    });

    it("T-147: one pod of each at a time may be evicted", () => {
        for (const name of ["redis", "redis-node", "redis-sentinel"]) {
            const { maxUnavailable, selector } = plain.recording.object("PodDisruptionBudget", name).inputs.spec;
            assert.equal(maxUnavailable, 1);
            assert.equal(selector.matchLabels.app, name);
        }
    });

    it("T-146: in prod servers and sentinels are spread over nodes", () => {
        for (const name of ["redis-node", "redis-sentinel"]) {
            const [constraint] = plain.recording.object("StatefulSet", name).inputs.spec.template.spec.topologySpreadConstraints;
            assert.equal(constraint.topologyKey, "kubernetes.io/hostname");
            assert.equal(constraint.maxSkew, 1);
        }
    });

    it("T-51 T-146: replication, observation, agreement and checks are open, and nothing else is", () => {
        const names = ["redis", "redis-node", "redis-sentinel", "api"];
        const open = names.flatMap(from => names.flatMap(to => [6379, 26379]
            .filter(port => reaches(plain, podsOf(plain, from), podsOf(plain, to), port)).map(port => `${from} -> ${to}:${port}`)));
        assert.deepEqual(open.sort(), [
            "api -> redis:6379",
            "redis -> redis-node:6379",
            "redis-node -> redis-node:6379",
            "redis-node -> redis-sentinel:26379",
            "redis-sentinel -> redis-node:6379",
            "redis-sentinel -> redis-sentinel:26379",
        ]);
        for (const name of ["redis", "redis-node", "redis-sentinel"]) {
            const dns = { name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
            assert.equal(reaches(plain, podsOf(plain, name), dns, 53), true, name);
        }
    });

    it("T-49: readiness demands PONG and data, also with a password", () => {
        const { readinessProbe, livenessProbe } = container(plain.recording, "StatefulSet", "redis-node");
        assert.match(readinessProbe.exec.command[2], /redis-cli ping \| grep -q PONG/);
        assert.deepEqual(livenessProbe.tcpSocket, { port: "redis" });
        const variables = variablesOf(container(protectedByPassword.recording, "StatefulSet", "redis-node"));
        assert.deepEqual(variables, {
            ...variablesOf(container(plain.recording, "StatefulSet", "redis-node")),
            REDIS_PASSWORD: "redis-secret/REDIS_PASSWORD", REDISCLI_AUTH: "redis-secret/REDIS_PASSWORD",
            PREVIOUS_PASSWORD: "redis-secret/PREVIOUS_PASSWORD",
        });
    });

    it("T-51: the password is generated, and stands in the Secret alone", () => {
        assert.deepEqual(plain.recording.ofKind("Secret"), []);
        const secret = protectedByPassword.recording.object("Secret", "redis-secret");
        assert.match(secret.inputs.stringData.REDIS_PASSWORD, new RegExp(`^${canary}`));
        for (const registration of protectedByPassword.recording.objects.filter(object => object !== secret)) {
            assert.doesNotMatch(JSON.stringify(registration.inputs), new RegExp(canary), registration.name);
        }
        assert.match(container(protectedByPassword.recording, "StatefulSet", "redis-sentinel").command[2], /sentinel auth-pass \$GROUP \$REDIS_PASSWORD/);
        const configuration = protectedByPassword.recording.object("ConfigMap", "redis-proxy").inputs.data["haproxy.cfg"];
        assert.match(configuration, /AUTH \$\{REDIS_PASSWORD\}/);
    });

    it("T-146: no pod gets an API token, and every container has a read-only root file system", () => {
        for (const [kind, name] of [["Deployment", "redis"], ["StatefulSet", "redis-node"], ["StatefulSet", "redis-sentinel"]] as const) {
            const { automountServiceAccountToken, containers } = plain.recording.object(kind, name).inputs.spec.template.spec;
            assert.equal(automountServiceAccountToken, false);
            for (const { securityContext } of containers) {
                assert.equal(securityContext.readOnlyRootFilesystem, true);
                assert.deepEqual(securityContext.capabilities, { drop: ["ALL"] });
            }
        }
    });

    it("T-146: the proxy checks the role of each server under its full name", () => {
        const configuration: string = plain.recording.object("ConfigMap", "redis-proxy").inputs.data["haproxy.cfg"];
        assert.match(configuration, /tcp-check expect string role:master/);
        assert.match(configuration, /server redis-node-2 redis-node-2\.redis-node-headless\.shop\.svc\.cluster\.local:6379\n/);
        assert.doesNotMatch(configuration, /AUTH/);
    });

    it("T-48: a memory limit below 1.4 times the memory for data is refused with the remedy", async () => {
        const tooSmall = { ...args, resources: resources("100m/64Mi", "200m/128Mi") };
        await assert.rejects(recordStore(scope => new RedisSentinel("redis", scope, tooSmall)), {
            name: "RangeError",
            message: "redis: the memory limit 128Mi is below 1.4 times maxmemory 128mb, so the kernel would end Redis before it evicts; "
                + "raise the limit to 180Mi",
        });
    });
});
