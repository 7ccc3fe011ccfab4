import { PolicyPack } from "@pulumi/policy";
import type { Deserialization, StructClass } from "./framework/deserialization";
import { keepStructs, readPropertiesOnce } from "./framework/deserialization";
import { policies } from "./pack";

// The module is left out of the SDK's types.
readPropertiesOnce(require("@pulumi/policy/deserialize") as Deserialization);
keepStructs((require("google-protobuf/google/protobuf/struct_pb") as { Struct: StructClass }).Struct);

new PolicyPack("platforms-policies", {
    displayName: "Kubernetes Pod Security Standards and workload practice",
    description: "Says at preview what the API server will say at admission, and what reviewers say afterwards.",
    enforcementLevel: "mandatory",
    policies: policies(),
});
