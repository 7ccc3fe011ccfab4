import type * as pulumi from "@pulumi/pulumi";
import { dataFolder } from "../../app/dataFolder";
import type { Scope } from "../../kit/scope";
import type { ClaimedStorage } from "../../kit/volumes";
import { templateVolume } from "../../kit/volumes";
import type { Nats, NatsArgs } from "./contract";
import type { NatsStorage } from "./nats";
import { NatsForm } from "./nats";

/**
 * One server, on PersistentVolumeClaim `<name>-data`.
 *
 * @example
 * ```ts
 * const nats = new NatsServer("nats", scope, {
 *     storage: { size: "10Gi", storageClass: null }, resources: resources("100m/256Mi", "500m/512Mi"), authentication: true,
 *     users: { gateway: { permissions: { publish: ["requests.>"], subscribe: ["_INBOX.>"] } } },
 * });
 * const connectsTo = [nats.user("gateway")];
 * ```
 */
export class NatsServer extends NatsForm {
    constructor(name: string, scope: Scope, args: NatsArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, scope, args, 1, opts);
    }

    protected override createStorage(volumeName: string, claimed: ClaimedStorage): NatsStorage {
        const { volume, storage, after } = dataFolder({ claim: volumeName }, this.scope, claimed, this);
        return { volume, workload: { storage }, after };
    }
}

/** Arguments of {@link NatsCluster}. */
export interface NatsClusterArgs extends NatsArgs {
    /** Number of servers, odd and three or more: with three, one may fail. */
    readonly nodes: number;
}

/** Several servers that agree by majority, each on a volume of its own. */
export class NatsCluster extends NatsForm {
    /** @throws RangeError when the number of servers is even, or one */
    constructor(name: string, scope: Scope, args: NatsClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super(name, scope, args, several(name, args.nodes), opts);
    }

    protected override createStorage(volumeName: string, claimed: ClaimedStorage): NatsStorage {
        const template = { name: volumeName, ...claimed };
        return { volume: templateVolume(template), workload: { claimTemplates: [template] }, after: [] };
    }
}

function several(name: string, nodes: number): number {
    if (nodes % 2 === 0 || nodes < 3) {
        throw new RangeError(`${name} has ${nodes} nodes; allowed is an odd number: an even one tolerates no more failures than one less, `
            + "and one alone is a NatsServer");
    }
    return nodes;
}

/**
 * NATS in the form that the number of its servers asks for. Going from one to several starts on empty volumes.
 * @throws RangeError when the number of servers is even
 */
export function createNats(name: string, scope: Scope, { nodes, ...args }: NatsClusterArgs, opts?: pulumi.ComponentResourceOptions): Nats {
    return nodes === 1 ? new NatsServer(name, scope, args, opts) : new NatsCluster(name, scope, { ...args, nodes }, opts);
}
