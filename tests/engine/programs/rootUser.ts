import { environmentDefaults } from "../../../components/config/environments";
import { Workload } from "../../../components/app/workload";
import { clusterProvider } from "../../../components/platforms/clusterProvider";
import { DependencyGraph } from "../../../components/kit/graph";
import { resources } from "../../../components/kit/resources";
import { httpProbe, tcpProbe } from "../../../components/kit/probes";
import { PlatformNamespace } from "../../../components/security/platformNamespace";

// A workload broken on purpose: its pod runs as root.
const provider = clusterProvider({ kubernetesContext: undefined });
const environment = { ...environmentDefaults("dev"), readinessTimeoutSeconds: 10 };
const { scope } = new PlatformNamespace("broken", { platform: "broken", environment, graph: new DependencyGraph() }, { provider });

new Workload("web", scope, {
    component: "application",
    container: {
        name: "web",
        image: "registry.example.com/web:1.0",
        ports: { http: 8080 },
        resources: resources("10m/16Mi", "20m/32Mi"),
        probes: {
            startup: httpProbe("/", "http", { periodSeconds: 2 }),
            readiness: httpProbe("/", "http", { periodSeconds: 5 }),
            liveness: tcpProbe("http", { periodSeconds: 20 }),
        },
    },
    runAs: { user: 0 },
}, { provider });
