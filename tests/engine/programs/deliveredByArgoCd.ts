import * as pulumi from "@pulumi/pulumi";
import { Task } from "../../../components/app/task";
import { Workload } from "../../../components/app/workload";
import { environmentDefaults } from "../../../components/config/environments";
import { clusterProvider } from "../../../components/platforms/clusterProvider";
import { DependencyGraph } from "../../../components/kit/graph";
import { httpProbe, tcpProbe } from "../../../components/kit/probes";
import { resources } from "../../../components/kit/resources";
import { parentOfServices } from "../../../components/platforms/ecommerce/delivery";
import type { EcommerceSettings } from "../../../components/platforms/ecommerce/settings";
import { PlatformNamespace } from "../../../components/security/platformNamespace";

// One service of the shop and its migration, as files for Argo CD; their namespace is on the cluster.
const provider = clusterProvider({ kubernetesContext: undefined });
const owner = new pulumi.ComponentResource("tests:engine:Shop", "shop", {}, { provider });
const { scope } = new PlatformNamespace("shop", {
    platform: "shop", environment: environmentDefaults("dev"), graph: new DependencyGraph(),
}, { parent: owner });
const settings = { delivery: "argocd", argocd: { renderTo: "manifests" } } as EcommerceSettings;
const parent = parentOfServices("shop", settings, owner);

const container = { name: "orders", image: "registry.example.com/orders:1.0", resources: resources("10m/16Mi", "20m/32Mi") };
const migration = new Task("orders-migrate-1.0", scope, {
    component: "database-migration", container: { ...container, command: ["migrate"] }, runAs: { user: 1000 }, retries: 0, deadlineSeconds: 60,
}, { parent });
new Workload("orders", scope, {
    component: "application",
    container: {
        ...container,
        ports: { http: 8080 },
        probes: {
            startup: httpProbe("/", "http", { periodSeconds: 2 }),
            readiness: httpProbe("/", "http", { periodSeconds: 5 }),
            liveness: tcpProbe("http", { periodSeconds: 20 }),
        },
    },
    service: { port: "http", number: 80 },
    runAs: { user: 1000 },
    after: [migration.job],
}, { parent });
