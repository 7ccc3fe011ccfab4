import assert from "node:assert/strict";
import { mermaid } from "../../../components/kit/diagram";
import { internet, nameService } from "../../../components/kit/externals";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph, nodeId } from "../../../components/kit/graph";
import { addNamespace, workload } from "../../harness/graphs";

describe("dependency graph", () => {
    it("keeps workloads, edges and namespaces in the order they were declared", () => {
        const graph = new DependencyGraph();
        const [web, database] = [workload("shop", "web"), workload("shop", "db")];
        addNamespace(graph, "shop");
        addNamespace(graph, "blog");
        graph.addWorkload(web);
        graph.addWorkload(database);
        graph.addEdge(web, database, { number: 5432 });
        graph.addEdge(internet, web, { number: 8080 });
        assert.deepEqual(graph.namespaces.map(({ name }) => name), ["shop", "blog"]);
        assert.deepEqual(graph.workloads.map(nodeId), ["shop/web", "shop/db"]);
        assert.deepEqual(graph.edges.map(({ from, to }) => [nodeId(from), nodeId(to)]), [["shop/web", "shop/db"], ["internet", "shop/web"]]);
    });

    it("refuses two workloads or namespaces of one name, but not in different namespaces", () => {
        const graph = new DependencyGraph();
        addNamespace(graph, "shop");
        graph.addWorkload(workload("shop", "web"));
        graph.addWorkload(workload("blog", "web"));
        assert.throws(() => graph.addWorkload(workload("shop", "web")),
            { message: "two workloads are called shop/web; give one of them another name" });
        assert.throws(() => addNamespace(graph, "shop"), { message: "two namespaces are called shop; give one of them another name" });
    });

    it("is closed by whoever derives something from all of it: nothing can be added, and the message names both", () => {
        const graph = new DependencyGraph();
        const [web, database] = [workload("shop", "web"), workload("shop", "db")];
        addNamespace(graph, "shop");
        graph.addWorkload(web);
        assert.deepEqual(graph.finished("guards").workloads.map(nodeId), ["shop/web"]);
        for (const [add, what] of [
            [() => graph.addWorkload(database), "workload shop/db"],
            [() => graph.addEdge(web, database, { number: 1 }), "the way from shop/web to shop/db"],
            [() => addNamespace(graph, "blog"), "namespace blog"],
        ] as const) {
            assert.throws(add, { message: `${what} comes too late: guards has read the graph and would miss it; create it before guards` });
        }
        assert.deepEqual([graph.workloads.length, graph.edges.length, graph.namespaces.length], [1, 0, 1]);
    });

    it("takes nothing of a platform that wants to be watched where the platform's monitoring has looked, and anything else", () => {
        const graph = new DependencyGraph();
        graph.addWorkload(workload("shop", "web", { metricsPort: 9090 }));
        graph.addWorkload(workload("blog", "web"));
        assert.deepEqual(graph.watchedBy("shop", ["shop"]).map(nodeId), ["shop/web"]);
        assert.throws(() => graph.addWorkload(workload("shop", "db", { metricsPort: 9187 })),
            { message: "workload shop/db comes too late: the monitoring of shop has read the graph and would miss it; create it before the monitoring of shop" });
        graph.addWorkload(workload("shop", "job"));
        graph.addWorkload(workload("shop", "guest", { platform: "blog", metricsPort: 9090 }));
        graph.addWorkload(workload("blog", "db", { metricsPort: 9187 }));
        assert.deepEqual(graph.workloads.map(nodeId), ["shop/web", "blog/web", "shop/job", "shop/guest", "blog/db"]);
    });
});

describe("diagram", () => {
    it("groups workloads by namespace and draws every edge with its ports, each once", () => {
        const graph = new DependencyGraph();
        const [web, database] = [workload("shop", "web-app"), workload("data", "db", { kind: "StatefulSet" })];
        addNamespace(graph, "shop");
        addNamespace(graph, "data");
        graph.addWorkload(web);
        graph.addWorkload(database);
        graph.addEdge(web, database, { number: 5432 });
        graph.addEdge(web, ...nameService(environmentDefaults("dev")));
        assert.equal(mermaid(graph), `\
flowchart LR
    subgraph shop
        shop__web_app["web-app<br/>Deployment"]
    end
    subgraph data
        data__db["db<br/>StatefulSet"]
    end
    cluster_dns(["cluster-dns"])
    shop__web_app -->|5432| data__db
    shop__web_app -->|53, 5353| cluster_dns`);
    });
});
