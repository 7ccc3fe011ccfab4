import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../../kit/environment";
import type { NamespaceUse } from "../../kit/section";
import type { PriorityTier, Scope } from "../../kit/scope";
import { PlatformNamespace } from "../../security/platformNamespace";
import type { PlatformContext } from "../definition";
import type { ServiceTier } from "./services";
import type { EcommerceSettings } from "./settings";

/** Priorities; pods without one have 0, and the system's own begin at two thousand million. */
const values = { data: 330_000, core: 230_000, support: 130_000 } as const;

/** Name of the policy that lets nothing in or out. */
const defaultDenyName = "deny-all-default";

/** Whether something of the shop reads the nodes' files. */
function hasAgents({ monitoring, logging }: EcommerceSettings): boolean {
    return monitoring.enabled && (monitoring.nodeExporter || logging.sink !== "stdout-only");
}

/** The names of {@link Namespaces}, and whose they are. */
export function usedNamespaces(settings: EcommerceSettings): NamespaceUse[] {
    const { namespace, messagingNamespace, monitoringNamespace, monitoring, logging, argocd } = settings;
    return [
        { name: namespace, path: ["namespace"], owner: "one" },
        { name: messagingNamespace, path: ["messagingNamespace"], owner: "one" },
        ...(hasAgents(settings) ? [{ name: logging.agentsNamespace, path: ["logging", "agentsNamespace"], owner: "one" } as const] : []),
        ...(monitoring.enabled ? [{ name: monitoringNamespace, path: ["monitoringNamespace"], owner: "several" } as const] : []),
        ...(argocd.enabled ? [{ name: argocd.namespace, path: ["argocd", "namespace"], owner: "others" } as const] : []),
    ];
}

/** The shop's namespaces, and the priorities of what runs in them. */
export class Namespaces extends pulumi.ComponentResource {
    /** Services, databases, Redis. */
    readonly application: Scope;
    /** RabbitMQ and MinIO. */
    readonly messaging: Scope;
    /** Shared with other platforms; undefined where nothing is monitored. */
    readonly monitoring?: Scope;
    /** Of what reads the nodes' files, as no other pod of the shop may; undefined where nothing does. */
    readonly agents?: Scope;
    /** PriorityClasses of the services; undefined where all pods have the same priority. */
    readonly priorities?: Readonly<Record<ServiceTier, string>>;

    constructor(
        platform: string, settings: EcommerceSettings, { graph, environment }: PlatformContext, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:ecommerce:Namespaces", `${platform}-namespaces`, {}, opts);
        const { podSecurity, namespace, messagingNamespace, monitoringNamespace } = settings;
        const { ingressController } = environment;
        const ours: EnvironmentDefaults = {
            ...environment, podSecurity,
            ingressController: { ...ingressController, namespace: settings.edge.ingressNamespace ?? ingressController.namespace },
        };
        const priorities = settings.application.priorityClasses ? this.createPriorities() : undefined;
        const create = (name: string, logicalPrefix?: string): Scope => new PlatformNamespace(name, {
            platform, graph, environment: ours, defaultDenyName, dnsForEveryPod: true,
            ...(logicalPrefix && { logicalPrefix }),
            ...(priorities && { priorities: priorities.tiers }),
        }, { parent: this }).scope;
        this.application = create(namespace);
        this.messaging = create(messagingNamespace, `${platform}-messaging`);
        if (settings.monitoring.enabled) {
            this.monitoring = PlatformNamespace.shared(monitoringNamespace, {
                platform, graph, logicalPrefix: `${platform}-monitoring`, dnsForEveryPod: true,
                environment: { ...ours, podSecurity: environment.podSecurity },
            }, this);
        }
        if (hasAgents(settings)) {
            this.agents = new PlatformNamespace(settings.logging.agentsNamespace, {
                platform, graph, environment: ours, logicalPrefix: `${platform}-agents`, podSecurity: "privileged",
            }, { parent: this }).scope;
        }
        if (priorities) {
            this.priorities = priorities.services;
        }
        this.registerOutputs({ application: namespace, messaging: messagingNamespace, monitoring: this.monitoring?.namespace });
    }

    /** All of them. */
    get all(): readonly Scope[] {
        return [this.application, this.messaging, ...(this.monitoring ? [this.monitoring] : [])];
    }

    private createPriorities(): { tiers: Record<PriorityTier, string>; services: Record<ServiceTier, string> } {
        const create = (tier: keyof typeof values): string => {
            const name = `e-commerce-${tier}`;
            new k8s.scheduling.v1.PriorityClass(name, {
                metadata: { name, labels: { "app.kubernetes.io/part-of": "ecommerce", "app.kubernetes.io/managed-by": "pulumi" } },
                value: values[tier],
                description: `e-commerce: ${tier}`,
            }, { parent: this });
            return name;
        };
        const [data, core, support] = [create("data"), create("core"), create("support")];
        return { tiers: { data, application: core, batch: support }, services: { edge: data, core, support } };
    }
}
