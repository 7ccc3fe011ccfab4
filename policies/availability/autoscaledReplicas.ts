import { practiceFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import { describe } from "../framework/kubernetesObject";
import type { Rule } from "../framework/rule";
import { isAutoscaler, scales } from "./replicas";

/** Two hands on one lever: each update would throw away what the autoscaler decided. */
export const autoscaledReplicas: Rule = {
    id: "autoscaledReplicas",
    description: "A workload that an autoscaler scales must not set spec.replicas.",
    enforcement: "mandatory",
    severity: "medium",
    framework: practiceFramework("horizontal pod autoscaling: leave out replicas"),
    fix: "Leave out spec.replicas; the autoscaler's minReplicas is where the number belongs.",
    link: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
    fields: ["spec.replicas", "spec.scaleTargetRef of autoscalers"],
    allowed: "unset in the target of a HorizontalPodAutoscaler or a ScaledObject",
    judgeProgram: subjects => {
        const autoscalers = subjects.filter(isAutoscaler);
        return subjects.flatMap(workload => {
            const replicas = workload.at("spec", "replicas");
            const autoscaler = replicas.isPresent ? autoscalers.find(candidate => scales(candidate, workload)) : undefined;
            return autoscaler === undefined ? [] : [{
                object: workload.object,
                summary: `sets its replicas, which ${describe(autoscaler.object)} scales`,
                findings: [finding(replicas, "unset")],
            }];
        });
    },
};
