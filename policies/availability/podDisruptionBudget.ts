import { practiceFramework } from "../framework/compliance";
import type { Field } from "../framework/field";
import { finding } from "../framework/finding";
import { describe } from "../framework/kubernetesObject";
import { Pod } from "../framework/pod";
import { carriedPod } from "../framework/podCarrier";
import type { Rule, Violation } from "../framework/rule";
import type { Subject } from "../framework/subject";
import { selects } from "../network/selector";
import { areNeighbours, isAutoscaler, leastReplicas } from "./replicas";

/** How many of `total` pods a number or a percentage means; percentages are rounded up, as the disruption controller does. */
function podCount(value: unknown, total: number): number | undefined {
    if (typeof value === "number") {
        return value;
    }
    const percent = typeof value === "string" ? /^(\d+)%$/.exec(value) : null;
    return percent ? Math.ceil(Number(percent[1]) / 100 * total) : undefined;
}

/** Budgets that protect nothing: without a selector one selects no pod, with an empty one all of its namespace. */
function selectsNothing(budget: Subject): Violation[] {
    const selector = budget.at("spec", "selector");
    return selector.value({}) !== undefined ? [] : [{
        object: budget.object, summary: "has no selector, so it protects no pod", findings: [finding(selector, "labels of the pods; {} for all of the namespace")],
        fix: "Give the budget the selector of the workload that it is for, or leave it out.",
    }];
}

/** Budgets that let no pod go, however many there are. */
function neverDrains(budget: Subject): Violation[] {
    const [most, least] = [budget.at("spec", "maxUnavailable"), budget.at("spec", "minAvailable")];
    const forbids = (field: Field, values: readonly unknown[]): boolean => values.includes(field.value("1"));
    return [
        ...(forbids(most, [0, "0%", "0"]) ? [{ field: most, allowed: "1 or more, or a percentage above 0%" }] : []),
        ...(forbids(least, ["100%"]) ? [{ field: least, allowed: "less than 100%" }] : []),
    ].map(({ field, allowed }) => ({ object: budget.object, summary: "lets no pod be evicted, so its node can never be drained", findings: [finding(field, allowed)] }));
}

/** The workloads whose pods a budget protects; pods whose labels are unknown are left out. */
function protectedBy(budget: Subject, workloads: readonly Subject[]): Subject[] {
    const selector = budget.at("spec", "selector");
    return !selector.isPresent ? [] : workloads.filter(workload => {
        const carrier = areNeighbours(budget, workload) ? carriedPod(workload.object) : undefined;
        return carrier !== undefined && selects(selector, new Pod(carrier).metadata.at("labels")) === true;
    });
}

/** Budgets that need every pod that the workload has. */
function needsAll(budget: Subject, workloads: readonly Subject[], autoscalers: readonly Subject[]): Violation[] {
    const least = budget.at("spec", "minAvailable");
    const covered = protectedBy(budget, workloads);
    const counts = covered.map(workload => leastReplicas(workload, autoscalers));
    const total = counts.reduce<number>((sum, count) => sum + (count ?? Number.NaN), 0);
    const needed = podCount(least.value(), total);
    if (covered.length === 0 || needed === undefined || !(total > 0 && needed >= total) || least.raw === "100%") {
        return [];
    }
    return [{
        object: budget.object,
        summary: `needs ${needed} of the ${total} pods of ${covered.map(({ object }) => describe(object)).join(", ")}, so none can be evicted`,
        findings: [finding(least, `fewer than ${total}; or maxUnavailable: 1`)],
    }];
}

/** A node can be emptied for an upgrade without anybody's help. */
export const podDisruptionBudget: Rule = {
    id: "podDisruptionBudget",
    kinds: ["PodDisruptionBudget"],
    description: "A PodDisruptionBudget must select pods and let at least one of them be evicted, or nodes cannot be drained.",
    enforcement: "mandatory",
    severity: "medium",
    framework: practiceFramework("pod disruption budgets"),
    fix: "Use maxUnavailable: 1, or run more replicas than minAvailable; leave the budget out where there is one replica.",
    link: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    fields: ["spec.selector", "spec.maxUnavailable", "spec.minAvailable", "spec.replicas and minReplicas of what it selects"],
    allowed: "a selector; maxUnavailable above 0; minAvailable below the number of pods",
    judgeObject: budget => budget.at("spec", "selector").isPresent ? neverDrains(budget) : selectsNothing(budget),
    judgeProgram: subjects => {
        const autoscalers = subjects.filter(isAutoscaler);
        const workloads = subjects.filter(({ object }) => !["Job", "CronJob", "PodTemplate", "DaemonSet"].includes(object.kind));
        return subjects
            .filter(({ object }) => object.kind === "PodDisruptionBudget" && !object.patch)
            .flatMap(budget => needsAll(budget, workloads, autoscalers));
    },
};
