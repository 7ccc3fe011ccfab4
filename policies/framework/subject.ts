import { Field, Reads } from "./field";
import type { KubernetesObject } from "./kubernetesObject";

/** One reading of an object by one rule, which collects the unknown fields that the rule asked for. */
export class Subject {
    readonly reads: Reads;
    /** The object's properties, with their paths in the resource. */
    readonly root: Field;

    constructor(readonly object: KubernetesObject) {
        this.reads = new Reads(object.patch);
        this.root = new Field(object.keys, object.properties, this.reads);
    }

    /** The field below the root. */
    at(...keys: readonly string[]): Field {
        return this.root.at(...keys);
    }
}
