import * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import { PostgresBackup } from "../../data/postgres/backup";
import type { Rabbitmq } from "../../data/rabbitmq/contract";
import { createRabbitmq } from "../../data/rabbitmq/forms";
import { HttpsIngress } from "../../edge/httpsIngress";
import type { Dependency, Environment } from "../../kit/connection";
import { connect } from "../../kit/connection";
import { recommendedLabels } from "../../kit/labels";
import type { Scope } from "../../kit/scope";
import { createConfigMap } from "../../app/scopedComponent";
import { GeneratedSecret } from "../../security/generatedSecret";
import { PlatformNamespace } from "../../security/platformNamespace";
import { PullSecret } from "../../security/pullSecret";
import type { PlatformContext } from "../definition";
import { Access } from "./access";
import { advisories } from "./advisories";
import { Database } from "./database";
import { ingressArgs } from "./edge";
import { smtpEnvironment, smtpRelay } from "./mailer";
import { messagingUser, rabbitmqArgs } from "./messaging";
import { migrationArgs } from "./migration";
import { AquaErpMonitoring } from "./monitoring";
import type { ServiceName } from "./services";
import { serviceNames, workerNames } from "./services";
import type { AquaErpSettings } from "./settings";
import { monitoringNamespace } from "./settings";
import { appConfig, workloadArgs } from "./workloads";

/** What the stack shows of AquaERP: addresses, and the commands of its document. */
export interface AquaErpOutputs {
    /** Address of the page, or the command that leads to it where there is no public host. */
    readonly url: string;
    readonly showObjects: string;
    readonly showDeployments: string;
    readonly followLogs: string;
    /** Address of Grafana, or the command that leads to it. */
    readonly grafanaUrl?: string;
    readonly grafanaUser?: string;
    /** Marked as secret: `pulumi stack output --show-secrets`. */
    readonly grafanaPassword?: pulumi.Output<string>;
}

/** Management of water utilities: a page, a gateway and seven services, which share RabbitMQ and one database. */
export class AquaErp extends pulumi.ComponentResource {
    /** What the stack shows. */
    readonly outputs: AquaErpOutputs;
    private readonly scope: Scope;
    private readonly services = new Map<ServiceName, Workload>();

    constructor(
        private readonly name: string, private readonly settings: AquaErpSettings, private readonly context: PlatformContext,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:platforms:AquaErp", name, {}, opts);
        advisories(settings, context.environment).forEach(message => void pulumi.log.warn(`${name}: ${message}`, this));
        const placement = { platform: name, dnsForEveryPod: true, ...context };
        this.scope = new PlatformNamespace(settings.namespace, placement, { parent: this }).scope;
        const database = new Database(this.scope, settings, { parent: this });
        const rabbitmq = createRabbitmq("rabbitmq", this.scope, rabbitmqArgs(settings), { parent: this });
        this.createServices(database, rabbitmq);
        this.createExtraEdges();
        this.createIngress();
        this.createBackup(database);
        new Access(this.scope, settings.access, { parent: this });
        this.outputs = this.show(this.createMonitoring(rabbitmq));
        this.registerOutputs({ namespace: this.scope.namespace, url: this.outputs.url });
    }

    private createServices(database: Database, rabbitmq: Rabbitmq): void {
        const { settings: { gatewayHttp, mailer, variables, host, registry, jwt } } = this;
        const queue = connect(rabbitmq.user(messagingUser), { url: variables.rabbitmqUrl });
        const pullSecret = registry.pullSecret === null
            ? []
            : new PullSecret(registry.pullSecret, this.scope, registry.pullSecretFrom, { parent: this }).ready;
        const key = this.createTokenKey();
        const config = this.createAppConfig();
        const migration = this.createMigration(database, pullSecret);
        const create = (name: ServiceName, connectsTo: readonly Dependency[], environment: Environment, usesDatabase = false): Workload => {
            const receivesKey = jwt.receivers.includes(name);
            const args = workloadArgs(name, { ...this.context, settings: this.settings, namespace: this.scope.namespace }, {
                connectsTo: [...connectsTo, ...(usesDatabase ? [database.of(name)] : [])],
                environment: { ...environment, ...(receivesKey && { [variables.jwtSecret]: key.key("secret") }) },
                ...(usesDatabase && { appConfig: config.files }),
            });
            const after = [...pullSecret, ...(receivesKey ? [key.secret] : []), ...(usesDatabase ? [config.configMap, ...migration] : [])];
            const workload = new Workload(name, this.scope, { ...args, after }, { parent: this });
            this.services.set(name, workload);
            return workload;
        };
        const workers = workerNames.map(name => name === "mailer-service"
            ? create(name, [queue, ...smtpRelay(mailer)], smtpEnvironment(mailer, this.scope.namespace), mailer.database)
            : create(name, [queue], {}, true));
        const called = workers.map(worker => connect(worker, { url: this.urlVariable(worker) }));
        const gateway = create("api-gateway", [queue, ...(gatewayHttp ? called : [])], {});
        create("frontend", [connect(gateway, { url: this.urlVariable(gateway) })], { [variables.publicApiUrl]: host === null ? "/api" : `https://${host}/api` });
    }

    private urlVariable({ objectName: name, variables: { url = "" } }: Workload): string {
        return this.settings.variables.serviceUrls[name as ServiceName] ?? url;
    }

    private createTokenKey(): GeneratedSecret<string, "secret"> {
        return new GeneratedSecret<string, "secret">("jwt-secret", this.scope, {
            values: {}, passwords: { secret: { length: 64 } }, rotation: this.settings.jwt.rotation,
        }, { parent: this });
    }

    private createAppConfig(): { files: ReturnType<typeof appConfig>; configMap: pulumi.Resource } {
        const files = appConfig(this.settings);
        const labels = recommendedLabels({ platform: this.scope.platform, name: files.name, component: "application" });
        return { files, configMap: createConfigMap(this.scope, files, labels, this) };
    }

    private createMigration(database: Database, after: readonly pulumi.Resource[]): pulumi.Resource[] {
        const args = migrationArgs(this.settings, database.of("auth-service"));
        return args ? [new Task("aquaerp-migrate", this.scope, { ...args, after }, { parent: this }).job] : [];
    }

    private createExtraEdges(): void {
        for (const { from, to } of this.settings.extraEdges) {
            const [client, server] = [this.service(from), this.service(to)];
            this.scope.graph.addEdge(client.node, server.node, ...server.ports);
        }
    }

    private createIngress(): void {
        const { host } = this.settings;
        if (host !== null) {
            const routed = { gateway: this.service("api-gateway"), frontend: this.service("frontend") };
            new HttpsIngress("aquaerp-ingress", this.scope, ingressArgs(this.settings, host, routed, this.context.issuers), { parent: this });
        }
    }

    private createBackup({ administration: database }: Database): void {
        const { backup: { storage }, postgres: { image }, storageClass } = this.settings;
        const { backupRetentionDays: retentionDays } = this.context.environment;
        if (retentionDays !== null) {
            new PostgresBackup("postgresql-backup", this.scope, { database, image, retentionDays, storage, storageClass }, { parent: this });
        }
    }

    private createMonitoring(rabbitmq: Rabbitmq): AquaErpMonitoring {
        const { scope } = new PlatformNamespace(monitoringNamespace(this.settings),
            { platform: this.name, logicalPrefix: `${this.name}-monitoring`, ...this.context }, { parent: this });
        const services = serviceNames.map(name => this.service(name));
        return new AquaErpMonitoring(scope, this.settings, this.context, { services, rabbitmq: rabbitmq.node }, { parent: this });
    }

    private service(name: ServiceName): Workload {
        return this.services.get(name) as Workload;
    }

    private show(monitoring: AquaErpMonitoring): AquaErpOutputs {
        const { host, monitoring: { grafana } } = this.settings;
        const { namespace } = this.scope;
        const forward = (service: string, ports: string, where = namespace): string => `kubectl port-forward service/${service} ${ports} -n ${where}`;
        return {
            url: host === null ? forward("frontend", "8080:8080") : `https://${host}/`,
            showObjects: `kubectl get all -n ${namespace}`,
            showDeployments: `kubectl get deployments -n ${namespace}`,
            followLogs: `kubectl logs <pod> -n ${namespace}`,
            ...(monitoring.grafanaPassword && {
                grafanaUrl: grafana.host === null ? forward("grafana", "3000:3000", monitoring.namespace) : `https://${grafana.host}/`,
                grafanaUser: "admin",
                grafanaPassword: monitoring.grafanaPassword,
            }),
        };
    }
}
