import { fillIn } from "../../kit/textFile";
import init from "./init.sql";

/** What differs from one server to another. */
export interface MysqlSettings {
    /** Memory that caches tables and indexes, as MySQL writes it. @default "128M" */
    readonly bufferPool?: string;
    /** Statistics that the exporter reads; they take up to 100 MB. @default true */
    readonly performanceSchema?: boolean;
    /** Keeps changes for seven days, for recovery to a point in time and for replicas. @default true */
    readonly binaryLog?: boolean;
    /** Writes down statements that take a second or more. @default true */
    readonly slowQueryLog?: boolean;
    /** Most connections at a time. @default 151 */
    readonly maximumConnections?: number;
}

/** Seconds that changes stay in the binary log. */
const binaryLogSeconds = 7 * 24 * 3600;

/**
 * Options of MySQL 8.4 for `/etc/mysql/conf.d`. There is no default authentication plugin among them: 8.4 has removed
 * that option, and its accounts use caching_sha2_password by themselves.
 * @see https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html
 */
export function mysqlConfiguration(settings: MysqlSettings = {}): string {
    const { bufferPool = "128M", performanceSchema = true, binaryLog = true, slowQueryLog = true, maximumConnections = 151 } = settings;
    return [
        "[mysqld]",
        "character-set-server=utf8mb4",
        "collation-server=utf8mb4_unicode_ci",
        "local_infile=OFF",
        // A second protocol on port 33060 that nobody here speaks.
        "mysqlx=OFF",
        // Names of clients are never looked up, and accounts are for any address: NetworkPolicies decide who gets here.
        "skip_name_resolve=ON",
        `innodb_buffer_pool_size=${bufferPool}`,
        `max_connections=${maximumConnections}`,
        `performance_schema=${performanceSchema ? "ON" : "OFF"}`,
        ...(binaryLog
            ? ["server-id=1", "log_bin=binlog", `binlog_expire_logs_seconds=${binaryLogSeconds}`]
            : ["skip-log-bin"]),
        ...(slowQueryLog ? ["slow_query_log=ON", "long_query_time=1", "slow_query_log_file=/var/lib/mysql/slow.log"] : []),
        "",
    ].join("\n");
}

/** A name as MySQL quotes it. */
function identifier(name: string): string {
    return `\`${name.replace(/`/g, "``")}\``;
}

/** A database in a GRANT, where _ and % would stand for other characters. */
function granted(database: string): string {
    return identifier(database.replace(/[_%]/g, "\\$&"));
}

/** The database of one application and the rights of its user, for the first start; safe to repeat. */
export function initSql(database: string, user: string): string {
    return fillIn(init, { database: identifier(database), grantedDatabase: granted(database), user });
}

/** An account besides the application's. */
export interface MysqlAccount {
    readonly user: string;
    readonly password: string;
    /** Privileges, such as `PROCESS`, by what they are for, such as `*.*`. */
    readonly grants?: Readonly<Record<string, readonly string[]>>;
    /** @default as many as the server allows */
    readonly maximumConnections?: number;
}

/** What {@link accountsSql} is made from. */
export interface MysqlAccounts {
    readonly database: string;
    readonly root: { readonly password: string };
    readonly application: { readonly user: string; readonly password: string };
    readonly others: readonly MysqlAccount[];
}

/**
 * Accounts and their current passwords. Runs on an empty volume and, as the server's init file, at each later start:
 * that is how a new password arrives. One statement a line, as an init file needs it; the passwords are letters and digits.
 */
export function accountsSql({ database, root, application, others }: MysqlAccounts): string {
    const account = (user: string, host = "%"): string => `'${user}'@'${host}'`;
    return [
        // What concerns this server only is nothing for replicas or for recovery.
        "SET SESSION sql_log_bin=0;",
        `ALTER USER ${account("root", "localhost")} IDENTIFIED BY '${root.password}';`,
        `CREATE USER IF NOT EXISTS ${account(application.user)};`,
        `ALTER USER ${account(application.user)} IDENTIFIED BY '${application.password}';`,
        `GRANT ALL PRIVILEGES ON ${granted(database)}.* TO ${account(application.user)};`,
        ...others.flatMap(({ user, password, grants = {}, maximumConnections = 0 }) => [
            `CREATE USER IF NOT EXISTS ${account(user)};`,
            `ALTER USER ${account(user)} IDENTIFIED BY '${password}' WITH MAX_USER_CONNECTIONS ${maximumConnections};`,
            ...Object.entries(grants).map(([what, privileges]) => `GRANT ${privileges.join(", ")} ON ${what} TO ${account(user)};`),
        ]),
        "",
    ].join("\n");
}

/** Least rights of mysqld_exporter. @see https://github.com/prometheus/mysqld_exporter#required-grants */
export const exporterGrants: NonNullable<MysqlAccount["grants"]> = {
    "*.*": ["PROCESS", "REPLICATION CLIENT"], "performance_schema.*": ["SELECT"],
};

/**
 * What a dump needs to read of one database; and of the binary log, to write down at which place of it the dump was made.
 * @see https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html#option_mysqldump_source-data
 */
export function dumpGrants(database: string, binaryLog: boolean): NonNullable<MysqlAccount["grants"]> {
    return {
        ...(binaryLog && { "*.*": ["RELOAD", "REPLICATION CLIENT"] }),
        [`${granted(database)}.*`]: ["SELECT", "SHOW VIEW", "TRIGGER", "EVENT"],
    };
}

/** Options file for the clients, which take passwords neither from their command line nor from the environment this way. */
export function clientOptions({ user, password, database }: { user: string; password: string; database?: string }): string {
    return [
        "[client]",
        "protocol=tcp",
        "host=127.0.0.1",
        "port=3306",
        `user=${user}`,
        `password=${password}`,
        ...(database === undefined ? [] : ["[mysql]", `database=${database}`]),
        "",
    ].join("\n");
}
