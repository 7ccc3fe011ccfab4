import type * as pulumi from "@pulumi/pulumi";
import type { Served } from "../../app/service";
import type { SpreadRules } from "../../app/workloadArgs";
import type { Connectable } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";
import type { ContainerResources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import type { RabbitmqLimits } from "./configuration";
import type { RabbitmqPermissions, RabbitmqTopology } from "./definitions";

/** A user of RabbitMQ. */
export interface RabbitmqUser {
    /** Where its consumer runs; only Secrets of the same namespace can be referred to. @default beside RabbitMQ */
    readonly scope?: Scope;
    /** Secret with the keys username, password and url. @default `<name>-<user>` */
    readonly secretName?: string;
    /** Type of that Secret, where its consumer demands one. @default "Opaque" */
    readonly secretType?: "kubernetes.io/basic-auth";
    /** @default everything */
    readonly permissions?: RabbitmqPermissions;
    /** What it may see and do in the management interface. @default nothing */
    readonly tags?: readonly ("administrator" | "monitoring" | "policymaker" | "management")[];
}

/** What either form of RabbitMQ is asked for. */
export interface RabbitmqArgs {
    /** Image of RabbitMQ 4.1 or newer with the management plugin. @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    /** Number of nodes, odd: with three, one may fail. One can become three: the new ones join. @default 1 */
    readonly nodes?: number;
    /** Volume of each node. */
    readonly storage: {
        /** Size, such as `20Gi`; 1.5 times the limit of free disk or more. */
        readonly size: string;
        /** Storage class; null takes the cluster's default. */
        readonly storageClass: string | null;
    };
    /** Requests and limits of one node; RabbitMQ uses up to 80 % of the memory limit. */
    readonly resources: ContainerResources;
    readonly limits?: RabbitmqLimits;
    /** Plugins besides management, Prometheus and peer discovery. @default none */
    readonly plugins?: readonly string[];
    /** @default "/" */
    readonly virtualHost?: string;
    /** Users by name; there is no guest. */
    readonly users: Readonly<Record<string, RabbitmqUser>>;
    /** What exists before anybody connects. @default nothing: the applications declare their own */
    readonly topology?: RabbitmqTopology;
    /** How several nodes are kept on different nodes of the cluster. @default apart and strict */
    readonly spread?: SpreadRules;
    /** @default its name */
    readonly networkPolicyName?: string;
    /** Further names of its Service. @default none */
    readonly aliases?: readonly string[];
    /** Counter: each step generates new passwords. @default 0 */
    readonly rotation?: number;
}

/** How several nodes are kept apart when nothing else is asked for. */
export const apartAndStrict: SpreadRules = { apart: true, strict: true };

/** What RabbitMQ offers to the consumers of one user. */
export type RabbitmqProperty = "host" | "port" | "user" | "password" | "vhost" | "url";

/** RabbitMQ in whatever form: the same host, Secrets, users, queues and policies, and telemetry that travels with its nodes. */
export interface Rabbitmq {
    readonly node: WorkloadNode;
    /** What must be ready before a consumer starts. */
    readonly ready: readonly pulumi.Resource[];
    /** The nodes behind their Service, whose ports are `amqp`, `management` and `prometheus`: for routes to the management interface. */
    readonly server: Served;
    /**
     * RabbitMQ as one of its users sees it.
     * @throws Error when there is no such user
     */
    user(name: string): Connectable<RabbitmqProperty>;
}
