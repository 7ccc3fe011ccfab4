import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../components/kit/environment";
import { environmentNames } from "../../../components/kit/environment";
import type { Inputs, Registration } from "../mocks";
import type { RecordedProgram, StackValues } from "../program";
import { recordedOnce } from "../program";

export const stacks = environmentNames;

/** The document's services with their ports, written down once more: a test that read the program's own table could not fail. */
export const servicePorts: Readonly<Record<string, number>> = {
    "api-gateway": 8100, "auth-service": 8000, "products-service": 8001, "baskets-service": 8002, "orders-service": 8003,
    "addresses-service": 8004, "deliveries-service": 8005, "newsletters-service": 8006, "sav-service": 8007, "contacts-service": 8008,
    "questions-service": 8009, "websites-service": 8010, "messages-broker": 8011,
};

/** Everything that is deployed by default. */
export const names = Object.keys(servicePorts);

/** All but the gateway. */
export const microservices = names.filter(name => name !== "api-gateway");

/** Services with a database and a queue. */
export const domains = [
    "auth", "products", "baskets", "orders", "deliveries", "addresses", "websites", "sav", "contacts", "newsletters", "questions",
];

/** Services with Redis. */
export const cached = ["auth", "products", "baskets", "orders"];

/** The shop alone in one stack with some settings; every test of a process reads the same run. */
export function shop(stack: EnvironmentName, settings: StackValues = {}): Promise<RecordedProgram> {
    return recordedOnce(stack, { enabled: ["ecommerce"], ecommerce: settings });
}

/** Namespace of the services. */
export function application(stack: EnvironmentName): string {
    return `e-commerce-${stack}`;
}

/** Namespace of RabbitMQ and MinIO. */
export const messaging = "e-commerce-messaging";

/** Objects of a kind in one namespace, by name. */
export async function objects(
    stack: EnvironmentName, kind: string, settings: StackValues = {}, namespace = application(stack),
): Promise<Map<string, Registration>> {
    const { recording } = await shop(stack, settings);
    const found = recording.ofKind(kind).filter(({ inputs }) => inputs.metadata.namespace === namespace);
    return new Map(found.map(object => [object.inputs.metadata.name, object]));
}

/** The registration of one object; fails when there is none. */
export async function registered(
    stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}, namespace?: string,
): Promise<Registration> {
    const all = await objects(stack, kind, settings, namespace);
    const found = all.get(name);
    assert.ok(found, `${stack} has no ${kind} ${name}; it has ${[...all.keys()].join(", ")}`);
    return found;
}

/** Inputs of one object; fails when there is none. */
export async function object(
    stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}, namespace?: string,
): Promise<Inputs> {
    return (await registered(stack, kind, name, settings, namespace)).inputs;
}

/** The first container of a service. */
export async function container(stack: EnvironmentName, name: string, settings: StackValues = {}): Promise<Inputs> {
    return (await object(stack, "Deployment", name, settings)).spec.template.spec.containers[0];
}

/** Variables that come from Secrets, as `<secret>/<key>`. */
export function references({ env = [] }: Inputs): Record<string, string> {
    return Object.fromEntries(env.filter(({ valueFrom }: Inputs) => valueFrom)
        .map(({ name, valueFrom }: Inputs) => [name, `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`]));
}

/** All plain text of a stack's objects that are no Secrets. */
export async function openText(stack: EnvironmentName): Promise<string> {
    const { recording } = await shop(stack);
    return JSON.stringify(recording.objects.filter(({ type }) => !type.endsWith(":Secret")).map(({ inputs }) => inputs));
}
