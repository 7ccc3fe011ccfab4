import { grpcServer, listen } from "./analyzer/grpc";
import { analyzerService } from "./analyzer/service";
import { policies } from "./pack";
import { version } from "./package.json";

const service = analyzerService({
    name: "platforms-policies",
    displayName: "Kubernetes Pod Security Standards and workload practice",
    description: "Says at preview what the API server will say at admission, and what reviewers say afterwards.",
    version,
}, policies());

// The engine reads the port from here. Of an error it shows what Node.js makes of a promise that is refused.
void listen(grpcServer(service)).then(port => process.stdout.write(`${port}\n`));
