import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { indexHtml as page } from "../../../../components/platforms/taskflow/content";

describe("index.html", () => {
    it("T-61: is UTF-8 without a trace of another encoding", () => {
        const bytes = readFileSync(join(__dirname, "../../../../components/platforms/taskflow/content/index.html"));
        new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        for (const word of ["Tâches", "Complétées", "Rafraîchir", "Priorité"]) {
            assert.ok(page.includes(word), word);
        }
        assert.doesNotMatch(page, /[√Ã\uFFFD]/);
    });

    it("T-62: has the documented head, title, subtitle and colours, and loads nothing from elsewhere", () => {
        assert.match(page, /^<!DOCTYPE html>\n<html lang="fr">/);
        for (const part of [
            '<meta charset="UTF-8">', '<meta name="viewport"', "<title>TaskFlow - Gestion de Tâches</title>", "<h1>📋 TaskFlow</h1>",
            "Projet de Synthèse Kubernetes - Auto-scaling et Monitoring", "max-width: 1200px", "#667eea 0%, #764ba2 100%",
        ]) {
            assert.ok(page.includes(part), part);
        }
        assert.doesNotMatch(page, /https?:\/\/|<link|src=/);
    });

    it("T-63: has the four numbers with their labels, first a dash", () => {
        const labels = { totalTasks: "Total Tâches", completedTasks: "Complétées", pendingTasks: "En cours", apiPods: "Pods API (HPA)" };
        for (const [id, label] of Object.entries(labels)) {
            assert.ok(page.includes(`<div class="stat-value" id="${id}">-</div><div>${label}</div>`), id);
        }
    });

    it("T-64: has the four buttons", () => {
        const buttons = page.matchAll(/<button type="button" data-priority="(.*)">(.*)<\/button>/g);
        assert.deepEqual([...buttons].map(([, priority, text]) => [priority, text]), [
            ["", "🔄 Rafraîchir"], ["high", "🔴 Priorité Haute"], ["medium", "🟡 Priorité Moyenne"], ["low", "🟢 Priorité Basse"],
        ]);
    });

    it("T-66: has the documented colours, opacity, height and first text", () => {
        for (const rule of [
            ".priority-high { background: #dc3545;", ".priority-medium { background: #ffc107;", ".priority-low { background: #28a745;",
            ".task.completed { opacity: 0.6; }", "text-decoration: line-through", "max-height: 600px; overflow-y: auto", "Chargement des tâches...",
        ]) {
            assert.ok(page.includes(rule), rule);
        }
    });

    it("T-77: names no address that only the cluster resolves", () => {
        assert.doesNotMatch(page, /\.svc|cluster\.local|backend-api/);
    });
});

describe("the script of index.html", () => {
    const example = {
        tasks: [
            { title: "<img src=x onerror=alert(1)>", description: "<b>gras</b>", completed: true, priority: "high" },
            { title: "Écrire", description: null, completed: false, priority: "low" },
        ],
        stats: { total: 1000, completed: 300, pending: 700 },
    };

    it("T-65 T-68: loads all tasks at start and shows the numbers", async () => {
        const browser = await open(() => answer(200, example));
        assert.deepEqual(browser.requests, ["/api/tasks"]);
        const shown = ["totalTasks", "completedTasks", "pendingTasks", "apiPods"].map(id => browser.byId(id).textContent);
        assert.deepEqual(shown.map(String), ["1000", "300", "700", "~"]);
    });

    it("T-66 T-67: shows each task as text, never as markup", async () => {
        const browser = await open(() => answer(200, example));
        const [first, second] = browser.byId("tasks").children;
        assert.deepEqual(first?.leaves(), [
            "task-title: <img src=x onerror=alert(1)>", "priority priority-high: high", "task-description: <b>gras</b>", "task-state: ✅",
        ]);
        assert.deepEqual(second?.leaves(), ["task-title: Écrire", "priority priority-low: low", "task-description: ", "task-state: ⏳"]);
        assert.deepEqual([first?.className, second?.className], ["task completed", "task"]);
        assert.doesNotMatch(page, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
    });

    it("T-64 T-65: a button filters, and every 30 s the same list is loaded again", async () => {
        const browser = await open(() => answer(200, example));
        await browser.click("high");
        await browser.tick();
        await browser.click("");
        assert.deepEqual(browser.requests, ["/api/tasks", "/api/tasks?priority=high", "/api/tasks?priority=high", "/api/tasks"]);
        assert.deepEqual(browser.intervals, [30_000]);
    });

    it("T-66: says that it loads, and that nothing was found", async () => {
        const browser = await open(() => answer(200, { ...example, tasks: [] }));
        assert.deepEqual(browser.byId("tasks").leaves(), ["message: Aucune tâche trouvée"]);
        const loaded = browser.click("low");
        assert.deepEqual(browser.byId("tasks").leaves(), ["message: Chargement..."]);
        await loaded;
    });

    it("T-66: shows the error box for a failed connection and for an error of the API", async () => {
        const failures: [respond: () => Promise<unknown>, message: string][] = [
            [() => Promise.reject(new Error("Failed to fetch")), "Failed to fetch"],
            [() => answer(503, {}), "HTTP 503"],
        ];
        for (const [respond, message] of failures) {
            const browser = await open(respond);
            assert.deepEqual(browser.byId("tasks").leaves(), [
                ": Erreur de connexion à l'API", `: ${message}`, ": Vérifiez que le backend est déployé et accessible",
            ]);
        }
    });

    it("T-65: a late answer to an older request is dropped", async () => {
        const pending: ((value: unknown) => void)[] = [];
        const browser = await open(() => new Promise(resolve => pending.push(resolve)));
        await browser.click("high");
        pending[1]?.(await answer(200, { ...example, stats: { total: 2, completed: 1, pending: 1 } }));
        pending[0]?.(await answer(200, example));
        await settled();
        assert.equal(String(browser.byId("totalTasks").textContent), "2");
    });
});

function answer(status: number, body: unknown): Promise<unknown> {
    return Promise.resolve({ status, ok: status < 400, json: () => Promise.resolve(body) });
}

function settled(): Promise<void> {
    return new Promise(resolve => setImmediate(resolve));
}

/** The few members of an element that the page's script uses; any other is an error. */
class Element {
    className = "";
    textContent: unknown = "";
    children: Element[] = [];
    dataset: Record<string, string> = {};
    listener: () => void = () => undefined;

    append(...nodes: Element[]): void {
        this.children.push(...nodes);
    }

    replaceChildren(...nodes: Element[]): void {
        this.children = nodes;
    }

    setAttribute(): void {}

    addEventListener(_event: string, listener: () => void): void {
        this.listener = listener;
    }

    /** Class and text of every element without children. */
    leaves(): string[] {
        return this.children.length > 0
            ? this.children.flatMap(child => child.leaves())
            : [`${this.className}: ${String(this.textContent)}`];
    }
}

/** Runs the page's script with the given answers of the API. */
async function open(respond: () => Promise<unknown>) {
    const script = /<script>([^]*)<\/script>/.exec(page)?.[1];
    assert.ok(script);
    const elements = new Map(["totalTasks", "completedTasks", "pendingTasks", "apiPods", "tasks"].map(id => [id, new Element()]));
    const buttons = ["", "high", "medium", "low"].map(priority => Object.assign(new Element(), { dataset: { priority } }));
    const requests: string[] = [];
    const intervals: number[] = [];
    let tick: () => void = () => undefined;
    runInNewContext(script, {
        document: {
            getElementById: (id: string) => elements.get(id),
            createElement: () => new Element(),
            querySelectorAll: () => buttons,
        },
        fetch: (url: string) => {
            requests.push(url);
            return respond();
        },
        setInterval: (callback: () => void, milliseconds: number) => {
            tick = callback;
            intervals.push(milliseconds);
        },
    });
    await settled();
    return {
        requests,
        intervals,
        byId: (id: string) => elements.get(id) ?? assert.fail(`no element "${id}"`),
        click: (priority: string) => {
            buttons.find(button => button.dataset["priority"] === priority)?.listener();
            return settled();
        },
        tick: () => {
            tick();
            return settled();
        },
    };
}
