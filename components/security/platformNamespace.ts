import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../config/environments";
import type { DependencyGraph } from "../kit/graph";
import type { Scope } from "../kit/scope";

/** Minor version whose Pod Security Standards are enforced; not above the oldest cluster that is supported. */
const podSecurityVersion = "v1.35";

/** Arguments of {@link PlatformNamespace}. */
export interface PlatformNamespaceArgs {
    /** Platform that owns the namespace. */
    readonly platform: string;
    readonly environment: EnvironmentDefaults;
    readonly graph: DependencyGraph;
    /** Prefix of logical names, for a platform with several namespaces. @default the platform */
    readonly logicalPrefix?: string;
    /** PriorityClasses of its workloads. @default the cluster's default priority */
    readonly priorities?: Scope["priorities"];
    /** @default the environment's level */
    readonly podSecurity?: "privileged" | "baseline" | "restricted";
}

/** A namespace that enforces a level of the Pod Security Standards, and the scope for what is placed in it. */
export class PlatformNamespace extends pulumi.ComponentResource {
    /** Placement for the components of this namespace. */
    readonly scope: Scope;

    constructor(name: string, args: PlatformNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("platforms:security:PlatformNamespace", name, {}, opts);
        const level = args.podSecurity ?? args.environment.podSecurity;
        const podSecurity = (mode: string): Record<string, string> => ({
            [`pod-security.kubernetes.io/${mode}`]: level,
            [`pod-security.kubernetes.io/${mode}-version`]: podSecurityVersion,
        });
        const namespace = new k8s.core.v1.Namespace(name, {
            metadata: {
                name,
                labels: {
                    "app.kubernetes.io/part-of": args.platform,
                    "app.kubernetes.io/managed-by": "pulumi",
                    ...podSecurity("enforce"), ...podSecurity("audit"), ...podSecurity("warn"),
                },
            },
        }, { parent: this });
        args.graph.addNamespace({ name, platform: args.platform, resource: namespace });
        this.scope = {
            platform: args.platform,
            namespace: name,
            environment: args.environment,
            graph: args.graph,
            origin: [namespace],
            ...(args.logicalPrefix && { logicalPrefix: args.logicalPrefix }),
            ...(args.priorities && { priorities: args.priorities }),
        };
        this.registerOutputs({});
    }
}
