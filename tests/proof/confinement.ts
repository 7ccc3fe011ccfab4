import { parseQuantity } from "../../components/kit/quantity";
import type { Confinement } from "../harness/live/confinement";
import { confinementOf, mountsOf, resolvedPath, sizeAt, writablePaths } from "../harness/live/confinement";
import { withHeldPods } from "../harness/live/heldPods";
import type { Live, LivePod } from "../harness/live/live";
import type { RenderedContainer, RenderedPods } from "../harness/pods";
import { containersOf, podsOf } from "../harness/pods";
import type { Point } from "./outcome";
import { outcomeOf } from "./outcome";

/** What every container may write beside its volumes: the kubelet and the runtime give it for shared memory and last words. */
const givenByKubelet = ["/dev/shm", "/dev/mqueue", "/dev/termination-log"];

type Volume = NonNullable<RenderedPods["template"]["spec"]["volumes"]>[number];

/** The containers' part of a declaration in the kernel's words. */
function declaredConfinement({ template: { spec } }: RenderedPods, { securityContext, resources }: RenderedContainer): Confinement {
    const pod = spec.securityContext;
    const group = securityContext?.runAsGroup ?? pod?.runAsGroup;
    const groups = [pod?.fsGroup, ...pod?.supplementalGroups ?? []].filter(id => id !== undefined && id !== group);
    const hasNone = (securityContext?.capabilities?.drop ?? []).includes("ALL") && (securityContext?.capabilities?.add ?? []).length === 0;
    return {
        user: securityContext?.runAsUser ?? pod?.runAsUser, group, otherGroups: groups.sort((a, b) => a - b),
        capabilities: hasNone ? "0" : "some",
        mayGainPrivileges: securityContext?.allowPrivilegeEscalation !== false,
        hasSeccompFilter: (securityContext?.seccompProfile ?? pod?.seccompProfile)?.type === "RuntimeDefault",
        isRootReadOnly: securityContext?.readOnlyRootFilesystem === true,
        hasToken: spec.automountServiceAccountToken !== false,
        memoryLimit: parseQuantity(resources.limits["memory"] as string), cpuLimit: parseQuantity(resources.limits["cpu"] as string),
        sharedNamespaces: [...spec.hostNetwork ? ["net"] : [], ...spec.hostPID ? ["pid"] : []],
    };
}

/** Whether a volume's files can be written: the kubelet mounts the others read-only, whatever a mount says. */
function isWritable(volume: Volume | undefined): boolean {
    return volume === undefined || !(volume.configMap || volume.secret || volume.projected || volume.downwardAPI);
}

/** Sizes that a volume has by declaration and that its file system shows: of claims, and of folders in memory. */
function declaredSize(live: Live, pods: RenderedPods, name: string): number | undefined {
    const volume = (pods.template.spec.volumes ?? []).find(candidate => candidate.name === name);
    if (volume?.emptyDir) {
        return volume.emptyDir.medium === "Memory" ? parseQuantity(volume.emptyDir.sizeLimit) : undefined;
    }
    const { recording } = live.program;
    const claims = [
        ...recording.ofKind("StatefulSet").filter(({ inputs: { metadata } }) => metadata.name === pods.name && metadata.namespace === pods.namespace)
            .flatMap(({ inputs }) => inputs.spec.volumeClaimTemplates ?? []).filter(({ metadata }) => metadata.name === name),
        ...recording.ofKind("PersistentVolumeClaim").map(({ inputs }) => inputs).filter(({ metadata }) =>
            metadata.namespace === pods.namespace && metadata.name === volume?.persistentVolumeClaim?.claimName),
    ];
    return claims[0] && parseQuantity(claims[0].spec.resources.requests.storage);
}

/** A file system keeps some of its size to itself, and XFS is made for 300 MiB at least. */
function isSize(found: number, declared: number): boolean {
    return found <= Math.max(declared, 300 * 2 ** 20) * 1.01 && found >= declared * 0.85;
}

async function faultsOf(live: Live, pod: LivePod, rendered: RenderedPods, container: RenderedContainer): Promise<string[]> {
    const where = `${pod.namespace}/${pod.name} ${container.name}`;
    const expected = declaredConfinement(rendered, container);
    const node = await live.cluster.pidOf(pod.object.spec.nodeName);
    const faults: string[] = [];
    for (const pid of pod.processes[container.name] ?? []) {
        const found = await confinementOf(pid, node);
        faults.push(...(Object.keys(expected) as (keyof Confinement)[])
            .filter(key => JSON.stringify(found[key]) !== JSON.stringify(expected[key]))
            .map(key => `${where}: ${key} of process ${pid} is ${JSON.stringify(found[key])}, declared is ${JSON.stringify(expected[key])}`));
    }
    const [first] = pod.processes[container.name] ?? [];
    if (first === undefined) {
        return [`${where} has no process`];
    }
    const volumes = rendered.template.spec.volumes ?? [];
    const mounts = await Promise.all((container.volumeMounts ?? []).map(async mount =>
        ({ ...mount, mountPath: await resolvedPath(first, mount.mountPath) })));
    const declared = mounts.filter(({ name, readOnly }) => readOnly !== true && isWritable(volumes.find(volume => volume.name === name)))
        .map(({ mountPath }) => mountPath);
    const visible = (await mountsOf(first)).map(({ path }) => path).filter(path => !/^\/(proc|sys)(\/|$)/.test(path));
    const system = await Promise.all(["/etc", "/usr", "/var", "/home", "/root"].map(path => resolvedPath(first, path)));
    const tried = [...new Set([...visible, ...system, ...mounts.map(({ mountPath }) => mountPath)])];
    const written = await writablePaths(first, await confinementOf(first, node), tried);
    faults.push(
        ...declared.filter(path => !written.includes(path)).map(path => `${where}: ${path} is declared writable, and cannot be written`),
        ...written.filter(path => !declared.includes(path) && !givenByKubelet.includes(path))
            .map(path => `${where}: ${path} can be written, and is not declared`),
    );
    for (const { name, mountPath } of mounts) {
        const size = declaredSize(live, rendered, name);
        const found = size === undefined ? 0 : await sizeAt(first, mountPath);
        if (size !== undefined && !isSize(found, size)) {
            faults.push(`${where}: ${mountPath} holds ${Math.round(found / 2 ** 20)} MiB, declared are ${Math.round(size / 2 ** 20)}`);
        }
    }
    return faults;
}

/** Every container may do what is declared, and nothing else. */
export const confinement: Point = {
    number: 3, name: "confinement",
    promise: "users, groups, capabilities, privileges, seccomp, limits, namespaces, token and writable folders of each container are as "
        + "declared, read from /proc and tried",
    prove: (live, tell) => withHeldPods(live, tell, async () => {
        const declarations = podsOf(live.program.recording);
        const faults: string[] = [];
        let containers = 0, processes = 0;
        for (const pod of (await live.pods()).filter(({ isRunning, workload }) => isRunning && workload !== undefined)) {
            tell(`${pod.namespace}/${pod.name}`);
            const rendered = declarations.find(({ kind, name, namespace }) => namespace === pod.namespace
                && name === pod.workload?.name && kind === pod.workload.kind);
            if (!rendered) {
                faults.push(`${pod.namespace}/${pod.name} is of no declared object`);
                continue;
            }
            for (const container of rendered.template.spec.containers) {
                containers += 1;
                processes += pod.processes[container.name]?.length ?? 0;
                faults.push(...await faultsOf(live, pod, rendered, container));
            }
        }
        const before = declarations.flatMap(pods => containersOf(pods).slice(0, pods.template.spec.initContainers?.length ?? 0)).length;
        const missing = before > 0 ? `; ${before} that end before the others were not looked at` : "";
        return outcomeOf(faults, `${containers} containers with ${processes} processes${missing}`);
    }),
};
