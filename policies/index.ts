import { analyzerServer, listen } from "./analyzer/server";
import { policies } from "./pack";
import { version } from "./package.json";

const server = analyzerServer({
    name: "platforms-policies",
    displayName: "Kubernetes Pod Security Standards and workload practice",
    description: "Says at preview what the API server will say at admission, and what reviewers say afterwards.",
    version,
}, policies());

// The engine reads the port from here. Of an error it shows what Node.js makes of a promise that is refused.
void listen(server).then(port => process.stdout.write(`${port}\n`));
