/** The function with its results remembered for as long as the objects live for which they were computed. */
export function remembered<T extends object, R>(compute: (of: T) => R): (of: T) => R {
    const results = new WeakMap<T, R>();
    return of => {
        if (!results.has(of)) {
            results.set(of, compute(of));
        }
        return results.get(of)!;
    };
}
