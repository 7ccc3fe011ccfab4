import type { RabbitmqDefinitions } from "./definitionsSecret";
import { RabbitmqCluster } from "./cluster";
import { RabbitmqForm } from "./rabbitmq";
import { definitionsPath } from "./server";

/** RabbitMQ whose nodes the RabbitMQ Cluster Operator runs, which the cluster must have: a RabbitmqCluster in place of a StatefulSet. */
export class OperatedRabbitmq extends RabbitmqForm {
    protected override createNodes(definitions: RabbitmqDefinitions): RabbitmqCluster {
        return new RabbitmqCluster(this.objectName, this.scope, {
            ...this.args,
            image: this.image,
            nodes: this.size,
            definitions: { path: definitionsPath, secret: definitions.secret, secretName: definitions.objectName },
        }, { parent: this });
    }
}
