import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The one provider of the stack: each would read the cluster's whole API description again. */
export function clusterProvider({ kubernetesContext }: { readonly kubernetesContext: string | undefined }): k8s.Provider {
    return new k8s.Provider("cluster", {
        ...(kubernetesContext !== undefined && { context: kubernetesContext }),
        // Otherwise a kubeconfig with another address, say after a restart, would replace every object.
        clusterIdentifier: `${pulumi.getProject()}-${pulumi.getStack()}`,
        // Changed content is updated in place and rolls its consumers; replacing would leave them without for a while.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
    });
}
