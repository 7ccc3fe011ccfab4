import * as pulumi from "@pulumi/pulumi";
import type { DeploymentWorkloadArgs } from "../../../components/app/workload";
import { Workload } from "../../../components/app/workload";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import { tcpProbe } from "../../../components/kit/probes";
import { resources } from "../../../components/kit/resources";
import { clusterProvider } from "../../../components/platforms/clusterProvider";
import { PlatformNamespace } from "../../../components/security/platformNamespace";

// One Deployment whose number of pods, autoscaler and termination come from the configuration.
const provider = clusterProvider({ kubernetesContext: undefined });
const owner = new pulumi.ComponentResource("tests:engine:Shop", "shop", {}, { provider });
const { scope } = new PlatformNamespace("shop", {
    platform: "shop", environment: environmentDefaults("staging"), graph: new DependencyGraph(),
}, { parent: owner });
const size = new pulumi.Config("platforms").requireObject<Pick<DeploymentWorkloadArgs, "replicas" | "autoscaling" | "terminationGraceSeconds">>("size");
new Workload("orders", scope, {
    component: "application",
    container: {
        name: "orders", image: "registry.example.com/orders:1.0", resources: resources("10m/16Mi", "20m/32Mi"), ports: { http: 8080 },
        probes: { readiness: tcpProbe("http", { periodSeconds: 5 }), liveness: tcpProbe("http", { periodSeconds: 20 }) },
    },
    runAs: { user: 1000 },
    ...size,
}, { parent: owner });
