import type { Connectable } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";

/** What Redis offers to its consumers. */
export type RedisProperty = "host" | "port" | "password" | "url";

/** Redis in whatever form: the same host, variables and Secret, and telemetry that travels with its pods. */
export interface Redis extends Connectable<RedisProperty> {
    /** The pods that clients reach. */
    readonly node: WorkloadNode;
}
