import fc from "fast-check";

/** A pod as JSON, with the level's version to judge it by. */
export interface RandomPod {
    readonly version: string;
    readonly metadata: Record<string, unknown>;
    readonly spec: Record<string, unknown>;
}

/** Mostly one of the values that pass, now and then one that may not, null, or nothing at all. */
function mostly(good: readonly unknown[], other: readonly unknown[]): fc.Arbitrary<unknown> {
    return fc.oneof(
        { weight: 24, arbitrary: fc.constantFrom(...good) },
        { weight: 1, arbitrary: fc.constantFrom(...other) },
        { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
    );
}

/** An object whose fields are usually there. */
function object(fields: Record<string, fc.Arbitrary<unknown>>, present = 0.97): fc.Arbitrary<unknown> {
    const weight = Math.round(present * 100);
    return fc.oneof(
        { weight, arbitrary: fc.record(fields) },
        { weight: 100 - weight, arbitrary: fc.oneof(fc.constant({}), fc.constant(null), fc.record(fields, { requiredKeys: [] })) },
    );
}

/** An object that is usually missing, because its presence is what the standard is about. */
function rare(arbitrary: fc.Arbitrary<unknown>, weight = 4): fc.Arbitrary<unknown> {
    return fc.oneof({ weight: 100 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary });
}

const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom("a", "b", "web", "sidecar", "init-1") },
    { weight: 1, arbitrary: fc.constantFrom("", "Z", "ü", "with \"quotes\"") },
);

const capability = fc.constantFrom("NET_BIND_SERVICE", "NET_RAW", "SYS_ADMIN", "CHOWN", "ALL", "KILL", "", "net_bind_service", "SYS_TIME");

const seLinuxOptions = fc.record({
    type: fc.constantFrom("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", undefined),
    user: fc.constantFrom("", undefined, undefined, "system_u"),
    role: fc.constantFrom("", undefined, undefined, "system_r"),
    level: fc.constantFrom(undefined, "s0"),
});

const profile = (types: readonly string[]): fc.Arbitrary<unknown> => fc.record({ type: fc.constantFrom(...types, "", undefined) });
const windowsOptions = fc.record({ hostProcess: fc.constantFrom(true, false, null, undefined) });

const podContext = object({
    runAsNonRoot: mostly([true], [false]),
    runAsUser: mostly([1000, 65534, undefined], [0]),
    seccompProfile: mostly([{ type: "RuntimeDefault" }, { type: "Localhost", localhostProfile: "x" }], [{ type: "Unconfined" }, {}, { type: "other" }]),
    seLinuxOptions: rare(seLinuxOptions),
    appArmorProfile: rare(profile(["RuntimeDefault", "Localhost", "Unconfined"])),
    windowsOptions: rare(windowsOptions),
    sysctls: rare(fc.array(fc.record({
        name: fc.constantFrom(
            "kernel.shm_rmid_forced", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_wmem",
            "kernel.msgmax", "net.core.somaxconn", "",
        ),
        value: fc.constant("1"),
    }), { maxLength: 3 }), 15),
});

const containerContext = object({
    allowPrivilegeEscalation: mostly([false], [true]),
    privileged: mostly([false, undefined], [true]),
    runAsNonRoot: mostly([true, undefined], [false]),
    runAsUser: mostly([undefined, 1, 4294967295], [0]),
    procMount: mostly([undefined, "Default"], ["Unmasked", "", "other"]),
    capabilities: object({
        drop: mostly([["ALL"], ["ALL"], ["KILL", "ALL"]], [[], ["KILL"], ["all"]]),
        add: rare(fc.array(capability, { maxLength: 3 }), 12),
    }),
    seccompProfile: mostly([undefined, { type: "RuntimeDefault" }], [{ type: "Unconfined" }, {}]),
    seLinuxOptions: rare(seLinuxOptions),
    appArmorProfile: rare(profile(["RuntimeDefault", "Localhost", "Unconfined"])),
    windowsOptions: rare(windowsOptions),
});

const host = fc.constantFrom(undefined, undefined, "", "10.0.0.1", "localhost");
const action = fc.oneof(
    fc.record({ httpGet: fc.record({ port: fc.constant(80), host }) }),
    fc.record({ tcpSocket: fc.record({ port: fc.constant("http"), host }) }),
    fc.constant({ exec: { command: ["true"] } }),
);

const port = fc.record({ containerPort: fc.constant(80), hostPort: fc.constantFrom(0, undefined, null, 80, 9, 443) });

const container = fc.record({
    name,
    image: fc.constant("registry/app:1"),
    securityContext: containerContext,
    ports: rare(fc.array(port, { maxLength: 3 }), 12),
    livenessProbe: rare(action),
    readinessProbe: rare(action),
    startupProbe: rare(action),
    lifecycle: rare(fc.record({ postStart: rare(action, 50), preStop: rare(action, 50) })),
});

const volumeSource = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom<Record<string, unknown>>(
        { configMap: { name: "a" } }, { secret: { secretName: "a" } }, { emptyDir: {} }, { projected: { sources: [] } }, { ephemeral: {} },
        { downwardAPI: {} }, { csi: { driver: "d" } }, { persistentVolumeClaim: { claimName: "c" } }, { image: { reference: "i:1" } },
    ) },
    { weight: 2, arbitrary: fc.constantFrom<Record<string, unknown>>(
        { hostPath: { path: "/" } }, { gcePersistentDisk: { pdName: "d" } }, { awsElasticBlockStore: { volumeID: "d" } },
        { gitRepo: { repository: "r" } }, { nfs: { server: "s", path: "/" } }, { iscsi: {} }, { glusterfs: {} }, { rbd: {} },
        { flexVolume: { driver: "d" } }, { cinder: {} }, { cephfs: {} }, { flocker: {} }, { fc: {} }, { azureFile: {} },
        { vsphereVolume: {} }, { quobyte: {} }, { azureDisk: {} }, { photonPersistentDisk: {} }, { portworxVolume: {} },
        { scaleIO: {} }, { storageos: {} }, {}, { hostPath: null }, { hostPath: { path: "/" }, emptyDir: {} }, { emptyDir: null, nfs: {} },
    ) },
);

const volume = fc.tuple(name, volumeSource).map(([volumeName, source]) => ({ name: volumeName, ...source }));

const annotations = fc.dictionary(
    fc.constantFrom(
        "container.apparmor.security.beta.kubernetes.io/a", "container.apparmor.security.beta.kubernetes.io/web",
        "seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/a",
        "container.seccomp.security.alpha.kubernetes.io/b", "example.com/other",
    ),
    fc.constantFrom("runtime/default", "docker/default", "localhost/x", "unconfined", "", "a\"b"),
    { maxKeys: 3 },
);

/** Pods around the borders of the standards: most fields comply, and every one of them is wrong now and then. */
export const randomPod: fc.Arbitrary<RandomPod> = fc.record({
    version: fc.oneof(fc.constant("latest"), fc.constant("v1.36"), fc.integer({ min: 0, max: 40 }).map(minor => `v1.${minor}`)),
    metadata: fc.record({ annotations: rare(annotations, 15) }),
    spec: fc.record({
        hostNetwork: mostly([undefined, false], [true]),
        hostPID: mostly([undefined, false], [true]),
        hostIPC: mostly([undefined, false], [true]),
        hostUsers: fc.constantFrom(undefined, undefined, undefined, null, true, false),
        os: fc.constantFrom(undefined, undefined, undefined, undefined, null, {}, { name: "linux" }, { name: "windows" }),
        securityContext: podContext,
        volumes: fc.oneof(fc.constant(undefined), fc.array(volume, { maxLength: 3 })),
        initContainers: fc.oneof(fc.constant(undefined), fc.constant(null), fc.array(container, { maxLength: 1 })),
        containers: fc.array(container, { maxLength: 2 }),
        ephemeralContainers: fc.oneof(fc.constant(undefined), fc.array(container, { maxLength: 1 })),
    }),
});
