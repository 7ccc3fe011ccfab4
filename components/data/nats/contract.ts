import type * as pulumi from "@pulumi/pulumi";
import type { Connectable } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";
import type { ContainerResources } from "../../kit/resources";
import type { ClaimedStorage } from "../../kit/volumes";
import type { NatsPermissions } from "./configuration";
import type { NatsStream } from "./streams";

/** A user of NATS. */
export interface NatsUser {
    /** Name of its Secret, keys NATS_USER and NATS_PASSWORD. @default `<name>-<user>` */
    readonly secretName?: string;
    /** @default everything but the server's own subjects */
    readonly permissions?: NatsPermissions;
}

/** What either form of NATS is asked for. */
export interface NatsArgs {
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    /** Volume of each server; null keeps streams in a folder that goes with the pod. */
    readonly storage: ClaimedStorage | null;
    /** Largest size of the streams in memory. @default "64MB" */
    readonly maximumMemoryStore?: string;
    /** Requests and limits of one server. */
    readonly resources: ContainerResources;
    /** Lets in only the users, with generated passwords. @default false */
    readonly authentication?: boolean;
    /** Users by name. */
    readonly users: Readonly<Record<string, NatsUser>>;
    /** Streams that a Job creates. @default none: the applications declare their own */
    readonly streams?: readonly NatsStream[];
    /** Runs an exporter beside each server. @default false */
    readonly exporter?: boolean;
    /** Counter: each step generates new passwords. @default 0 */
    readonly rotation?: number;
}

/** What NATS offers to the consumers of one user. */
export type NatsProperty = "host" | "port" | "user" | "password" | "url";

/** NATS in whatever form: the same host, Secrets, users and streams, and telemetry that travels with its servers. */
export interface Nats {
    readonly node: WorkloadNode;
    /** What must be ready before a consumer starts: the servers, and the streams if a Job creates them. */
    readonly ready: readonly pulumi.Resource[];
    /**
     * NATS as one of its users sees it; without authentication the user only says who it is.
     * @throws Error when there is no such user
     */
    user(name: string): Connectable<NatsProperty>;
}
