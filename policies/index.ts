import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack";

new PolicyPack("platforms-policies", {
    displayName: "Kubernetes Pod Security Standards and workload practice",
    description: "Says at preview what the API server will say at admission, and what reviewers say afterwards.",
    enforcementLevel: "mandatory",
    policies: policies(),
});
