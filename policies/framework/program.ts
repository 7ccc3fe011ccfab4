import type { EngineResource, KubernetesObject } from "./kubernetesObject";
import { kubernetesObjects, nameOf } from "./kubernetesObject";
import type { CarriedPod } from "./podCarrier";
import { carriedPod } from "./podCarrier";

/**
 * What is known of the program that is being run. Resource policies see one resource at a time and stack policies see
 * outputs, to which the API server has added its defaults; so the inputs of every resource are remembered here.
 */
export class Program {
    readonly #objects = new Map<string, readonly KubernetesObject[]>();
    readonly #namespaces = new Map<string, KubernetesObject>();
    readonly #usedExemptions = new Map<string, Set<number>>();

    /** Takes in a resource's inputs, which replace what was known of it. The first policy of the pack calls it. */
    observe(resource: EngineResource): void {
        const objects = kubernetesObjects(resource);
        this.#objects.set(resource.urn, objects);
        for (const object of objects.filter(({ kind, group }) => kind === "Namespace" && group === "")) {
            const name = nameOf(object);
            if (name !== undefined) {
                this.#namespaces.set(`${object.provider} ${name}`, object);
            }
        }
    }

    /** Objects of a resource: as observed, else as given. */
    objectsOf(resource: EngineResource): readonly KubernetesObject[] {
        return this.#objects.get(resource.urn) ?? kubernetesObjects(resource);
    }

    /** Pods that the objects of a resource carry. */
    podsOf(resource: EngineResource): CarriedPod[] {
        return this.objectsOf(resource).flatMap(object => carriedPod(object) ?? []);
    }

    /** The Namespace of this name that was declared so far for the cluster of the provider. */
    namespace(provider: string, name: string): KubernetesObject | undefined {
        return this.#namespaces.get(`${provider} ${name}`);
    }

    /** Remembers that a policy's exemption, by its place in the list, was of use. */
    useExemption(policy: string, index: number): void {
        this.#usedExemptions.set(policy, (this.#usedExemptions.get(policy) ?? new Set()).add(index));
    }

    /** Whether {@link useExemption} was called for it. */
    isExemptionUsed(policy: string, index: number): boolean {
        return this.#usedExemptions.get(policy)?.has(index) ?? false;
    }
}
