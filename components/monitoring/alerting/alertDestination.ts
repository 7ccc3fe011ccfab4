import type { Connectable } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";

/** Where Prometheus sends its alerts. */
export interface AlertDestination {
    /** Host and port of each pod; every one must be told every alert. */
    readonly addresses: readonly string[];
    /** The way there. */
    readonly connection: Connectable;
    /** The workload, where the program deploys it. */
    readonly node?: WorkloadNode;
}
