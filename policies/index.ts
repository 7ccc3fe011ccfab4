import { grpcServer, listen } from "./analyzer/grpc";
import { analyzerService } from "./analyzer/service";
import { description, policies } from "./pack";

const service = analyzerService(description, policies());

// The engine reads the port from here. Of an error it shows what Node.js makes of a promise that is refused.
void listen(grpcServer(service)).then(port => process.stdout.write(`${port}\n`));
