import type * as pulumi from "@pulumi/pulumi";
import type { GraphNode, Port, WorkloadNode } from "./graph";
import { SecretKey } from "./secretKey";

/** Value of an environment variable: plain text, or a reference to a Secret's key. */
export type EnvironmentValue = string | SecretKey;

/** Environment variables of a container by name. */
export type Environment = Readonly<Record<string, EnvironmentValue>>;

/** What a provider knows of the consumer when it answers for one property. */
export interface ConsumerView {
    /** Host name of the provider as the consumer's namespace resolves it. */
    readonly host: string;
    /** Name of the variable that holds another property; `$(NAME)` in a value is expanded by the kubelet. */
    variable(property: string): string;
}

/** One thing a consumer may learn of a provider; a function when it depends on where the consumer runs. */
export type Property = EnvironmentValue | ((view: ConsumerView) => string);

/** Something a workload can name in `connectsTo`. */
export interface Connectable<Name extends string = string> {
    /** Its place in the dependency graph. */
    readonly node: GraphNode;
    /** Ports that a consumer must reach. */
    readonly ports: readonly Port[];
    /** All that a consumer may ask for. */
    readonly properties: Readonly<Record<Name, Property>>;
    /** Variables that a consumer gets when it asks for nothing special, by property. */
    readonly variables: Readonly<Partial<Record<NoInfer<Name>, string>>>;
    /** Resources that must be ready before a consumer starts. */
    readonly ready: readonly pulumi.Resource[];
}

/** A provider together with the variable names one consumer wants. */
export interface Connection {
    readonly target: Connectable;
    readonly variables: Readonly<Partial<Record<string, string>>>;
}

/** An entry of `connectsTo`. */
export type Dependency = Connectable | Connection;

/**
 * Connects under other variable names than the provider's own: `connect(postgres, { host: "DB_HOST", url: "DATABASE_URL" })`.
 * Properties left out are not handed to the consumer at all; `connect(api, {})` opens the way and sets no variable.
 */
export function connect<Name extends string>(target: Connectable<Name>, variables: Partial<Record<Name, string>>): Connection {
    return { target: target as Connectable, variables };
}

/** Reads an entry of `connectsTo`: a bare provider stands for a connection under its own variable names. */
export function connectionOf(dependency: Dependency): Connection {
    return "target" in dependency ? dependency : { target: dependency, variables: dependency.variables };
}

/** Host name of a provider for a consumer: short within a namespace, qualified across namespaces. */
export function hostFor(node: GraphNode, consumerNamespace: string): string {
    if (node.type === "external" || node.namespace === consumerNamespace) {
        return node.name;
    }
    return `${node.name}.${node.namespace}.svc`;
}

/**
 * Where a provider is reached and which Secrets hold its credentials, in plain values that a person reads.
 * @param views the provider as each of its users sees it
 */
export function accessOf(...views: readonly Connectable[]): Readonly<Record<string, string | readonly string[]>> {
    const [view] = views;
    if (view === undefined) {
        return {};
    }
    const { node, ports, properties: { port = String(ports[0]?.number) } } = view;
    const keys = views.flatMap(({ properties }) => Object.values(properties)).filter(value => value instanceof SecretKey);
    return {
        host: node.type === "workload" ? qualifiedHost(node) : node.name,
        ...(typeof port === "string" && { port }),
        ...(keys.length > 0 && { secrets: [...new Set(keys.map(({ secretName }) => secretName))] }),
    };
}

/** Fully qualified name of a workload's Service, for clients that do not know the cluster's search domains. */
export function qualifiedHost({ name, namespace }: WorkloadNode): string {
    return `${name}.${namespace}.svc.cluster.local`;
}

/**
 * The environment that follows from a consumer's connections.
 * @throws Error when a Secret of another namespace is asked for, or two connections set the same variable
 */
export function environmentOf(namespace: string, dependencies: readonly Dependency[]): Environment {
    const result: Record<string, EnvironmentValue> = {};
    for (const { target, variables } of dependencies.map(connectionOf)) {
        const view: ConsumerView = {
            host: hostFor(target.node, namespace),
            variable: property => variables[property] ?? target.variables[property] ?? property.toUpperCase(),
        };
        for (const [property, variable] of Object.entries(variables)) {
            if (variable === undefined) {
                continue;
            }
            const value = target.properties[property];
            if (value === undefined) {
                throw new Error(`${target.node.name} has no property "${property}"; it has ${Object.keys(target.properties).join(", ")}`);
            }
            if (variable in result) {
                throw new Error(`${target.node.name} sets ${variable}, which another connection sets too; rename it with connect()`);
            }
            if (value instanceof SecretKey && value.namespace !== namespace) {
                throw new Error(`Secret ${value.secretName} is in namespace ${value.namespace}; a workload in ${namespace} cannot refer to it`);
            }
            result[variable] = typeof value === "function" ? value(view) : value;
        }
    }
    return result;
}
