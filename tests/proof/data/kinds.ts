import type { Live, LivePod } from "../../harness/live/live";
import type { Target } from "../../harness/live/writer";
import type { Store } from "./stores";

/** What a client needs beside host and port. */
type Asked = Omit<Target, "host" | "port">;

/** How a kind of store is found and asked. */
export interface Kind {
    /** Its program, as the table of images names it. */
    readonly program: string;
    /** What its clients ask. */
    readonly port: number;
    /** Credentials and whatever else its client needs. */
    target(store: Store): Promise<Asked>;
    /** Whether one of several servers is the one that all writes go to. @default what the client says of it, if anything */
    leads?(live: Live, store: Store, pod: LivePod): Promise<boolean>;
}

const one = (values: Readonly<Record<string, string>>, ...names: string[]): string | undefined =>
    names.map(name => values[name]).find(value => value !== undefined);

/** Every kind of store that the program has. */
export const kinds: readonly Kind[] = [
    {
        program: "PostgreSQL", port: 5432,
        target: async ({ variables }) => ({
            client: "postgres", user: variables["POSTGRES_USER"] as string, password: variables["POSTGRES_PASSWORD"] as string,
            database: variables["POSTGRES_DB"] as string,
        }),
    },
    {
        program: "MySQL", port: 3306,
        target: async ({ variables }) => ({
            client: "mysql", user: variables["MYSQL_USER"] ?? "root",
            password: one(variables, "MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD") as string, database: variables["MYSQL_DATABASE"] as string,
        }),
    },
    {
        program: "Redis", port: 6379,
        target: async ({ variables, arguments_ }: Store): Promise<Asked> => {
            const password = one(variables, "REDIS_PASSWORD");
            return { client: "redis", cluster: arguments_.includes("cluster-enabled"), ...(password !== undefined && { password }) };
        },
        async leads(live: Live, { container }: Store, { namespace, name }: LivePod): Promise<boolean> {
            const { stdout } = await live.cluster.kubectl("exec", "--namespace", namespace, name, "--container", container["name"], "--",
                "sh", "-c", "REDISCLI_AUTH=${REDIS_PASSWORD:-} redis-cli role");
            return stdout.startsWith("master");
        },
    },
    {
        program: "nats-server", port: 4222,
        target: async ({ pods, secretWith }: Store): Promise<Asked> => {
            const users = await secretWith("NATS_USER", "NATS_PASSWORD");
            const credentials = users && { user: users["NATS_USER"] as string, password: users["NATS_PASSWORD"] as string };
            return { client: "nats", replicas: pods.length, ...credentials };
        },
    },
    {
        program: "RabbitMQ", port: 5672,
        target: async ({ pods, secretWith }: Store): Promise<Asked> => {
            const user = await secretWith("username", "password", "url");
            const vhost = decodeURIComponent(new URL(user?.["url"] ?? "amqp://nobody/").pathname.slice(1)) || "/";
            return {
                client: "rabbitmq", replicas: pods.length, vhost, user: user?.["username"] as string, password: user?.["password"] as string,
            };
        },
    },
    {
        program: "MinIO", port: 9000,
        target: async ({ variables }) => ({
            client: "s3", user: variables["MINIO_ROOT_USER"] as string, password: variables["MINIO_ROOT_PASSWORD"] as string,
        }),
    },
];
