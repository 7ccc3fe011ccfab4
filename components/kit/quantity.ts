const decimal: Record<string, number> = { n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const binary: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };
const pattern = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])?$/;

/**
 * Tells whether a text is a Kubernetes quantity such as `250m`, `1.5` or `2Gi`.
 * Signs and exponents, which the API also takes, are refused: they hide typing errors in sizes.
 */
export function isQuantity(text: string): boolean {
    return pattern.test(text);
}

/**
 * The number a Kubernetes quantity stands for: cores for CPU, bytes for memory and storage.
 * @throws RangeError when the text is not a quantity
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): number {
    const match = pattern.exec(text);
    if (!match) {
        throw new RangeError(`"${text}" is not a Kubernetes quantity; allowed are numbers with a suffix, such as 250m, 1.5, 64Mi or 2Gi`);
    }
    const suffix = match[2] ?? "";
    return Number(match[1]) * (binary[suffix] ?? decimal[suffix] ?? 1);
}

/** CPU cores as millicores, rounded up: `1.25` becomes `1250m`. */
export function formatCpu(cores: number): string {
    return `${Math.ceil(Number((cores * 1000).toFixed(3)))}m`;
}

/** Bytes as mebibytes, rounded up: `1073741824` becomes `1024Mi`. */
export function formatBytes(bytes: number): string {
    return `${Math.ceil(bytes / 2 ** 20)}Mi`;
}
