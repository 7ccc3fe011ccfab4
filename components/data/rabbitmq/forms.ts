import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../kit/scope";
import type { Rabbitmq, RabbitmqArgs } from "./contract";
import { OperatedRabbitmq } from "./operated";
import { RabbitmqServers } from "./servers";

/** Forms of RabbitMQ: `own` needs nothing of the cluster, `operator` leaves the nodes to the RabbitMQ Cluster Operator. */
export const rabbitmqForms = { own: RabbitmqServers, operator: OperatedRabbitmq };

/** RabbitMQ in one of its forms: both are asked for the same, and leave nothing of it out. */
export interface RabbitmqFormArgs extends RabbitmqArgs {
    readonly form: keyof typeof rabbitmqForms;
}

/**
 * RabbitMQ in the form that its arguments name.
 * @throws RangeError when the number of nodes is even, or the volume too small for the limit of free disk
 */
export function createRabbitmq(
    name: string, scope: Scope, { form, ...args }: RabbitmqFormArgs, opts?: pulumi.ComponentResourceOptions,
): Rabbitmq {
    return new rabbitmqForms[form](name, scope, args, opts);
}
