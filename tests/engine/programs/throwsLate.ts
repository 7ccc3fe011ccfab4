import * as pulumi from "@pulumi/pulumi";
import { projectConfig } from "../../../components/config/projectConfig";
import { definePlatform } from "../../../components/platforms/definition";
import { deployAll } from "../../../components/platforms/deployAll";
import { storm, taskflow } from "../../../components/platforms";
import { z } from "zod";

// Two platforms that are whole, and one broken on purpose: it throws where its configuration asks for it.
const last = definePlatform({
    name: "gauzian", description: "Throws", settings: z.strictObject({ throws: z.boolean() }),
    deploy: ({ throws }) => {
        if (throws) {
            throw new Error("this platform cannot be composed");
        }
        return "composed";
    },
});
const { outputs } = deployAll({
    source: projectConfig(new pulumi.Config()), catalogue: { taskflow, storm, last }, alertingSecrets: () => undefined,
});

export const { last: gauzian } = outputs;
