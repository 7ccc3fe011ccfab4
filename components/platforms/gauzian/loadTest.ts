import type * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import type { Workload } from "../../app/workload";
import { connect } from "../../kit/connection";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { configVolume, scratch } from "../../kit/volumes";
import type { GauzianSettings } from "./settings";

const folder = "/scripts";

/** What k6 runs: it fails when more than 5 % of the requests do, or one of twenty takes 3 s or longer. */
export function loadScript({ virtualUsers, seconds }: GauzianSettings["loadTest"], url: string): string {
    const options = {
        vus: virtualUsers,
        duration: `${seconds}s`,
        thresholds: { http_req_failed: ["rate<0.05"], http_req_duration: ["p(95)<3000"] },
    };
    return [
        'import { check, sleep } from "k6";',
        'import http from "k6/http";',
        "",
        `export const options = ${JSON.stringify(options, null, 4)};`,
        "",
        "export default function () {",
        `    check(http.get(${JSON.stringify(url)}), { "status is 200": answer => answer.status === 200 });`,
        "    sleep(0.1);",
        "}",
        "",
    ].join("\n");
}

/** Load from within the cluster, past Traefik and its limits; nobody waits for it, and it leaves by itself. */
export class LoadTest extends ScopedComponent {
    constructor(name: string, scope: Scope, settings: GauzianSettings["loadTest"], backend: Workload, opts?: pulumi.ComponentResourceOptions) {
        super("gauzian:LoadTest", name, scope, opts);
        const { platform } = scope;
        const url = `http://${backend.node.name}:${backend.servicePort}${settings.path}`;
        const script = { name: `${name}-script`, files: { "load.js": loadScript(settings, url) } };
        const labels = recommendedLabels({ platform, name: script.name, component: "load-test" });
        const configMap = this.createConfigMap(script, labels);
        new Task(name, scope, {
            component: "load-test",
            connectsTo: [connect(backend, {})],
            container: {
                name: "k6",
                image: images.k6,
                command: ["k6", "run", `${folder}/load.js`],
                environment: { HOME: "/tmp", K6_NO_USAGE_REPORT: "true" },
                resources: resources("250m/256Mi", "1000m/512Mi", "64Mi"),
                mounts: [
                    { volume: configVolume("script", script), path: folder, readOnly: true },
                    { volume: scratch("tmp", "16Mi"), path: "/tmp" },
                ],
            },
            retries: 0,
            deadlineSeconds: settings.seconds + 60,
            timeToLiveSeconds: 3600,
            awaitCompletion: false,
            runAs: { user: 12345 },
            after: [configMap],
        }, { parent: this });
        this.registerOutputs();
    }
}
