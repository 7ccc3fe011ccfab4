import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

// One object that the API server refuses, and one that is registered while the first is being created.
const sent = new pulumi.Config("platforms").require("sent");

async function nameOnceSent(): Promise<string> {
    while (!existsSync(sent)) {
        await setTimeout(50);
    }
    return "judged";
}

new k8s.core.v1.ConfigMap("refused", { metadata: { name: "refused", namespace: "default" } });
new k8s.core.v1.ConfigMap("judged", { metadata: { name: nameOnceSent(), namespace: "default" } });
