import { chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { indexHtml, nginxConfiguration } from "../../../components/platforms/taskflow/content";
import { Daemon, HOST, freePort, program, temporaryFolder, unprivileged } from "./daemon";

/** nginx with the program's configuration and page. */
export interface Frontend {
    daemon: Daemon;
    url: string;
    stop(): Promise<void>;
}

/** Starts nginx as a non-root user in front of the API at `port`. */
export async function startFrontend(options: { upstreamPort: number; exposeStress?: boolean; statusPort?: number }): Promise<Frontend> {
    const { upstreamPort, exposeStress = false, statusPort } = options;
    const user = unprivileged("www-data");
    const folder = temporaryFolder("frontend", user);
    const listenPort = await freePort();
    for (const name of ["cache", "run", "html"]) {
        mkdirSync(join(folder, name));
        if (user) {
            chownSync(join(folder, name), user.uid, user.gid);
        }
    }
    writeFileSync(join(folder, "html/index.html"), indexHtml);
    const configuration = nginxConfiguration({
        listenPort, upstream: { host: HOST, port: upstreamPort }, exposeStress, ...(statusPort !== undefined && { statusPort }),
    });
    writeFileSync(join(folder, "nginx.conf"), moved(configuration, folder, listenPort));
    const url = `http://${HOST}:${listenPort}`;
    const daemon = await Daemon.start({
        name: "frontend",
        command: program("nginx", "nginx-light"),
        args: ["-e", "stderr", "-c", join(folder, "nginx.conf"), "-g", "daemon off;"],
        folder,
        user,
        ready: () => fetch(`${url}/health`),
    });
    return {
        daemon,
        url,
        stop: async () => {
            await daemon.stop();
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

/** The pod's volumes are folders of the test, and nginx listens on loopback only; nothing else changes. */
export function moved(configuration: string, folder: string, listenPort: number): string {
    const changes: [from: string, to: string][] = [
        ["/var/cache/nginx/", `${folder}/cache/`],
        ["/var/run/", `${folder}/run/`],
        ["/usr/share/nginx/html", `${folder}/html`],
        [`listen ${listenPort};`, `listen ${HOST}:${listenPort};`],
    ];
    return changes.reduce((text, [from, to]) => {
        if (!text.includes(from)) {
            throw new Error(`nginx.conf no longer contains "${from}"`);
        }
        return text.replaceAll(from, to);
    }, configuration);
}
