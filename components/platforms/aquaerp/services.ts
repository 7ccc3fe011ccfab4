/** Services of the back end, the gateway first, and the page: the document's table of ports. */
export const servicePorts = {
    "api-gateway": 3000,
    "auth-service": 3001,
    "contrat-service": 3002,
    "facture-service": 3003,
    "intervention-service": 3004,
    "mailer-service": 3005,
    "operation-service": 3006,
    "workflow-service": 3007,
    "frontend": 8080,
} as const satisfies Readonly<Record<string, number>>;

/** Name of an application Deployment, of its Service and of its image. */
export type ServiceName = keyof typeof servicePorts;

/** Every application Deployment. */
export const serviceNames = Object.keys(servicePorts) as [ServiceName, ...ServiceName[]];

/** The seven services behind the gateway; each of them works with the database and answers over RabbitMQ. */
export const workerNames = serviceNames.filter(name => name !== "api-gateway" && name !== "frontend");

/** The services that exchange messages: all but the page. */
export const backendNames = serviceNames.filter(name => name !== "frontend");

/** Path that answers 200 when the service can work: the page itself where there is no other. */
export function healthPath(name: ServiceName): string {
    return name === "frontend" ? "/" : "/health";
}
