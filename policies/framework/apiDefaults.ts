import type { Properties } from "./field";
import { isProperties } from "./field";

function mapList(list: unknown, change: (item: Properties) => Properties): unknown {
    return Array.isArray(list) ? list.map((item: unknown) => isProperties(item) ? change(item) : item) : list;
}

/** A volume that names no source is an emptyDir. */
function defaultVolume(volume: Properties): Properties {
    return Object.keys(volume).every(key => key === "name") ? { ...volume, emptyDir: {} } : volume;
}

/** On the host's network every container port is a host port. */
function defaultHostPorts(container: Properties): Properties {
    const ports = mapList(container["ports"], port =>
        (port["hostPort"] ?? 0) === 0 && port["containerPort"] !== undefined ? { ...port, hostPort: port["containerPort"] } : port);
    return ports === container["ports"] ? container : { ...container, ports };
}

/**
 * A PodSpec with those defaults that the API server fills in before admission and that the admission judges.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.5/pkg/apis/core/v1/defaults.go
 */
export function withApiDefaults(spec: Properties): Properties {
    const containers = (key: string): Record<string, unknown> =>
        spec["hostNetwork"] === true && spec[key] !== undefined ? { [key]: mapList(spec[key], defaultHostPorts) } : {};
    return {
        ...spec,
        ...(spec["volumes"] !== undefined && { volumes: mapList(spec["volumes"], defaultVolume) }),
        ...containers("initContainers"),
        ...containers("containers"),
    };
}
