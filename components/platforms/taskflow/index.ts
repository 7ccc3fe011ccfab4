import { definePlatform } from "../definition";
import { taskflowSettings } from "./settings";
import { TaskFlow } from "./taskflow";

/** TaskFlow in the catalogue. */
export const taskflow = definePlatform({
    name: "taskflow",
    description: "To-do application that scales under load",
    settings: taskflowSettings,
    deploy: (settings, context, opts) => new TaskFlow("taskflow", settings, context, opts).outputs,
});
