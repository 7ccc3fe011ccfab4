import assert from "node:assert/strict";
import { mermaid } from "../../../components/kit/diagram";
import { clusterDns, dnsPorts, internet } from "../../../components/kit/externals";
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
        graph.addEdge(web, clusterDns, ...dnsPorts);
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
    shop__web_app -->|53| cluster_dns`);
    });
});
