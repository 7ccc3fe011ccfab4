import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import type { StatefulWorkloadArgs } from "../../app/workload";
import { Workload } from "../../app/workload";
import type { Connectable, Environment, Property } from "../../kit/connection";
import { accessOf, connect } from "../../kit/connection";
import { nameService } from "../../kit/externals";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import { httpProbe, tcpProbe } from "../../kit/probes";
import { resources, withScratch } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ClaimedStorage, ConfigFiles, Volume } from "../../kit/volumes";
import { configVolume, scratch } from "../../kit/volumes";
import { natsTelemetry } from "./telemetry";
import { GeneratedSecret } from "../../security/generatedSecret";
import { exporterUser } from "../../kit/exporter";
import type { NatsLogin, NatsPermissions } from "./configuration";
import { fileStoreOf, goMemoryLimit, natsConfiguration, natsPorts } from "./configuration";
import type { Nats, NatsArgs, NatsProperty, NatsUser } from "./contract";
import { streamFiles, streamFolder, streamScript } from "./streams";
import { startTiming } from "../startBudgets";

type Credentials = GeneratedSecret<"NATS_USER", "NATS_PASSWORD">;

/** User of the Job that creates streams. */
const provisioner = "provisioner";

const runAs = { user: 1000 };

/** What streams may take where they go with the pod. */
const ephemeralSize = "256Mi";

/** Where the servers keep their streams, and what follows for the workload. */
export interface NatsStorage {
    readonly volume: Volume;
    readonly workload: Partial<Pick<StatefulWorkloadArgs, "storage" | "claimTemplates">>;
    readonly after: readonly pulumi.Resource[];
}

/**
 * NATS with JetStream. Consumers connect as one of the users.
 *
 * Objects: StatefulSet, Services, ConfigMap `<name>-config`, claims for the volumes, a Secret for each user where they have
 * passwords, and Job `<name>-streams` where it is to create streams.
 */
export abstract class NatsForm extends ScopedComponent implements Nats {
    readonly node: WorkloadNode;
    /** Port for clients; nothing that connects can reach the monitoring port. */
    readonly ports: readonly Port[];
    readonly ready: readonly pulumi.Resource[];
    /** The servers. */
    readonly servers: Workload;
    private readonly credentials: ReadonlyMap<string, Credentials>;

    /** @param size number of servers */
    protected constructor(
        name: string, scope: Scope, protected readonly args: NatsArgs, protected readonly size: number,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("data:Nats", name, scope, opts);
        this.credentials = this.createCredentials();
        this.servers = this.createServers();
        ({ node: this.node, ports: this.ports } = this.servers);
        if (this.size > 1) {
            scope.graph.addEdge(this.node, this.node, { number: natsPorts.cluster });
            scope.graph.addEdge(this.node, ...nameService(scope.environment));
        }
        const streams = this.createStreams();
        this.ready = [...this.servers.ready, ...streams];
        this.registerOutputs(accessOf(...Object.keys(args.users).map(user => this.user(user))));
    }

    /** Where the servers keep their streams. */
    protected abstract createStorage(volumeName: string, storage: ClaimedStorage): NatsStorage;

    user(name: string): Connectable<NatsProperty> {
        if (!(name in this.args.users)) {
            throw new Error(`${this.objectName} has no user "${name}"; it has ${Object.keys(this.args.users).join(", ") || "none"}`);
        }
        return this.connectable(name, this.ready);
    }

    private connectable(user: string, ready: readonly pulumi.Resource[]): Connectable<NatsProperty> {
        const credentials = this.credentials.get(user);
        const properties: Record<NatsProperty, Property> = {
            host: view => view.host,
            port: String(natsPorts.client),
            user: credentials ? user : "",
            password: credentials?.key("NATS_PASSWORD") ?? "",
            url: view => `nats://${credentials ? `${user}:$(${view.variable("password")})@` : ""}${view.host}:${natsPorts.client}`,
        };
        const variables = { url: "NATS_URL", ...(credentials && { password: "NATS_PASSWORD" }) };
        return { node: this.node, ports: this.ports, properties, variables, ready };
    }

    private createCredentials(): ReadonlyMap<string, Credentials> {
        const { authentication = false, users, streams = [], rotation } = this.args;
        const everyone: Readonly<Record<string, NatsUser>> = { ...users, ...(streams.length > 0 && { [provisioner]: {} }) };
        return new Map(!authentication ? [] : Object.entries(everyone).map(([user, { secretName }]) =>
            [user, new GeneratedSecret(secretName ?? `${this.objectName}-${user}`, this.scope, {
                values: { NATS_USER: user },
                passwords: { NATS_PASSWORD: { length: 32 } },
                ...(rotation !== undefined && { rotation }),
            }, { parent: this })]));
    }

    private createServers(): Workload {
        const { storage, exporter = false } = this.args;
        const config = this.createFiles(`${this.objectName}-config`, { "nats.conf": this.configuration() });
        const volumeName = `${this.objectName}-data`;
        const data: NatsStorage = storage === null
            ? { volume: scratch(volumeName, ephemeralSize), workload: {}, after: [] }
            : this.createStorage(volumeName, storage);
        return new Workload(this.objectName, this.scope, {
            kind: "StatefulSet",
            component: "messaging",
            labels: { tier: "messaging" },
            replicas: this.size,
            container: this.serverContainer(config.files, data.volume),
            ...(exporter && {
                sidecars: [exporterContainer()],
                metricsPort: "metrics",
                telemetry: [natsTelemetry({ namespace: this.scope.namespace, app: this.objectName, nodes: this.size })],
            }),
            service: { port: "client", number: natsPorts.client, further: { monitor: natsPorts.monitor } },
            spread: { strict: true },
            ...data.workload,
            terminationGraceSeconds: 60,
            runAs,
            after: [config.configMap, ...data.after, ...[...this.credentials.values()].map(({ secret }) => secret)],
        }, { parent: this });
    }

    private configuration(): string {
        const { storage, maximumMemoryStore = "64MB" } = this.args;
        const ordinals = this.size > 1 ? [...Array(this.size).keys()] : [];
        return natsConfiguration({
            clusterName: this.objectName,
            routes: ordinals.map(ordinal => `${this.objectName}-${ordinal}.${this.objectName}-headless:${natsPorts.cluster}`),
            maximumFileStore: fileStoreOf(storage?.size ?? ephemeralSize),
            maximumMemoryStore,
            users: [...this.credentials.keys()].map((user): NatsLogin => {
                const permissions = user === provisioner ? provisionerPermissions : this.args.users[user]?.permissions;
                return { name: user, passwordVariable: variablesOf(user).quoted, ...(permissions && { permissions }) };
            }),
        });
    }

    private serverContainer(config: ConfigFiles, volume: Volume): Container {
        const { image = images.nats, resources: amounts, storage } = this.args;
        const passwords: Environment = Object.assign({}, ...[...this.credentials].map(([user, secret]) => {
            const { plain, quoted } = variablesOf(user);
            return { [plain]: secret.key("NATS_PASSWORD"), [quoted]: `"$(${plain})"` };
        }));
        return {
            name: this.objectName,
            image,
            command: ["nats-server"],
            args: ["--config", "/etc/nats/nats.conf"],
            ports: { client: natsPorts.client, monitor: natsPorts.monitor, ...(this.size > 1 && { cluster: natsPorts.cluster }) },
            environment: { ...passwords, GOMEMLIMIT: goMemoryLimit(amounts.limits.memory) },
            resources: storage === null ? withScratch(amounts, ephemeralSize) : amounts,
            probes: {
                startup: httpProbe("/healthz", "monitor", startTiming("jetStream", { periodSeconds: 5, timeoutSeconds: 3 })),
                readiness: httpProbe("/healthz?js-server-only=true", "monitor", { periodSeconds: 10, timeoutSeconds: 3 }),
                liveness: httpProbe("/healthz?js-enabled-only=true", "monitor", { periodSeconds: 30, timeoutSeconds: 5 }),
            },
            mounts: [
                { volume, path: "/data" },
                { volume: configVolume("config", config), path: "/etc/nats", readOnly: true },
            ],
        };
    }

    private createStreams(): pulumi.Resource[] {
        const { streams = [] } = this.args;
        if (streams.length === 0) {
            return [];
        }
        const name = `${this.objectName}-streams`;
        const config = this.createFiles(name, streamFiles(streams, this.size));
        const nats = this.connectable(provisioner, this.servers.ready);
        const script = streamScript();
        const task = new Task(name, this.scope, {
            component: "messaging-provisioning",
            connectsTo: [connect(nats, nats.variables)],
            container: {
                name: "nats",
                image: images.natsBox,
                command: ["sh", "-c", script.text],
                environment: { ...script.environment, HOME: "/tmp" },
                resources: resources("50m/32Mi", "250m/64Mi", "32Mi"),
                mounts: [
                    { volume: configVolume("streams", config.files), path: streamFolder, readOnly: true },
                    { volume: scratch("tmp", "16Mi"), path: "/tmp" },
                ],
            },
            deadlineSeconds: 300,
            retries: 6,
            runAs,
            after: [config.configMap],
        }, { parent: this });
        return [task.job];
    }

    private createFiles(name: string, files: Record<string, string>): { files: ConfigFiles; configMap: k8s.core.v1.ConfigMap } {
        const labels = recommendedLabels({ platform: this.scope.platform, name, component: "messaging" });
        return { files: { name, files }, configMap: this.createConfigMap({ name, files }, labels) };
    }
}

const provisionerPermissions: NatsPermissions = { publish: ["$JS.API.>"], subscribe: ["_INBOX.>"] };

/** Variables of the server with one user's password, as the Secret holds it and as `nats.conf` needs it. */
function variablesOf(user: string): { plain: string; quoted: string } {
    const prefix = `NATS_${user.toUpperCase().replace(/-/g, "_")}`;
    return { plain: `${prefix}_PASSWORD`, quoted: `${prefix}_PASSWORD_QUOTED` };
}

/** The exporter reads the monitoring port of the server beside it. */
function exporterContainer(): Container {
    return {
        name: "exporter",
        image: images.natsExporter,
        args: ["-port", "7777", "-varz", "-connz", "-routez", "-healthz", "-jsz=all", `http://127.0.0.1:${natsPorts.monitor}`],
        ports: { metrics: 7777 },
        resources: resources("10m/32Mi", "100m/64Mi", "32Mi"),
        // It serves nothing but the metrics, which ask the server each time.
        probes: {
            readiness: tcpProbe("metrics", { periodSeconds: 10, timeoutSeconds: 3 }),
            liveness: tcpProbe("metrics", { initialDelaySeconds: 15, periodSeconds: 20, timeoutSeconds: 3 }),
        },
        runAs: exporterUser,
    };
}
