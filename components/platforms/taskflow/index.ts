import { definePlatform } from "../definition";
import { taskflowEnvironments } from "./environments";
import { refusedSettings, taskflowSettings } from "./settings";
import { TaskFlow } from "./taskflow";
import { unusedWithOperator } from "../unusedWithOperator";

/** TaskFlow in the catalogue. */
export const taskflow = definePlatform({
    name: "taskflow",
    description: "To-do application that scales under load",
    settings: taskflowSettings,
    byEnvironment: taskflowEnvironments,
    refused: refusedSettings,
    unused: ({ prometheus: { operator } }) => unusedWithOperator(operator, [
        ["prometheus", "storage"], ["prometheus", "retention"], ["prometheus", "kubeStateMetrics"], ["grafana"],
    ]),
    namespaces: () => [{ name: "taskflow", path: undefined, owner: "one" }],
    deploy: (settings, context, opts) => new TaskFlow("taskflow", settings, context, opts).outputs,
});
