/** Connections kept free for the exporter, dumps, migrations and people. */
const reservedConnections = 20;

/** What the number of connections follows from. */
export interface ConnectionDemand {
    readonly replicas: { readonly backend: number };
    readonly fullReplicas: boolean;
    readonly postgres: { readonly poolSize: number };
}

/** Connections that some services need at a time when all of them are rolled out at once, one pod more each, and a reserve. */
export function leastConnections({ replicas, fullReplicas, postgres: { poolSize } }: ConnectionDemand, services: number): number {
    const pods = (fullReplicas ? Math.max(2, replicas.backend) : replicas.backend) + 1;
    return services * pods * poolSize + reservedConnections;
}
