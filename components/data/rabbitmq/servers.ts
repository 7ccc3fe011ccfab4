import { Workload } from "../../app/workload";
import { recommendedLabels } from "../../kit/labels";
import { templateVolume } from "../../kit/volumes";
import { GeneratedSecret } from "../../security/generatedSecret";
import { enabledPlugins, rabbitmqConfiguration, rabbitmqEnvironment, rabbitmqPorts } from "./configuration";
import { apartAndStrict } from "./contract";
import type { RabbitmqDefinitions } from "./definitionsSecret";
import { RabbitmqForm } from "./rabbitmq";
import { cookieContainer, definitionsPath, preStop, rabbitmqMounts, rabbitmqProbes, rabbitmqRunAs } from "./server";
import { rabbitmqTelemetry } from "./telemetry";

/**
 * RabbitMQ that needs no operator and no access to the API server. Objects: StatefulSet, Services, ConfigMap `<name>-config`,
 * and Secrets for the definitions, the Erlang cookie and each user.
 */
export class RabbitmqServers extends RabbitmqForm {
    protected override createNodes(definitions: RabbitmqDefinitions): Workload {
        const { resources, storage, limits, plugins, spread = apartAndStrict } = this.args;
        // Without a rotation: nodes with different cookies could not talk while they are replaced one by one.
        const cookie = new GeneratedSecret(`${this.objectName}-erlang-cookie`, this.scope,
            { values: {}, passwords: { cookie: { length: 40 } } }, { parent: this });
        const config = {
            name: `${this.objectName}-config`,
            files: {
                "rabbitmq.conf": rabbitmqConfiguration({
                    name: this.objectName, nodes: this.size, memoryLimit: resources.limits.memory, definitions: definitionsPath,
                    ...(limits && { limits }),
                }),
                "rabbitmq-env.conf": rabbitmqEnvironment(`${this.objectName}-headless`, this.scope.namespace),
                enabled_plugins: enabledPlugins(plugins),
            },
        };
        const labels = recommendedLabels({ platform: this.scope.platform, name: config.name, component: "messaging" });
        const configMap = this.createConfigMap(config, labels);
        const claim = { name: "data", ...storage };
        const several = this.size > 1;
        return new Workload(this.objectName, this.scope, {
            kind: "StatefulSet",
            component: "messaging",
            labels: { tier: "messaging" },
            replicas: this.size,
            initContainers: [cookieContainer(this.image, cookie.key("cookie"))],
            container: {
                name: "rabbitmq",
                image: this.image,
                ports: rabbitmqPorts,
                resources,
                probes: rabbitmqProbes,
                mounts: rabbitmqMounts(config, definitions.key, templateVolume(claim)),
                ...(several && { preStopCommand: preStop }),
            },
            service: {
                port: "amqp", number: rabbitmqPorts.amqp,
                further: { management: rabbitmqPorts.management, prometheus: rabbitmqPorts.prometheus },
            },
            metricsPort: "prometheus",
            ...(this.args.networkPolicyName && { networkPolicyName: this.args.networkPolicyName }),
            telemetry: [rabbitmqTelemetry({ namespace: this.scope.namespace, app: this.objectName, nodes: this.size })],
            claimTemplates: [claim],
            spread,
            terminationGraceSeconds: several ? 120 : 60,
            runAs: rabbitmqRunAs,
            after: [configMap, cookie.secret, definitions.secret],
        }, { parent: this });
    }
}
