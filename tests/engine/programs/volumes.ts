import * as pulumi from "@pulumi/pulumi";
import { VolumeClaim } from "../../../components/app/volumeClaim";
import { Workload } from "../../../components/app/workload";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import { tcpProbe } from "../../../components/kit/probes";
import { resources } from "../../../components/kit/resources";
import { templateVolume } from "../../../components/kit/volumes";
import { clusterProvider } from "../../../components/platforms/clusterProvider";
import { NamespaceGuards } from "../../../components/security/namespaceGuards";
import { PlatformNamespace } from "../../../components/security/platformNamespace";

// A store of three pods and one of one pod, whose volumes come from the configuration.
const provider = clusterProvider({ kubernetesContext: undefined });
const owner = new pulumi.ComponentResource("tests:engine:Shop", "shop", {}, { provider });
const graph = new DependencyGraph();
const { scope } = new PlatformNamespace("shop", { platform: "shop", environment: environmentDefaults("staging"), graph }, { parent: owner });
const { size, storageClass, replicas } = new pulumi.Config("platforms").requireObject<{ size: string; storageClass: string | null; replicas: number }>("volumes");
const data = { name: "data", size, storageClass };
const single = new VolumeClaim("single-pvc", scope, data, { parent: owner });
const store = {
    kind: "StatefulSet" as const, component: "database", runAs: { user: 1000 },
    container: {
        name: "store", image: "registry.example.com/store:1.0", resources: resources("10m/16Mi", "20m/32Mi"), ports: { store: 6000 },
        probes: { readiness: tcpProbe("store", { periodSeconds: 5 }), liveness: tcpProbe("store", { periodSeconds: 20 }) },
    },
};
new Workload("replicated", scope, {
    ...store, replicas, claimTemplates: [data],
    container: { ...store.container, mounts: [{ volume: templateVolume(data), path: "/data" }] },
}, { parent: owner });
new Workload("single", scope, {
    ...store, storage: { "single-pvc": size }, after: [single.claim],
    container: { ...store.container, mounts: [{ volume: single.volume, path: "/data" }] },
}, { parent: owner });
new NamespaceGuards("guards", { graph }, { provider });
