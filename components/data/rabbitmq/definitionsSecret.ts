import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { recommendedLabels } from "../../kit/labels";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { SecretKey } from "../../kit/secretKey";
import type { RabbitmqLogin, RabbitmqTopology } from "./definitions";
import { rabbitmqDefinitions } from "./definitions";

/** Arguments of {@link RabbitmqDefinitions}. */
export interface RabbitmqDefinitionsSecretArgs {
    readonly virtualHost: string;
    /** Users with their generated passwords. */
    readonly users: readonly (Omit<RabbitmqLogin, "password"> & { readonly password: pulumi.Output<string> })[];
    readonly topology?: RabbitmqTopology;
}

/** The Secret with the file that RabbitMQ loads at each start: it holds the hashes of passwords, so it is no ConfigMap. */
export class RabbitmqDefinitions extends ScopedComponent {
    /** The Secret, to wait for. */
    readonly secret: k8s.core.v1.Secret;
    /** Its file. */
    readonly key: SecretKey;

    constructor(
        name: string, scope: Scope, { users, ...args }: RabbitmqDefinitionsSecretArgs, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("data:RabbitmqDefinitions", name, scope, opts);
        const content = pulumi.secret(pulumi.all(users.map(({ password }) => password)).apply(passwords =>
            rabbitmqDefinitions({ ...args, users: users.map((user, index) => ({ ...user, password: passwords[index] as string })) })));
        this.secret = new k8s.core.v1.Secret(this.childName(name), {
            metadata: {
                name,
                namespace: scope.namespace,
                labels: recommendedLabels({ platform: scope.platform, name, component: "messaging" }),
            },
            stringData: { "definitions.json": content },
        }, this.childOptions());
        this.key = new SecretKey(scope.namespace, name, "definitions.json", pulumi.unsecret(content.apply(checksum)));
        this.registerOutputs();
    }
}
