import { PolicyPack } from "@pulumi/policy";
import type { Deserialization } from "./framework/deserialization";
import { readPropertiesOnce } from "./framework/deserialization";
import { policies } from "./pack";

// The module is left out of the SDK's types.
readPropertiesOnce(require("@pulumi/policy/deserialize") as Deserialization);

new PolicyPack("platforms-policies", {
    displayName: "Kubernetes Pod Security Standards and workload practice",
    description: "Says at preview what the API server will say at admission, and what reviewers say afterwards.",
    enforcementLevel: "mandatory",
    policies: policies(),
});
