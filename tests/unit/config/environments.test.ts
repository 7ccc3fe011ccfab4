import assert from "node:assert/strict";
import { environmentDefaults } from "../../../components/config/environments";
import { environmentNames } from "../../../components/kit/environment";
import * as catalogue from "../../../components/platforms";
import type { TaskFlowSettings } from "../../../components/platforms/taskflow/settings";
import type { StackValues } from "../../harness/program";
import { loadConfig } from "../../harness/program";

function load(values: StackValues): ReturnType<typeof loadConfig> {
    return loadConfig("dev", values);
}

describe("environments", () => {
    it("every platform of the catalogue is right with nothing but its environment", () => {
        for (const environment of environmentNames) {
            const { platforms } = load({ environment });
            assert.deepEqual([...platforms.keys()], Object.values(catalogue).map(({ name }) => name));
        }
    });

    it("differ in one table only: the same settings in another environment give another column", () => {
        const settings = (environment: string): TaskFlowSettings => load({ environment }).platforms.get("taskflow") as TaskFlowSettings;
        assert.deepEqual(environmentNames.map(name => settings(name).postgres.seedRows), [1000, 1000, 0]);
        assert.deepEqual(environmentNames.map(name => environmentDefaults(name).scaleDownWindowSeconds), [60, 60, 300]);
    });

    it("a stack's own value replaces its environment's, beside which the others stay", () => {
        const { environment, platforms } = load({ shared: { domain: "lab.example.org" }, taskflow: { postgres: { seedRows: 5 } } });
        assert.deepEqual(environment, { ...environmentDefaults("dev"), domain: "lab.example.org" });
        const { postgres } = platforms.get("taskflow") as TaskFlowSettings;
        assert.deepEqual([postgres.seedRows, postgres.storage], [5, "2Gi"]);
    });

    it("lists replace lists, and null is a value", () => {
        const settings = load({
            taskflow: { loadBalancerSourceRanges: ["10.0.0.0/8"], grafana: { storage: null } }, environment: "prod",
        }).platforms.get("taskflow") as TaskFlowSettings;
        assert.deepEqual([settings.loadBalancerSourceRanges, settings.grafana.storage], [["10.0.0.0/8"], null]);
    });

    it("only the platforms that are enabled have settings", () => {
        assert.deepEqual([...load({ enabled: ["taskflow"] }).platforms.keys()], ["taskflow"]);
    });

    it("an empty context means the kubeconfig's current one", () => {
        assert.equal(load({ kubernetesContext: "" }).kubernetesContext, undefined);
        assert.equal(load({ kubernetesContext: "k3d-lab" }).kubernetesContext, "k3d-lab");
    });
});
