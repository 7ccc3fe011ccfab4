import type { Json } from "../compliant";

interface Cases {
    readonly accept: readonly Json[];
    readonly refuse: readonly (readonly [over: Json, detail: string, path: string])[];
}

/** What is laid over a compliant container or PodSpec, and the detail with which it is refused; `%` is the container. */
export interface CheckCases {
    /** Tried in each of the three lists of containers. */
    readonly container?: Cases;
    readonly pod?: Cases;
    readonly reason: string;
}

const sc = (securityContext: Json): Json => ({ securityContext });
const probeHost = (host: unknown): Json => ({ readinessProbe: { httpGet: { host } } });

/** Cases for every check, at the newest version of the restricted level, or of the baseline level for baseline checks. */
export const checkCases: Readonly<Record<string, CheckCases>> = {
    allowPrivilegeEscalation: {
        reason: "allowPrivilegeEscalation != false",
        container: {
            accept: [sc({ allowPrivilegeEscalation: false })],
            refuse: [
                [sc({ allowPrivilegeEscalation: true }), "container % must set securityContext.allowPrivilegeEscalation=false",
                    "securityContext.allowPrivilegeEscalation"],
                [sc({ allowPrivilegeEscalation: undefined }), "container % must set securityContext.allowPrivilegeEscalation=false",
                    "securityContext.allowPrivilegeEscalation"],
                [sc({ allowPrivilegeEscalation: null }), "container % must set securityContext.allowPrivilegeEscalation=false",
                    "securityContext.allowPrivilegeEscalation"],
            ],
        },
        pod: { accept: [{ os: { name: "windows" } }], refuse: [] },
    },
    appArmorProfile: {
        reason: "forbidden AppArmor profile",
        container: {
            accept: [sc({ appArmorProfile: { type: "RuntimeDefault" } }), sc({ appArmorProfile: { type: "Localhost" } })],
            refuse: [[sc({ appArmorProfile: { type: "Unconfined" } }), 'container % must not set AppArmor profile type to "Unconfined"',
                "securityContext.appArmorProfile.type"]],
        },
        pod: {
            accept: [sc({ appArmorProfile: { type: "RuntimeDefault" } })],
            refuse: [[sc({ appArmorProfile: {} }), 'pod must not set AppArmor profile type to ""', "securityContext.appArmorProfile.type"]],
        },
    },
    capabilities_baseline: {
        reason: "non-default capabilities",
        container: {
            accept: [sc({ capabilities: { add: ["CHOWN", "NET_BIND_SERVICE"] } }), sc({ capabilities: { add: [] } })],
            refuse: [[sc({ capabilities: { add: ["CHOWN", "NET_RAW"] } }),
                'container % must not include "NET_RAW" in securityContext.capabilities.add', "securityContext.capabilities.add[1]"]],
        },
    },
    capabilities_restricted: {
        reason: "unrestricted capabilities",
        container: {
            accept: [sc({ capabilities: { drop: ["KILL", "ALL"] } }), sc({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } })],
            refuse: [
                [sc({ capabilities: { drop: ["KILL"] } }), 'container % must set securityContext.capabilities.drop=["ALL"]',
                    "securityContext.capabilities.drop"],
                [sc({ capabilities: undefined }), 'container % must set securityContext.capabilities.drop=["ALL"]',
                    "securityContext.capabilities.drop"],
                [sc({ capabilities: { drop: ["ALL"], add: ["CHOWN"] } }),
                    'container % must not include "CHOWN" in securityContext.capabilities.add', "securityContext.capabilities.add[0]"],
            ],
        },
        pod: { accept: [{ os: { name: "windows" } }], refuse: [] },
    },
    hostNamespaces: {
        reason: "host namespaces",
        pod: {
            accept: [{ hostNetwork: false, hostPID: false, hostIPC: null }],
            refuse: [
                [{ hostNetwork: true }, "hostNetwork=true", "hostNetwork"],
                [{ hostPID: true }, "hostPID=true", "hostPID"],
                [{ hostIPC: true }, "hostIPC=true", "hostIPC"],
            ],
        },
    },
    hostPathVolumes: {
        reason: "hostPath volumes",
        pod: {
            accept: [{ volumes: [{ name: "a", emptyDir: {} }] }],
            refuse: [[{ volumes: [{ name: "a", emptyDir: {} }, { name: "b", hostPath: { path: "/" } }] }, 'volume "b"', "volumes[1].hostPath"]],
        },
    },
    hostPorts: {
        reason: "hostPort",
        container: {
            accept: [{ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }] }],
            refuse: [[{ ports: [{ containerPort: 80 }, { hostPort: 443 }] }, "container % uses hostPort 443", "ports[1].hostPort"]],
        },
    },
    hostProbesAndHostLifecycle: {
        reason: "probe or lifecycle host",
        container: {
            accept: [probeHost(""), probeHost(undefined)],
            refuse: [
                [probeHost("10.0.0.1"), 'container % uses probe or lifecycle host "10.0.0.1"', "readinessProbe.httpGet.host"],
                [{ livenessProbe: { tcpSocket: { host: "db" } } }, 'container % uses probe or lifecycle host "db"', "livenessProbe.tcpSocket.host"],
                [{ startupProbe: { tcpSocket: { host: "db" } } }, 'container % uses probe or lifecycle host "db"', "startupProbe.tcpSocket.host"],
                [{ lifecycle: { postStart: { httpGet: { host: "x" } } } }, 'container % uses probe or lifecycle host "x"',
                    "lifecycle.postStart.httpGet.host"],
                [{ lifecycle: { preStop: { tcpSocket: { host: "x" } } } }, 'container % uses probe or lifecycle host "x"',
                    "lifecycle.preStop.tcpSocket.host"],
            ],
        },
    },
    privileged: {
        reason: "privileged",
        container: {
            accept: [sc({ privileged: false }), sc({ privileged: undefined })],
            refuse: [[sc({ privileged: true }), "container % must not set securityContext.privileged=true", "securityContext.privileged"]],
        },
    },
    procMount: {
        reason: "procMount",
        container: {
            accept: [sc({ procMount: "Default" })],
            refuse: [[sc({ procMount: "Unmasked" }), 'container % must not set securityContext.procMount to "Unmasked"', "securityContext.procMount"]],
        },
    },
    procMount_restricted: {
        reason: "procMount",
        container: {
            accept: [sc({ procMount: "Default" })],
            refuse: [[sc({ procMount: "Unmasked" }), 'container % must not set securityContext.procMount to "Unmasked"', "securityContext.procMount"]],
        },
    },
    restrictedVolumes: {
        reason: "restricted volume types",
        pod: {
            accept: [
                "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
            ].map(source => ({ volumes: [{ name: "a", [source]: {} }] })),
            refuse: [
                ...[
                    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder",
                    "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk",
                    "portworxVolume", "scaleIO", "storageos",
                ].map(source =>
                    [{ volumes: [{ name: "a", [source]: {} }] }, `volume "a" uses restricted volume type "${source}"`, "volumes[0]"] as const),
                [{ volumes: [{ name: "a", floppy: {} }] }, 'volume "a" uses restricted volume type "unknown"', "volumes[0]"],
            ],
        },
    },
    runAsNonRoot: {
        reason: "runAsNonRoot != true",
        container: {
            accept: [sc({ runAsNonRoot: true }), sc({ runAsNonRoot: undefined })],
            refuse: [[sc({ runAsNonRoot: false }), "container % must not set securityContext.runAsNonRoot=false", "securityContext.runAsNonRoot"]],
        },
        pod: {
            accept: [{ hostUsers: false, securityContext: { runAsNonRoot: false } }],
            refuse: [
                [sc({ runAsNonRoot: false }), "pod must not set securityContext.runAsNonRoot=false", "securityContext.runAsNonRoot"],
                [sc({ runAsNonRoot: undefined }), 'pod or container "web" must set securityContext.runAsNonRoot=true',
                    "containers[0].securityContext.runAsNonRoot"],
            ],
        },
    },
    runAsUser: {
        reason: "runAsUser=0",
        container: {
            accept: [sc({ runAsUser: 1 })],
            refuse: [[sc({ runAsUser: 0 }), "container % must not set runAsUser=0", "securityContext.runAsUser"]],
        },
        pod: {
            accept: [{ hostUsers: false, securityContext: { runAsUser: 0 } }],
            refuse: [[sc({ runAsUser: 0 }), "pod must not set runAsUser=0", "securityContext.runAsUser"]],
        },
    },
    seLinuxOptions: {
        reason: "seLinuxOptions",
        container: {
            accept: [sc({ seLinuxOptions: { type: "container_engine_t" } }), sc({ seLinuxOptions: { level: "s0" } })],
            refuse: [
                [sc({ seLinuxOptions: { type: "spc_t" } }), 'container % set forbidden securityContext.seLinuxOptions: type "spc_t"',
                    "securityContext.seLinuxOptions.type"],
                [sc({ seLinuxOptions: { user: "u" } }), "container % set forbidden securityContext.seLinuxOptions: user may not be set",
                    "securityContext.seLinuxOptions.user"],
            ],
        },
        pod: {
            accept: [sc({ seLinuxOptions: {} })],
            refuse: [[sc({ seLinuxOptions: { role: "r" } }), "pod set forbidden securityContext.seLinuxOptions: role may not be set",
                "securityContext.seLinuxOptions.role"]],
        },
    },
    seccompProfile_baseline: {
        reason: "seccompProfile",
        container: {
            accept: [sc({ seccompProfile: { type: "Localhost" } })],
            refuse: [[sc({ seccompProfile: { type: "Unconfined" } }),
                'container % must not set securityContext.seccompProfile.type to "Unconfined"', "securityContext.seccompProfile.type"]],
        },
        pod: {
            accept: [sc({ seccompProfile: undefined })],
            refuse: [[sc({ seccompProfile: { type: "Unconfined" } }), 'pod must not set securityContext.seccompProfile.type to "Unconfined"',
                "securityContext.seccompProfile.type"]],
        },
    },
    seccompProfile_restricted: {
        reason: "seccompProfile",
        container: {
            accept: [sc({ seccompProfile: { type: "Localhost" } })],
            refuse: [[sc({ seccompProfile: { type: "Unconfined" } }),
                'container % must not set securityContext.seccompProfile.type to "Unconfined"', "securityContext.seccompProfile.type"]],
        },
        pod: {
            accept: [{ os: { name: "windows" }, securityContext: { seccompProfile: undefined } }],
            refuse: [[sc({ seccompProfile: undefined }),
                'pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
                "containers[0].securityContext.seccompProfile.type"]],
        },
    },
    sysctls: {
        reason: "forbidden sysctls",
        pod: {
            accept: [sc({ sysctls: [{ name: "net.ipv4.tcp_wmem", value: "1" }] })],
            refuse: [[sc({ sysctls: [{ name: "net.ipv4.tcp_wmem" }, { name: "kernel.msgmax" }] }), "kernel.msgmax",
                "securityContext.sysctls[1].name"]],
        },
    },
    windowsHostProcess: {
        reason: "hostProcess",
        container: {
            accept: [sc({ windowsOptions: { hostProcess: false } })],
            refuse: [[sc({ windowsOptions: { hostProcess: true } }), "container % must not set securityContext.windowsOptions.hostProcess=true",
                "securityContext.windowsOptions.hostProcess"]],
        },
        pod: {
            accept: [sc({ windowsOptions: {} })],
            refuse: [[sc({ windowsOptions: { hostProcess: true } }), "pod must not set securityContext.windowsOptions.hostProcess=true",
                "securityContext.windowsOptions.hostProcess"]],
        },
    },
};
