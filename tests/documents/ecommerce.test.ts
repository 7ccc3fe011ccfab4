import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shop } from "../harness/platforms/ecommerce";
import { enlarged } from "../harness/platforms/ecommerceVariants";

const text = readFileSync(join(__dirname, "../../components/platforms/ecommerce/README.md"), "utf8");

/** Text below a heading. */
const section = (title: string): string => text.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

const kinds: Readonly<Record<string, string>> = {
    externalsecret: "ExternalSecret", serviceaccount: "ServiceAccount", certificate: "Certificate", cronjob: "CronJob", configmap: "ConfigMap",
    application: "Application", ingressroute: "IngressRoute", hpa: "HorizontalPodAutoscaler", pdb: "PodDisruptionBudget",
    resourcequota: "ResourceQuota", deployment: "Deployment", secret: "Secret", service: "Service",
};

/** Objects that the commands of a text name; fails on a command that the test does not understand. */
function named(part: string): [kind: string, name: string, namespace: string][] {
    return [...part.matchAll(/kubectl (get|scale|logs|port-forward|create job) ([^`]*?) -n ([a-z-]+)/g)].map(([command, , what = "", namespace = ""]) => {
        const [kind = "", name = ""] = (/--from=(\S+)/.exec(what)?.[1] ?? what).split(/[ /]/);
        assert.ok(kinds[kind], `${command}: ${kind}`);
        return [kinds[kind], name, namespace];
    });
}

async function assertThere(part: string): Promise<void> {
    const recordings = [(await shop("prod")).recording, (await shop("prod", enlarged)).recording];
    const found = named(part);
    assert.ok(found.length > 0);
    for (const [kind, name, namespace] of found) {
        const there = recordings.flatMap(recording => recording.ofKind(kind))
            .some(({ inputs: { metadata } }) => metadata.name === name && metadata.namespace === namespace);
        assert.ok(there, `${kind} ${namespace}/${name}`);
    }
}

/** First column of a table. */
const items = (title: string): string[] => [...section(title).matchAll(/^\| ([^|]+?) \|/gm)].map(([, item = ""]) => item);

describe("the shop's page for operators", () => {
    it("E-94: says that consumers acknowledge after their work, and where it shows when they do not", () => {
        const part = section("What the services must do");
        assert.match(part, /acknowledges a message when it has done its work/);
        assert.match(part, /RabbitMQDeadLetters/);
    });

    it("E-227: a commit becomes an image, a tag in the configuration, and an update; the way back is a revert", () => {
        const part = section("Delivery");
        for (const word of ["commit", "image", "tag", "Argo CD", "health", "git revert"]) {
            assert.ok(part.includes(word), word);
        }
        assert.match(part, /config set --path ecommerce\.images\.tag 1\.0\.1/);
    });

    for (const [id, title, expected] of [
        ["E-253", "Before production", [/secrets/, /network policies/, /roles and ServiceAccounts/, /certificates/, /backups are made/,
            /backups are tested/, /dashboards and alert rules/, /disasters/, /load test/, /scans/]],
        ["E-254", "Deployment", [/Argo CD/, /DNS/, /ingress/, /HPA and PDB/, /quota/, /backups/, /runbook/, /on-call.*incident/]],
        ["E-255", "After the deployment", [/health/, /metrics/, /logs/, /traces/, /alerts/, /baseline, cost/, /documentation/]],
    ] as const) {
        it(`${id}: "${title}" lists what the document asks for, and each command names an object of the program`, async () => {
            assert.deepEqual(expected.filter(pattern => !items(title).some(item => pattern.test(item))), []);
            await assertThere(section(title));
        });
    }

    it("E-249: recovery to a point in time names the program's own objects, folders and databases", async () => {
        const part = section("Recovery to a point in time");
        await assertThere(part);
        const { recording } = await shop("prod");
        const [upload] = recording.object("CronJob", "auth-mysql-binlog").inputs.spec.jobTemplate.spec.template.spec.containers;
        const target: string = upload.env.find(({ name }: { name: string }) => name === "TARGET").value;
        assert.ok(part.includes(`\`${target.replace("server/", "")}/<id of the server>/\``));
        assert.match(part, /exec -i auth-service-mysql-0 -c mysql [^]*auth_db/);
        assert.equal(recording.object("StatefulSet", "auth-service-mysql").inputs.spec.template.spec.containers[0].name, "mysql");
    });
});
