import { formatBytes, formatCpu, parseQuantity } from "./quantity";

/** Amounts of the three resources that every container must request and limit. */
export interface ResourceAmounts {
    /** CPU, such as `100m`. */
    readonly cpu: string;
    /** Memory, such as `128Mi`. */
    readonly memory: string;
    /** Node-local disk for logs, writable layers and emptyDirs. */
    readonly "ephemeral-storage": string;
}

/** Requests and limits of one container. */
export interface ContainerResources {
    readonly requests: ResourceAmounts;
    readonly limits: ResourceAmounts;
}

/**
 * CPU and memory of the short form `cpu/memory`, such as `100m/128Mi`.
 * @throws RangeError when it is not two quantities above zero, the first in cores and the second in bytes
 */
export function parseAmounts(pair: string): { readonly cpu: string; readonly memory: string } {
    const [, cpu = "", memory = ""] = /^(\d+(?:\.\d+)?m?)\/(\d+(?:\.\d+)?[KMG]i)$/.exec(pair) ?? [];
    if (parseQuantity(cpu || "0") === 0 || parseQuantity(memory || "0") === 0) {
        throw new RangeError(`"${pair}" is not cpu/memory; allowed is such as 100m/128Mi`);
    }
    return { cpu, memory };
}

/**
 * Requests and limits in the short form `cpu/memory`: `resources("100m/128Mi", "500m/256Mi")`.
 * @param requests what the scheduler reserves
 * @param limits what the kubelet enforces
 * @param ephemeralStorage limit of node-local disk, half of which is requested. @default "128Mi"
 * @throws RangeError when an amount is not a quantity or a request exceeds its limit
 */
export function resources(requests: string, limits: string, ephemeralStorage = "128Mi"): ContainerResources {
    const amounts = (pair: string, disk: string): ResourceAmounts => ({ ...parseAmounts(pair), "ephemeral-storage": disk });
    const result = {
        requests: amounts(requests, formatBytes(parseQuantity(ephemeralStorage) / 2)),
        limits: amounts(limits, ephemeralStorage),
    };
    for (const resource of ["cpu", "memory"] as const) {
        if (parseQuantity(result.requests[resource]) > parseQuantity(result.limits[resource])) {
            throw new RangeError(`the ${resource} request ${result.requests[resource]} exceeds the limit ${result.limits[resource]}`);
        }
    }
    return result;
}

/**
 * The same amounts with room for scratch volumes: the kubelet counts what is in them against the limit, and evicts a pod
 * whose full volume leaves nothing for its logs.
 * @param sizes size limits of the volumes that the amounts do not hold yet, such as `256Mi`
 * @throws RangeError when a size is not a quantity
 */
export function withScratch({ requests, limits }: ContainerResources, ...sizes: readonly string[]): ContainerResources {
    const disk = [limits["ephemeral-storage"], ...sizes].map(parseQuantity).reduce((sum, bytes) => sum + bytes, 0);
    return {
        requests: { ...requests, "ephemeral-storage": formatBytes(disk / 2) },
        limits: { ...limits, "ephemeral-storage": formatBytes(disk) },
    };
}

/** The sum of several amounts, each taken `times` times. */
export function sumAmounts(parts: readonly { amounts: ResourceAmounts; times: number }[]): ResourceAmounts {
    const total = (resource: keyof ResourceAmounts): number =>
        parts.reduce((sum, { amounts, times }) => sum + parseQuantity(amounts[resource]) * times, 0);
    return {
        cpu: formatCpu(total("cpu")),
        memory: formatBytes(total("memory")),
        "ephemeral-storage": formatBytes(total("ephemeral-storage")),
    };
}
