import { Field, Reads } from "./field";
import type { Keys, Properties } from "./field";

/** The three lists of a pod that hold containers, in the order in which Kubernetes visits them. */
export const containerLists = ["initContainers", "containers", "ephemeralContainers"] as const;

/** Name of a list of containers. */
export type ContainerList = (typeof containerLists)[number];

/** One container of a pod, with its place. */
export interface Container {
    readonly list: ContainerList;
    /** The container's name, or its place in the list while the name is unknown. */
    readonly name: string;
    readonly field: Field;
}

/** Where a pod stands in the object that carries it. */
export interface PodSource {
    /** Metadata of the pod or of its template; may be unknown. */
    readonly metadata?: unknown;
    readonly metadataKeys: Keys;
    /** The PodSpec; may hold unknown values. */
    readonly spec: unknown;
    readonly specKeys: Keys;
    /** Whether only a part of the pod is given, as in a server-side apply patch. */
    readonly partial?: boolean;
}

/** One reading of a pod by one check: a fresh one is made for each, so that it collects that check's unknowns. */
export class Pod {
    readonly reads: Reads;
    readonly metadata: Field;
    readonly spec: Field;
    /** Init, main and ephemeral containers. Containers that are unknown as a whole are left out and listed in `unreadable`. */
    readonly containers: readonly Container[];
    /** Paths of unknown parts that no check can look into; they are reported once for the pod and not by every check. */
    readonly unreadable: readonly string[];

    constructor(source: PodSource) {
        this.reads = new Reads(source.partial);
        this.metadata = new Field(source.metadataKeys, source.metadata, this.reads);
        this.spec = new Field(source.specKeys, source.spec, this.reads);
        const containers: Container[] = [];
        const unreadable: string[] = this.spec.isUnknown ? [this.spec.path] : [];
        for (const list of this.spec.isUnknown ? [] : containerLists) {
            const field = this.spec.at(list);
            if (field.isUnknown) {
                unreadable.push(field.path);
                continue;
            }
            for (const [index, item] of field.items().entries()) {
                if (item.isUnknown) {
                    unreadable.push(item.path);
                } else {
                    const name = item.at("name");
                    containers.push({ list, field: item, name: name.isUnknown ? `${list}[${index}]` : String(name.raw ?? "") });
                }
            }
        }
        this.containers = containers;
        this.unreadable = unreadable;
    }

    /** Init containers and main containers, which unlike ephemeral ones have resources and probes. */
    get ordinaryContainers(): readonly Container[] {
        return this.containers.filter(container => container.list !== "ephemeralContainers");
    }

    /** A pod of its own, without a carrier around it. */
    static of(metadata: Properties | undefined, spec: unknown): Pod {
        return new Pod({ metadata, metadataKeys: ["metadata"], spec, specKeys: ["spec"] });
    }
}
