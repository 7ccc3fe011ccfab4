import type { Finding } from "./finding";
import { describe } from "./kubernetesObject";
import type { RuleDescription, Violation } from "./rule";

const labelWidth = 10;

function line(label: string, text: string): string {
    return `  ${label.padEnd(labelWidth)}${text}`;
}

/** Findings with the same value found and the same values allowed, together. */
function grouped(findings: readonly Finding[]): Finding[][] {
    const groups = new Map<string, Finding[]>();
    for (const finding of findings) {
        const key = `${finding.found}\n${finding.allowed}`;
        groups.set(key, [...(groups.get(key) ?? []), finding]);
    }
    return [...groups.values()];
}

/** A violation as it is printed: what, where, what stands there, what may stand there, how to fix it, where to read on. */
export function violationMessage(rule: RuleDescription, { object, summary, findings, notes = {}, fix = rule.fix }: Violation): string {
    return [
        `${describe(object)}: ${summary}`,
        ...grouped(findings).flatMap(group => [
            ...group.map(({ path, container }) => line("at", container === undefined ? path : `${path} (container "${container}")`)),
            line("found", group[0]!.found),
            line("allowed", group[0]!.allowed),
        ]),
        ...Object.entries(notes).map(([label, text]) => line(label, text)),
        line("fix", fix),
        line("see", rule.link),
    ].join("\n");
}

/** The note that fields could not be judged. */
export function unknownMessage(what: string, paths: readonly string[]): string {
    return [`${what}: not judged at preview, because it is known only during the update`, ...paths.map(path => line("unknown", path))].join("\n");
}
