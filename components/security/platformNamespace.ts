import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../kit/environment";
import type { DependencyGraph } from "../kit/graph";
import type { Scope } from "../kit/scope";

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
    /** Opens the name service to pods that open no connection too. @default false */
    readonly dnsForEveryPod?: boolean;
    /** @default the environment's level */
    readonly podSecurity?: "privileged" | "baseline" | "restricted";
    /** Name of the NetworkPolicy that lets nothing in or out. @default "default-deny" */
    readonly defaultDenyName?: string;
}

/** Arguments of {@link PlatformNamespace.shared}: what is placed in it needs names of its own in the state. */
export type SharedNamespaceArgs = Omit<PlatformNamespaceArgs, "podSecurity" | "defaultDenyName"> & { readonly logicalPrefix: string };

/** In place of a platform's name, on what belongs to all of them. */
const everyone = "platforms";

/** A namespace that enforces a level of the Pod Security Standards, and the scope for what is placed in it. */
export class PlatformNamespace extends pulumi.ComponentResource {
    /** Placement for the components of this namespace. */
    readonly scope: Scope;

    constructor(name: string, args: PlatformNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("platforms:security:PlatformNamespace", name, {}, opts);
        const level = args.podSecurity ?? args.environment.podSecurity;
        // What baseline lets in, the next environment may refuse: it is reported already.
        const reported = level === "baseline" ? "restricted" : level;
        const podSecurity = (mode: "enforce" | "audit" | "warn"): Record<string, string> => ({
            [`pod-security.kubernetes.io/${mode}`]: mode === "enforce" ? level : reported,
            [`pod-security.kubernetes.io/${mode}-version`]: `v${args.environment.minKubernetesVersion}`,
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
        args.graph.addNamespace({
            name, platform: args.platform, resource: namespace,
            ...(args.platform === everyone && { shared: true }),
            ...(args.defaultDenyName && { defaultDenyName: args.defaultDenyName }),
        });
        this.scope = scopeIn(name, args, namespace);
        this.registerOutputs({ namespace: name, podSecurity: level });
    }

    /**
     * A namespace that several platforms place things in, such as `monitoring`. It exists once and belongs to none of
     * them: whoever asks first creates it, and switching one platform off leaves it to the others.
     * @param owner component on whose behalf it is asked for; the namespace is not its child
     * @throws Error when a platform already has a namespace of that name for itself
     */
    static shared(name: string, args: SharedNamespaceArgs, owner: pulumi.ComponentResource): Scope {
        const known = args.graph.namespaces.find(namespace => namespace.name === name && namespace.shared);
        if (known) {
            return scopeIn(name, args, known.resource);
        }
        const provider = owner.getProvider("kubernetes:core/v1:Namespace");
        const { graph, environment } = args;
        const created = new PlatformNamespace(name, { platform: everyone, graph, environment }, provider && { provider });
        return scopeIn(name, args, created.scope.origin[0] as pulumi.Resource);
    }
}

function scopeIn(namespace: string, args: PlatformNamespaceArgs, origin: pulumi.Resource): Scope {
    const { platform, environment, graph, logicalPrefix, dnsForEveryPod, priorities } = args;
    return {
        platform, namespace, environment, graph, origin: [origin],
        ...(logicalPrefix && { logicalPrefix }),
        ...(dnsForEveryPod && { dnsForEveryPod }),
        ...(priorities && { priorities }),
    };
}
