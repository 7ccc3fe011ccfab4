import assert from "node:assert/strict";
import { environmentNames } from "../../components/kit/environment";
import type { Recording } from "../harness/mocks";
import { containersOf, podsOf } from "../harness/pods";
import { recordAlone, recordedOnce } from "../harness/program";
import type { RunbookCommand } from "../harness/runbookCommands";
import { runbookCommands } from "../harness/runbookCommands";

/** Namespaces of what the program does not deploy, and who does. */
const others = new Set(["traefik", "cert-manager", "argocd", "cnpg-system", "kube-system"]);

/** Forms that no stack has by default. */
const forms: readonly (readonly [string, string, object])[] = [
    ["prod", "storm", { nats: { nodes: 3 } }],
    ["prod", "taskflow", { postgres: { mode: "ha" } }],
    ["dev", "taskflow", { loadTest: { enabled: true } }],
    ["prod", "aquaerp", { rabbitmq: { operator: true } }],
];

const kinds: Readonly<Record<string, string>> = {
    pod: "Pod", pods: "Pod", pvc: "PersistentVolumeClaim", job: "Job", jobs: "Job", cronjob: "CronJob", deployment: "Deployment",
    statefulset: "StatefulSet", daemonset: "DaemonSet", service: "Service", hpa: "HorizontalPodAutoscaler", certificate: "Certificate",
};

interface Pods {
    readonly namespace: string;
    readonly kind: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly containers: ReadonlyMap<string, ReadonlySet<string>>;
}

const isLiteral = (text: string | undefined): text is string => text !== undefined && !text.includes("<");

describe("Commands of the runbooks", () => {
    const commands = runbookCommands();
    const objects = new Set<string>();
    const namespaces = new Set<string>();
    const pods: Pods[] = [];

    function add(recording: Recording): void {
        for (const { inputs: { kind, metadata } } of recording.objects) {
            objects.add(`${metadata?.namespace}/${kind}/${metadata?.name}`);
            if (kind === "Namespace") {
                namespaces.add(metadata.name);
            }
        }
        for (const workload of podsOf(recording)) {
            const { kind, name, namespace, template } = workload;
            pods.push({
                kind, name, namespace, labels: template.metadata.labels,
                containers: new Map(containersOf(workload).map(({ name: container, env = [] }) =>
                    [container, new Set(env.map(variable => variable.name))])),
            });
        }
    }

    before(async () => {
        for (const stack of environmentNames) {
            add((await recordedOnce(stack)).recording);
        }
        for (const [stack, platform, settings] of forms) {
            add((await recordAlone(stack, platform, settings as never)).recording);
        }
    });

    const within = ({ namespace: asked }: RunbookCommand, namespace: string): boolean => !isLiteral(asked) || asked === namespace;

    /** Kind and name of what a command is about. */
    function target({ verb, words }: RunbookCommand): [kind: string, name: string] | undefined {
        const [first = "", second = ""] = words;
        if (first.includes("/")) {
            const [kind = "", name = ""] = first.split("/");
            return [kinds[kind] ?? kind, name];
        }
        return ["exec", "logs"].includes(verb) ? ["Pod", first] : second === "" ? undefined : [kinds[first] ?? first, second];
    }

    function exists(command: RunbookCommand, kind: string, name: string): boolean {
        if (kind === "Pod") {
            return pods.some(workload => workload.kind === "StatefulSet" && within(command, workload.namespace)
                && name.startsWith(`${workload.name}-`));
        }
        const made = commands.some(({ page, verb, words }) => page === command.page && verb === "create" && words[0] === "job" && words[1] === name);
        return made || [...objects].some(object => {
            const [namespace = "", ofKind, ofName] = object.split("/");
            return within(command, namespace) && ofKind === kind && ofName === name;
        });
    }

    /** Whether the labels of a pod meet a selector, as far as it is written out. */
    function meets({ labels }: Pods, selector: string): boolean {
        const [, key, list] = /^(\S+) in \(([^)]*)\)$/.exec(selector) ?? [];
        if (key !== undefined) {
            return (list ?? "").split(", ").includes(labels[key] ?? "");
        }
        return selector.split(",").every(part => {
            const [name = "", value] = part.split("=");
            return !isLiteral(value) || labels[name] === value;
        });
    }

    function faults(command: RunbookCommand): string[] {
        const { namespace, selector, container, from, variables } = command;
        if (isLiteral(namespace) && others.has(namespace)) {
            return [];
        }
        const about = target(command);
        const selected = pods.filter(workload => within(command, workload.namespace)
            && (!isLiteral(selector) || meets(workload, selector)));
        const [cronJob] = (from ?? "").split("/").slice(1);
        const holding = selected.filter(({ containers }) => !isLiteral(container) || containers.has(container));
        return [
            ...isLiteral(namespace) && !namespaces.has(namespace) ? [`no namespace ${namespace}`] : [],
            ...about && about.every(isLiteral) && !about[1].includes("$") && !exists(command, ...about) && command.verb !== "create" && !selector
                ? [`no ${about.join(" ")}`] : [],
            ...selected.length === 0 ? [`no pods ${selector}`] : [],
            ...isLiteral(container) && holding.length === 0 ? [`no container ${container}`] : [],
            ...isLiteral(cronJob) && !exists(command, "CronJob", cronJob) ? [`no CronJob ${cronJob}`] : [],
            ...variables.filter(name => !holding.some(({ containers }) => isLiteral(container)
                ? containers.get(container)?.has(name) : [...containers.values()].some(names => names.has(name)))).map(name => `no variable ${name}`),
        ];
    }

    it("name namespaces, objects, pods, containers and variables that the program has in one of its forms", () => {
        assert.ok(commands.length > 250, String(commands.length));
        const found = commands.flatMap(command => faults(command).map(fault => `${command.page}: ${fault}: ${command.text}`));
        assert.deepEqual(found, []);
    });

    it("are read whole: what they are about, where, and in which container", () => {
        const of = (text: string): RunbookCommand | undefined => commands.find(command => command.text.startsWith(text));
        const exec = of("kubectl exec -n taskflow deployment/redis -c redis");
        assert.deepEqual([exec?.verb, exec?.words, exec?.namespace, exec?.container], ["exec", ["deployment/redis"], "taskflow", "redis"]);
        assert.equal(of("kubectl get pods -n <namespace> -l 'app in")?.selector, "app in (redis-node, redis-sentinel)");
        assert.ok(commands.some(({ variables }) => variables.includes("MYSQL_ROOT_PASSWORD")));
        assert.ok(commands.some(({ from }) => from === "cronjob/postgres-backup"));
    });
});
