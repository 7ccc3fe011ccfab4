import { passwordSql } from "../../../components/data/postgres/roles";
import { initSql as mysqlInitSql } from "../../../components/data/mysql/configuration";
import { proxyConfiguration } from "../../../components/data/redis/sentinelProxy";
import { databaseSql as aquaerpSql } from "../../../components/platforms/aquaerp/databaseSql";
import { databaseSql as stormSql } from "../../../components/platforms/storm/databaseSql";
import { initSql, nginxConfiguration } from "../../../components/platforms/taskflow/content";
import type { Recording } from "../../harness/mocks";

const role = { role: "service", environment: "SERVICE_PASSWORD" };
const exporter = { role: "exporter", environment: "EXPORTER_PASSWORD" };

/** What the program makes of its files with placeholders, by the files that are in it. */
export function renderedFiles(recording: Recording): readonly { readonly paths: readonly string[]; readonly text: string }[] {
    const nginx = { listenPort: 8080, upstream: { host: "127.0.0.1", port: 5000 } };
    const proxy = { servers: [{ name: "redis-0", host: "127.0.0.1", port: 6379 }], port: 6379, metricsPort: 8404 };
    return [
        { paths: ["platforms/taskflow/content/nginx.conf"], text: nginxConfiguration({ ...nginx, exposeStress: true }) },
        {
            paths: ["platforms/taskflow/content/nginx.conf", "platforms/taskflow/content/refused.conf", "monitoring/exporters/nginxStatus.conf"],
            text: nginxConfiguration({ ...nginx, exposeStress: false, statusPort: 8081 }),
        },
        { paths: ["data/redis/proxy.cfg"], text: proxyConfiguration({ ...proxy, authentication: false, nameServer: "127.0.0.1:53" }) },
        { paths: ["data/redis/proxy.cfg", "data/redis/proxyLogin.cfg"], text: proxyConfiguration({ ...proxy, authentication: true }) },
        {
            paths: ["data/postgres/rolePassword.sql", "data/postgres/createRole.sql"],
            text: passwordSql({ ...role, memberOf: ["pg_monitor"] }),
        },
        {
            paths: ["platforms/taskflow/content/init.sql", "platforms/taskflow/content/seed.sql"],
            text: initSql({ seedRows: 10, exporter: { role: "exporter", password: "EXPORTER_PASSWORD" } }),
        },
        { paths: ["platforms/storm/database.sql"], text: stormSql({ database: "user_db", owner: "user_service", exporter: "exporter" }) },
        {
            paths: ["platforms/aquaerp/database.sql", "platforms/aquaerp/schema.sql"],
            text: aquaerpSql({ database: "aquaerp", owner: { role: "owner", environment: "OWNER_PASSWORD" }, exporter, schemas: { sales: role } }),
        },
        { paths: ["platforms/gauzian/roles.sql"], text: recording.object("ConfigMap", "postgres-roles").inputs.data["roles.sql"] as string },
        { paths: ["data/mysql/init.sql"], text: mysqlInitSql("orders_db", "orders_user") },
    ];
}

/** SQL without what psql makes of it: its own commands, and its variables, whose values it quotes. */
export function withoutPsql(text: string): string {
    return text.replace(/^\\.*\n/gm, "").replace(/ \\g(?:exec| \S+)$/gm, ";").replace(/:'\w+'/g, "'value'");
}
