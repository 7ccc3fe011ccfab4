// Usage: node programStart.mjs DIRECTORY STACK [RUNS] < CONFIG, the output of pulumi config --json. Prints the seconds that
// the Node.js process of a Pulumi program takes until its first registration arrives, when it is loaded and has built the
// arguments of its resources, and until its end; of each the fastest of RUNS; and how many resources it registered. The
// engine behind it answers every registration at once, so that what is measured is the program alone.
import { spawn } from "node:child_process";
import console from "node:console";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { clearTimeout, setTimeout } from "node:timers";
import { text } from "node:stream/consumers";

const [directory, stack, runs = "3"] = process.argv.slice(2);
const require = createRequire(join(directory, "package.json"));
const grpc = require("@grpc/grpc-js");
const empty = require("google-protobuf/google/protobuf/empty_pb.js");
const engine = { ...require("@pulumi/pulumi/proto/engine_grpc_pb.js"), ...require("@pulumi/pulumi/proto/engine_pb.js") };
const resource = { ...require("@pulumi/pulumi/proto/resource_grpc_pb.js"), ...require("@pulumi/pulumi/proto/resource_pb.js") };
const struct = require("google-protobuf/google/protobuf/struct_pb.js");
const { parse } = require("yaml");
const { nodeargs = "", typescript = true } = parse(readFileSync(join(directory, "Pulumi.yaml"), "utf8")).runtime.options;
const timeoutMilliseconds = 300_000;
const project = "platforms";

const config = Object.fromEntries(Object.entries(JSON.parse(await text(process.stdin))).map(([key, entry]) => [key, entry.value]));

let registered = 0;
let first;

/** Stands for whatever the random provider would generate; programs derive other values from it. */
const generated = Array.from({ length: 64 }, (_, index) => (index % 16).toString(16)).join("");

function registerResource({ request }, answer) {
    registered++;
    if (request.getType() !== "pulumi:pulumi:Stack") first ??= performance.now();
    if (request.getType().startsWith("random:")) {
        const value = new struct.Value();
        value.setStringValue(generated);
        for (const name of ["result", "hex", "b64Std", "b64Url"]) request.getObject().getFieldsMap().set(name, value);
    }
    const response = new resource.RegisterResourceResponse();
    response.setUrn(`urn:pulumi:${stack}::${project}::${request.getType()}::${request.getName()}`);
    response.setId(request.getCustom() ? request.getName() : "");
    response.setObject(request.getObject());
    answer(null, response);
}

const answers = {
    registerResource,
    getDeploymentInfo: (_, answer) => {
        const response = new resource.DeploymentInfo();
        response.setSupportedfeaturesList(Object.values(resource.ResourceMonitorFeature));
        answer(null, response);
    },
    invoke: (_, answer) => {
        const { responseType: Response } = resource.ResourceMonitorService.invoke;
        const response = new Response();
        response.setReturn(new struct.Struct());
        answer(null, response);
    },
    registerPackage: (_, answer) => {
        const response = new resource.RegisterPackageResponse();
        response.setRef("package");
        answer(null, response);
    },
    log: ({ request }, answer) => {
        if (request.getSeverity() >= engine.LogSeverity.ERROR) process.stderr.write(`${request.getMessage()}\n`);
        answer(null, new empty.Empty());
    },
};

/** Every method of a service: answered as above, or with nothing. */
function implementation(service) {
    return Object.fromEntries(Object.entries(service).map(([name, { responseType: Response }]) =>
        [name, answers[name] ?? ((_, answer) => answer(null, new Response()))]));
}

const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(resource.ResourceMonitorService, implementation(resource.ResourceMonitorService));
server.addService(engine.EngineService, implementation(engine.EngineService));
const port = await new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, chosen) => (error ? reject(error) : resolve(chosen))));

function run() {
    const address = `127.0.0.1:${port}`;
    const began = performance.now();
    const child = spawn(process.execPath, [
        ...nodeargs.split(" ").filter(Boolean), require.resolve("@pulumi/pulumi/cmd/run"), "--monitor", address, "--engine", address, "--organization", "organization",
        "--project", project, "--root-directory", directory, "--stack", stack, "--pwd", directory, "--parallel", "16", ".",
    ], {
        cwd: directory,
        stdio: ["ignore", "ignore", "inherit"],
        env: {
            ...process.env, PULUMI_CONFIG: JSON.stringify(config), PULUMI_CONFIG_SECRET_KEYS: "[]", PULUMI_NODEJS_TYPESCRIPT: String(typescript),
            // No engine stands above the program whose flags it could read.
            PULUMI_OPTION_DEBUG: "false",
        },
    });
    const limit = setTimeout(() => child.kill("SIGKILL"), timeoutMilliseconds);
    return new Promise((resolve, reject) => child.on("exit", (code) => {
        clearTimeout(limit);
        const ended = performance.now();
        if (code === 0) resolve([first ?? ended, ended].map(time => (time - began) / 1000));
        else reject(new Error(`the program in ${directory} ended with exit code ${code}, null when it took over five minutes`));
    }));
}

const times = [];
for (let index = 0; index < Number(runs); index++) {
    [registered, first] = [0, undefined];
    times.push(await run());
}
const fastest = position => Math.min(...times.map(time => time[position])).toFixed(2);
console.log(`${fastest(0)} ${fastest(1)} ${registered}`);
server.forceShutdown();
