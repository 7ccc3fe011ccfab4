import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../../kit/environment";
import type { DependencyGraph } from "../../kit/graph";
import { PlatformNamespace } from "../../security/platformNamespace";
import type { AlertDestination } from "./alertDestination";
import type { AlertingSettings } from "./alertingSettings";
import { unheardSeverities } from "./alertingSettings";
import { Alertmanager, externalAlertmanager } from "./alertmanager";

/** Where platforms look up whom their alerts go to. */
export interface Alerting {
    /** The Alertmanager of all platforms; null where alerts are only shown. */
    destination(): AlertDestination | null;
}

/** What alerting is made from. */
export interface AlertingArgs {
    readonly settings: AlertingSettings;
    readonly environment: EnvironmentDefaults;
    readonly graph: DependencyGraph;
    /** Content of the receivers' Secret by key; undefined where somebody else creates the Secret. */
    readonly secrets: pulumi.Input<Record<string, string>> | undefined;
}

/** The stack's alerting; registers nothing until a platform asks for it. */
export function alerting(args: AlertingArgs, opts: pulumi.ComponentResourceOptions): Alerting {
    const { alertmanager } = args.environment;
    let destination: AlertDestination | undefined;
    const create = (replicas: number): AlertDestination => new SharedAlertmanager("alerting", { ...args, replicas }, opts).alertmanager;
    return {
        destination: () => alertmanager === 0
            ? null
            : destination ??= typeof alertmanager === "string" ? externalAlertmanager(alertmanager) : create(alertmanager),
    };
}

/** The Alertmanager of all platforms, in a namespace that belongs to none of them. */
class SharedAlertmanager extends pulumi.ComponentResource {
    readonly alertmanager: Alertmanager;

    constructor(
        name: string, { settings, environment, graph, replicas, secrets }: AlertingArgs & { readonly replicas: number },
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:monitoring:SharedAlertmanager", name, {}, opts);
        const unheard = unheardSeverities(settings);
        if (unheard.length > 0) {
            void pulumi.log.warn(`alerting: nobody is told of alerts of severity ${unheard.join(", ")}; they are in the Alertmanager's pages only. `
                + "Give platforms:alerting a receiver (components/monitoring/alerting/alertingSettings.ts)", this);
        }
        const scope = PlatformNamespace.shared(settings.namespace, { platform: "platforms", logicalPrefix: settings.namespace, environment, graph }, this);
        this.alertmanager = new Alertmanager("alertmanager", scope, { settings, replicas, ...(secrets && { secrets }) }, { parent: this });
        this.registerOutputs({ namespace: settings.namespace, addresses: this.alertmanager.addresses });
    }
}
