import { alertmanagers } from "./alertmanager";
import { application, backup, readiness, restoreTest } from "./applications";
import { cloudNativePostgres } from "./cloudNativePostgres";
import { delivery } from "./delivery";
import { certificates, nginxServers, traefikEdge } from "./edge";
import { monitoring } from "./monitoring";
import { mysqlServers } from "./mysql";
import { containers, quotas, scaling, storage } from "./namespaces";
import { nats } from "./nats";
import { nodeConditions, nodes } from "./nodes";
import { objectStorage } from "./objectStorage";
import { aquaerp, ecommerce } from "./platforms";
import { postgres } from "./postgres";
import { rabbitmq } from "./rabbitmq";
import { redisCluster, redisSentinels, redisServers } from "./redis";
import { signals } from "./signals";
import type { ScenarioTable } from "./table";
import { controllers, pods } from "./workloads";

/** All tables, by what they are about. */
export const scenarioTables: Readonly<Record<string, ScenarioTable>> = {
    "PostgreSQL": postgres,
    "PostgreSQL under CloudNativePG": cloudNativePostgres,
    "MySQL": mysqlServers,
    "Redis": redisServers,
    "Redis Cluster": redisCluster,
    "Redis sentinels": redisSentinels,
    "RabbitMQ": rabbitmq,
    "NATS": nats,
    "MinIO": objectStorage,
    "applications and their promises": application,
    "promises without counted requests": readiness,
    "backups": backup,
    "restore tests": restoreTest,
    "logs and traces": signals,
    "pods": pods,
    "controllers": controllers,
    "autoscalers": scaling,
    "containers": containers,
    "volumes": storage,
    "quotas and budgets": quotas,
    "nodes": nodes,
    "conditions of nodes": nodeConditions,
    "Traefik": traefikEdge,
    "nginx": nginxServers,
    "Argo CD": delivery,
    "certificates": certificates,
    "Prometheus": monitoring,
    "Alertmanager": alertmanagers,
    "E-commerce": ecommerce,
    "AquaERP": aquaerp,
};
