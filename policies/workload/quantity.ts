const form = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;

/**
 * Whether a value is a quantity of the Kubernetes API above zero.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function isPositiveQuantity(value: unknown): boolean {
    const match = form.exec(String(value));
    return match !== null && Number(match[1]) > 0;
}
