import { definePlatform } from "../definition";
import { taskflowEnvironments } from "./environments";
import { refusedSettings, taskflowSettings } from "./settings";
import { TaskFlow } from "./taskflow";

/** TaskFlow in the catalogue. */
export const taskflow = definePlatform({
    name: "taskflow",
    description: "To-do application that scales under load",
    settings: taskflowSettings,
    byEnvironment: taskflowEnvironments,
    refused: refusedSettings,
    namespaces: () => [{ name: "taskflow", path: undefined, owner: "one" }],
    deploy: (settings, context, opts) => new TaskFlow("taskflow", settings, context, opts).outputs,
});
