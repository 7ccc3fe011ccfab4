import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { checksum } from "../kit/checksum";
import { recommendedLabels } from "../kit/labels";
import type { Scope } from "../kit/scope";
import { scopedName } from "../kit/scope";
import { ScopedComponent } from "../app/scopedComponent";
import { SecretKey } from "../kit/secretKey";

/** A password to generate. */
export interface PasswordSpec {
    /** Number of characters. */
    readonly length: number;
    /**
     * Letters and digits, which need no quoting in URLs, shells and configuration files; or hexadecimal digits, for keys.
     * @default "alphanumeric"
     */
    readonly alphabet?: "alphanumeric" | "hexadecimal";
    /** Counter of this password alone. @default the Secret's */
    readonly rotation?: number;
    /** Keeps the password before the last rotation under this key. @default it is not kept */
    readonly previousKey?: string;
}

/** Arguments of {@link GeneratedSecret}. */
export interface GeneratedSecretArgs<Plain extends string, Generated extends string, Derived extends string = never> {
    /** Values that are no secrets but belong to the same credentials, such as a user name. */
    readonly values: Readonly<Record<Plain, string>>;
    /** Passwords to generate, by key. */
    readonly passwords: Readonly<Record<Generated, PasswordSpec>>;
    /**
     * Keys made from the others, such as a URL with the password in it: `DATABASE_URL: keys => ...`.
     * For consumers that read such a key; others get a URL from their connection. @default none
     */
    readonly derived?: Readonly<Record<Derived, (keys: Readonly<Record<NoInfer<Plain | Generated>, string>>) => string>>;
    /** Counter: each step generates new passwords. @default 0 */
    readonly rotation?: number;
    /** Type of the Secret, where its consumer demands one. Changing it replaces the Secret. @default "Opaque" */
    readonly type?: string;
    /** Further labels, where its consumer looks for them. @default none */
    readonly labels?: Readonly<Record<string, string>>;
}

/** A Secret with the same content in another namespace. */
export interface SecretCopy<Key extends string> {
    /** The Secret, for its consumers to wait for. */
    readonly secret: k8s.core.v1.Secret;
    /** A reference to one of its keys. */
    key(key: Key): SecretKey;
}

/**
 * A Secret with generated passwords. Consumers get references to its keys; the values exist in the encrypted state only.
 *
 * A password with a `previousKey` alternates between two generated values, so that a rotation leaves the previous one at
 * hand: a database still knows only that one when the new Secret arrives.
 */
export class GeneratedSecret<
    Plain extends string = string, Generated extends string = string, Derived extends string = never,
> extends ScopedComponent {
    /** The Secret itself, for consumers to wait for. */
    readonly secret: k8s.core.v1.Secret;
    private readonly content: Readonly<Record<string, pulumi.Output<string>>>;
    private readonly digest: pulumi.Output<string>;
    private readonly passwords: Readonly<Record<string, pulumi.Output<string>>>;

    constructor(
        name: string, scope: Scope, private readonly args: GeneratedSecretArgs<Plain, Generated, Derived>,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("security:GeneratedSecret", name, scope, opts);
        this.passwords = this.generate(args);
        const content: Record<string, pulumi.Output<string>> = { ...this.passwords };
        for (const [key, value] of Object.entries<string>(args.values)) {
            content[key] = pulumi.output(value);
        }
        Object.assign(content, this.derive(content));
        this.content = content;
        this.digest = pulumi.unsecret(pulumi.all(content).apply(checksum));
        this.secret = new k8s.core.v1.Secret(this.childName(name), {
            metadata: {
                name,
                namespace: scope.namespace,
                labels: recommendedLabels({ platform: scope.platform, name, component: "credentials", ...(args.labels && { extra: args.labels }) }),
            },
            type: args.type ?? "Opaque",
            stringData: content,
        }, this.childOptions());
        this.registerOutputs({ keys: Object.keys(content) });
    }

    /** A reference to one of its keys. */
    key(key: Plain | Generated | Derived): SecretKey {
        return this.reference(key);
    }

    /**
     * A reference to the password before the last rotation.
     * @throws Error when that password is not kept
     */
    previousKey(key: Generated): SecretKey {
        const { previousKey } = this.args.passwords[key];
        if (previousKey === undefined) {
            throw new Error(`${this.objectName} keeps no previous ${key}; give its specification a previousKey`);
        }
        return this.reference(previousKey);
    }

    /** A generated password, for a stack output; it is marked as secret. */
    value(key: Generated): pulumi.Output<string> {
        return this.passwords[key] as pulumi.Output<string>;
    }

    /** The same Secret in another namespace, whose pods cannot refer to this one. */
    copyTo(scope: Scope): SecretCopy<Plain | Generated | Derived> {
        const { objectName: name, content } = this;
        const secret = new k8s.core.v1.Secret(scopedName(scope, name), {
            metadata: { name, namespace: scope.namespace, labels: recommendedLabels({ platform: scope.platform, name, component: "credentials" }) },
            type: this.args.type ?? "Opaque",
            stringData: content,
        }, { parent: this, dependsOn: [...scope.origin] });
        return { secret, key: key => this.reference(key, scope.namespace) };
    }

    private reference(key: string, namespace = this.scope.namespace): SecretKey {
        // The digest of 20 random characters or more tells nothing about them, and pods need it in the open to see a change.
        const digest = pulumi.unsecret(pulumi.output(this.content[key]).apply(checksum));
        return new SecretKey(namespace, this.objectName, key, digest, this.digest);
    }

    private derive(content: Readonly<Record<string, pulumi.Output<string>>>): Record<string, pulumi.Output<string>> {
        type Derivation = (keys: Readonly<Record<string, string>>) => string;
        const entries = Object.entries<Derivation>(this.args.derived ?? {});
        return Object.fromEntries(entries.map(([key, derivation]) => [key, pulumi.all(content).apply(derivation)]));
    }

    private generate(args: GeneratedSecretArgs<Plain, Generated, Derived>): Record<string, pulumi.Output<string>> {
        const result: Record<string, pulumi.Output<string>> = {};
        for (const [key, spec] of Object.entries<PasswordSpec>(args.passwords)) {
            const { previousKey, rotation = args.rotation ?? 0 } = spec;
            const text = (suffix: string, generation: number): pulumi.Output<string> => {
                const logicalName = `${this.childName(this.objectName)}-${key.toLowerCase().replace(/_/g, "-")}${suffix}`;
                return randomText(logicalName, spec, { generation: String(generation) }, { parent: this });
            };
            if (previousKey === undefined) {
                result[key] = text("", rotation);
                continue;
            }
            const slots = [text("-even", Math.floor(rotation / 2)), text("-odd", Math.ceil(rotation / 2))] as const;
            result[key] = rotation % 2 === 0 ? slots[0] : slots[1];
            result[previousKey] = rotation % 2 === 0 ? slots[1] : slots[0];
        }
        return result;
    }
}

function randomText(
    logicalName: string, { length, alphabet }: PasswordSpec, keepers: Record<string, string>, opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    return alphabet === "hexadecimal"
        ? new random.RandomBytes(logicalName, { length: length / 2, keepers }, opts).hex
        : new random.RandomPassword(logicalName, { length, special: false, keepers }, opts).result;
}
