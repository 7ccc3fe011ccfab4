import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { Connectable } from "../../kit/connection";
import { nameService } from "../../kit/externals";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ConfigFiles, Mount } from "../../kit/volumes";
import { secretVolume, templateVolume } from "../../kit/volumes";
import type { AlertingSettings } from "./alertingSettings";
import { secretKeysOf } from "./alertingSettings";
import { alertmanagerConfiguration, secretsFolder } from "./alertmanagerConfiguration";
import { alertmanagerContainer, alertmanagerPorts } from "./alertmanagerContainer";
import type { AlertDestination } from "./alertDestination";
import { renderYaml } from "../prometheus/prometheusConfiguration";
import { outside, reach, sharedService } from "../../kit/reach";

/** Arguments of {@link Alertmanager}. */
export interface AlertmanagerArgs {
    /** Receivers, volumes and the Secret's name. */
    readonly settings: AlertingSettings;
    /** Number of pods; two or more tell each other what they have sent. */
    readonly replicas: number;
    /** Content of the receivers' Secret, by key. @default somebody else creates the Secret */
    readonly secrets?: pulumi.Input<Record<string, string>>;
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
}

/** Alertmanager: groups alerts, keeps back those that another one explains, and sends each once to whom its severity concerns. */
export class Alertmanager extends ScopedComponent implements AlertDestination {
    readonly node: WorkloadNode;
    readonly addresses: readonly string[];
    readonly connection: Connectable;
    /** The pods. */
    readonly workload: Workload;
    private readonly meta: ObjectMeta;

    constructor(name: string, scope: Scope, private readonly args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:Alertmanager", name, scope, opts);
        const { settings: { storage: size, storageClass, retention, externalUrl }, replicas, image = images.alertmanager } = args;
        this.meta = {
            name, namespace: scope.namespace,
            labels: recommendedLabels({ platform: scope.platform, name, component: "monitoring", image }),
        };
        const configuration: ConfigFiles = {
            name: `${name}-config`,
            files: { "alertmanager.yml": renderYaml(alertmanagerConfiguration(args.settings)) },
        };
        const configMap = this.createConfigMap(configuration, this.meta.labels);
        const data = { name: "data", size, storageClass };
        const pods = Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}.${name}-headless`);
        this.workload = new Workload(name, scope, {
            kind: "StatefulSet",
            component: "monitoring",
            replicas,
            container: alertmanagerContainer({
                image, configuration, storage: templateVolume(data), retention, externalUrl,
                peers: pods.map(pod => `${pod}.${scope.namespace}.svc:${alertmanagerPorts.gossip}`),
                secrets: this.secretMounts(),
            }),
            connectsTo: this.receivers(),
            runAs: { user: 65534 },
            service: { port: "http", number: alertmanagerPorts.http },
            metricsPort: "http",
            claimTemplates: [data],
            spread: { apart: true },
            after: [configMap, ...this.createSecret()],
        }, { parent: this });
        this.node = this.workload.node;
        if (replicas > 1) {
            scope.graph.addEdge(this.node, this.node, ...gossipPorts);
            scope.graph.addEdge(this.node, ...nameService(scope.environment));
        }
        // Each pod must hear of each alert; the Service would tell one of them, by chance.
        this.addresses = pods.map(pod => `${pod}.${scope.namespace}.svc:${alertmanagerPorts.http}`);
        // Whoever sends need not wait: Prometheus tries again, and alerts that nobody takes yet are in its own pages.
        this.connection = reach(this.node, this.workload.ports);
        this.registerOutputs({ addresses: this.addresses });
    }

    private secretMounts(): Mount[] {
        const { settings } = this.args;
        const keys = secretKeysOf(settings);
        // Read anew for each notification, so that a change needs no new pods.
        const volume = secretVolume("receivers", settings.secretName, Object.fromEntries(keys.map(key => [key, key])));
        return keys.length > 0 ? [{ volume, path: secretsFolder, readOnly: true }] : [];
    }

    private createSecret(): pulumi.Resource[] {
        const { secrets, settings: { secretName: name } } = this.args;
        const keys = secretKeysOf(this.args.settings);
        return secrets === undefined || keys.length === 0 ? [] : [new k8s.core.v1.Secret(this.childName(name), {
            metadata: { ...this.meta, name },
            type: "Opaque",
            stringData: pulumi.secret(pulumi.output(secrets).apply(content => picked(content, keys))),
        }, this.childOptions())];
    }

    /** Whom it sends to, outside the cluster. */
    private receivers(): Connectable[] {
        const { email, slack, webhook, watchdog } = this.args.settings;
        return [
            ...(email ? [outside("smtp-relay", email.addresses, Number(email.smarthost.split(":")[1]))] : []),
            ...(slack ? [outside("slack", slack.addresses, 443)] : []),
            ...(webhook ? [outside("alert-webhook", webhook.addresses, webhook.port)] : []),
            ...(watchdog ? [outside("dead-mans-switch", watchdog.addresses, watchdog.port)] : []),
        ];
    }
}

const gossipPorts: readonly Port[] = [{ number: alertmanagerPorts.gossip }, { number: alertmanagerPorts.gossip, protocol: "UDP" }];

/** The keys that are needed, and no others. */
function picked(content: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
    return Object.fromEntries(keys.map(key => [key, content[key] ?? ""]));
}

/** An Alertmanager that this program does not deploy, by its address. */
export function externalAlertmanager(address: string): AlertDestination {
    return { addresses: [address], connection: sharedService(address) };
}
