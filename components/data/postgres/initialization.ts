import type { TaskArgs } from "../../app/task";
import type { Connectable, Environment } from "../../kit/connection";
import { connect } from "../../kit/connection";
import { resources } from "../../kit/resources";
import type { ConfigFiles, Mount } from "../../kit/volumes";
import { configVolume, scratch } from "../../kit/volumes";
import type { PostgresProperty } from "./contract";
import { postgresVariables } from "./contract";
import { initDatabaseScript } from "./initializationScript";

/** SQL that creates schema and roles, run on an empty volume and again by a Job on every later change. */
export interface PostgresInitialization {
    /** ConfigMap with the SQL; the image runs its files in alphabetical order. */
    readonly config: ConfigFiles;
    /** Name of the Job. */
    readonly jobName: string;
    /** The SQL of the ConfigMap that the Job runs. @default "init.sql" */
    readonly file?: string;
    /** Further passwords that the SQL sets, by variable. @default none */
    readonly passwords?: Environment;
}

/** User of the Alpine image. */
export const postgresUser = { user: 70 };

/** Where the image looks for SQL to run on an empty volume. */
const initializationFolder = "/docker-entrypoint-initdb.d";

/** The SQL files where the image looks for them. */
export function initializationMount({ config }: PostgresInitialization): Mount {
    return { volume: configVolume("init-script", config), path: initializationFolder, readOnly: true };
}

/** What {@link initializationTask} runs against. */
export interface InitializationTaskOptions {
    readonly initialization: PostgresInitialization;
    /** Image with psql. */
    readonly image: string;
    /** The database, ready except for its schema. */
    readonly database: Connectable<PostgresProperty>;
    /** Passwords that the script logs in with or sets. */
    readonly passwords: Environment;
}

/** A Job that waits for the database and runs the SQL. */
export function initializationTask({ initialization, image, database, passwords }: InitializationTaskOptions): TaskArgs {
    const { host, port, database: name, user } = postgresVariables;
    return {
        component: "database-initialization",
        connectsTo: [connect(database, { host, port, database: name, user })],
        container: {
            name: "psql",
            image,
            command: ["sh", "-c", initDatabaseScript],
            environment: {
                ...passwords, ...initialization.passwords,
                ...(initialization.file !== undefined && { INIT_FILE: `${initializationFolder}/${initialization.file}` }),
            },
            resources: resources("50m/64Mi", "250m/128Mi", "32Mi"),
            mounts: [initializationMount(initialization), { volume: scratch("tmp", "16Mi"), path: "/tmp" }],
        },
        deadlineSeconds: 300,
        runAs: postgresUser,
    };
}
