import type { Exemption } from "./exemption";
import { exemptedNamespace, exemptionFor, matchesAny } from "./exemption";
import type { EngineResource, KubernetesObject } from "./kubernetesObject";
import { kubernetesObjects, nameOf, namespaceOf, stackOf } from "./kubernetesObject";
import type { CarriedPod } from "./podCarrier";
import { carriedPod } from "./podCarrier";

/**
 * What is known of the program that is being run. Resource policies see one resource at a time and stack policies see
 * outputs, to which the API server has added its defaults; so the inputs of every resource are remembered here.
 */
export class Program {
    readonly #objects = new Map<string, readonly KubernetesObject[]>();
    readonly #secrets = new Map<string, readonly KubernetesObject[]>();
    readonly #namespaces = new Map<string, KubernetesObject>();
    readonly #accounts = new Map<string, KubernetesObject>();
    readonly #exemptions = new Map<string, { readonly list: readonly Exemption[]; readonly used: Set<number> }>();

    /** Takes in a resource's inputs, which replace what was known of it. The first policy of the pack calls it. */
    observe(resource: EngineResource): void {
        const objects = kubernetesObjects(resource);
        this.#objects.set(resource.urn, objects);
        const secrets = objects.filter(({ kind, group }) => kind === "Secret" && group === "");
        if (secrets.length > 0) {
            this.#secrets.set(resource.urn, secrets);
        }
        for (const object of objects.filter(({ kind, group }) => kind === "Namespace" && group === "")) {
            const name = nameOf(object);
            if (name !== undefined) {
                this.#namespaces.set(`${object.provider} ${name}`, object);
            }
        }
        for (const object of objects.filter(({ kind, group }) => kind === "ServiceAccount" && group === "")) {
            this.#accounts.set(`${object.provider} ${namespaceOf(object)} ${nameOf(object)}`, object);
        }
    }

    /** The ServiceAccount of this name, in the namespace of an object beside it, that was declared so far. */
    accountOf(object: KubernetesObject, name: string): KubernetesObject | undefined {
        return this.#accounts.get(`${object.provider} ${namespaceOf(object)} ${name}`);
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

    /** Every object that was observed. */
    get objects(): KubernetesObject[] {
        return [...this.#objects.values()].flat();
    }

    /** Every Secret that was observed. */
    get secrets(): KubernetesObject[] {
        return [...this.#secrets.values()].flat();
    }

    /** Takes in the exemptions of a policy that is enforced, one for each namespace. */
    setExemptions(policy: string, exemptions: readonly Exemption[]): void {
        const list = exemptions.flatMap(exemption =>
            exemption.namespaces?.map(namespace => ({ ...exemption, namespaces: [namespace] })) ?? exemption);
        this.#exemptions.set(policy, { list, used: new Set() });
    }

    /** Whether an exemption of a policy covers an object, which then counts as used. */
    isExempt(policy: string, object: KubernetesObject): boolean {
        const { list, used } = this.#exemptions.get(policy)!;
        const exemption = exemptionFor(object, list);
        if (exemption) {
            used.add(list.indexOf(exemption));
        }
        return exemption !== undefined;
    }

    /**
     * Exemptions of enforced policies that let nothing pass. Those for other stacks, and for namespaces in which the program has
     * nothing, are not among them: one file may serve several programs, and a program that leaves parts of itself out.
     */
    get unusedExemptions(): [policy: string, exemption: Exemption][] {
        const [urn = ""] = this.#objects.keys();
        const stack = stackOf({ urn });
        const present = new Set(this.objects.map(exemptedNamespace));
        const applies = ({ stacks, namespaces }: Exemption): boolean =>
            matchesAny(stacks, stack) && (!namespaces || [...present].some(namespace => matchesAny(namespaces, namespace)));
        return [...this.#exemptions].flatMap(([policy, { list, used }]) =>
            list.flatMap((exemption, index): [string, Exemption][] => used.has(index) || !applies(exemption) ? [] : [[policy, exemption]]));
    }
}
