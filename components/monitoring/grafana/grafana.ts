import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadService } from "../../app/service";
import { Workload } from "../../app/workload";
import type { VolumeClaimArgs } from "../../app/volumeClaim";
import { VolumeClaim } from "../../app/volumeClaim";
import type { Connectable, Property } from "../../kit/connection";
import { accessOf, connect } from "../../kit/connection";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { ContainerResources } from "../../kit/resources";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { Volume } from "../../kit/volumes";
import { scratch } from "../../kit/volumes";
import { GeneratedSecret } from "../../security/generatedSecret";
import { grafanaContainer } from "./grafanaContainer";
import type { DashboardConfigMaps, DataSourceUrls } from "./grafanaProvisioning";
import { dashboardFiles, dashboardProviderFiles, dataSourceFiles } from "./grafanaProvisioning";
import type { Jaeger } from "../traces/jaeger";
import type { Prometheus } from "../prometheus/prometheus";
import { sharedService } from "../../kit/reach";

/** Arguments of {@link Grafana}. */
export interface GrafanaArgs {
    /** Where the numbers come from. */
    readonly prometheus: Prometheus;
    /** Where traces are. @default none are shown */
    readonly jaeger?: Jaeger;
    /** Address of the Loki with the logs, such as `loki.monitoring.svc:3100`. @default none are shown */
    readonly loki?: string;
    /** Dashboards as JSON, by file name; the first one is the home page. */
    readonly dashboards: Readonly<Record<string, string>>;
    /** Address of Prometheus as Grafana uses it. @default one that is right in every namespace */
    readonly dataSourceUrl?: string;
    /** Names of the ConfigMaps with the provider and the dashboards. @default one for all dashboards */
    readonly configMapNames?: DashboardConfigMaps;
    /** Address in the browser; null derives it from each request. */
    readonly rootUrl: string | null;
    /** How it is reached; the port is named `http`. @default a ClusterIP Service on port 3000 */
    readonly service?: WorkloadService;
    /** Volume for what users change; null keeps it in the pod only, so that a restart forgets it. @default null */
    readonly storage?: Pick<VolumeClaimArgs, "size" | "storageClass"> | null;
    /** Counter: each step generates a new password for a new installation. @default 0 */
    readonly passwordRotation?: number;
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    /** @default 100m/256Mi to 200m/512Mi */
    readonly resources?: ContainerResources;
}

/** What Grafana offers to others. */
export type GrafanaProperty = "host" | "port" | "url";

/** One Grafana whose data source and dashboards come from the program; only its users' own changes need storage. */
export class Grafana extends ScopedComponent implements Connectable<GrafanaProperty> {
    readonly node: WorkloadNode;
    readonly ports: readonly Port[];
    readonly properties: Readonly<Record<GrafanaProperty, Property>>;
    readonly variables: Readonly<Partial<Record<GrafanaProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** The server, for routes that lead to it. */
    readonly workload: Workload;
    /** Password of user `admin`; it is marked as secret. */
    readonly adminPassword: pulumi.Output<string>;

    constructor(name: string, scope: Scope, private readonly args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:Grafana", name, scope, opts);
        const credentials = this.createCredentials();
        const provisioning = {
            dataSources: dataSourceFiles(this.dataSources(), args.configMapNames),
            provider: dashboardProviderFiles(args.configMapNames),
            dashboards: dashboardFiles(args.dashboards, args.configMapNames),
        };
        const labels = recommendedLabels({ platform: scope.platform, name, component: "monitoring" });
        const configMaps = Object.values(provisioning).flat().map(files => this.createConfigMap(files, labels));
        const { volume, claims, claimed } = this.createStorage();
        this.workload = new Workload(name, scope, {
            component: "monitoring",
            container: grafanaContainer({
                image: args.image ?? images.grafana,
                resources: args.resources ?? resources("100m/256Mi", "200m/512Mi", "1Gi"),
                user: credentials.key("GF_SECURITY_ADMIN_USER"),
                password: credentials.key("GF_SECURITY_ADMIN_PASSWORD"),
                rootUrl: args.rootUrl,
                homeDashboard: Object.keys(args.dashboards)[0],
                storage: volume,
                ...provisioning,
            }),
            connectsTo: [
                connect(args.prometheus, {}),
                ...(args.jaeger ? [args.jaeger.query] : []),
                ...(args.loki === undefined ? [] : [sharedService(args.loki)]),
            ],
            runAs: { user: 472 },
            service: args.service ?? { port: "http", number: 3000 },
            strategy: claimed ? "Recreate" : "RollingUpdate",
            storage: claims,
            after: [credentials.secret, ...configMaps, ...(claimed ? [claimed] : [])],
        }, { parent: this });

        this.adminPassword = credentials.value("GF_SECURITY_ADMIN_PASSWORD");
        ({ node: this.node, ports: this.ports, ready: this.ready } = this.workload);
        ({ properties: this.properties, variables: this.variables } = this.workload);
        this.registerOutputs({ ...accessOf(this), secrets: [credentials.objectName] });
    }

    private dataSources(): DataSourceUrls {
        const { dataSourceUrl, prometheus, jaeger, loki } = this.args;
        return {
            prometheus: dataSourceUrl ?? prometheus.url,
            ...(jaeger && { jaeger: jaeger.queryUrl }),
            ...(loki !== undefined && { loki: `http://${loki}` }),
        };
    }

    private createCredentials(): GeneratedSecret<"GF_SECURITY_ADMIN_USER", "GF_SECURITY_ADMIN_PASSWORD"> {
        return new GeneratedSecret(`${this.objectName}-credentials`, this.scope, {
            values: { GF_SECURITY_ADMIN_USER: "admin" },
            passwords: { GF_SECURITY_ADMIN_PASSWORD: { length: 32 } },
            rotation: this.args.passwordRotation ?? 0,
        }, { parent: this });
    }

    private createStorage(): { volume: Volume; claims: Record<string, string>; claimed?: pulumi.Resource } {
        const { storage } = this.args;
        if (!storage) {
            return { volume: scratch("grafana-storage", "512Mi"), claims: {} };
        }
        const name = `${this.objectName}-pvc`;
        const claim = new VolumeClaim(name, this.scope, { ...storage, volumeName: "grafana-storage" }, { parent: this });
        return { volume: claim.volume, claims: { [name]: storage.size }, claimed: claim.claim };
    }
}
