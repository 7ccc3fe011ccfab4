// What a push to AquaERP's sources asks for: images to build, and whether the cluster's description has changed.
const none = /^0+$/;
const clusterFolders = ["k8s/", "components/platforms/aquaerp/"];

/**
 * @param {string[]} paths changed files, from the repository's root
 * @returns {{ services: string[], infrastructure: boolean }} services by name, each once, in order
 */
function changedServices(paths) {
    const names = paths.flatMap(path => {
        const [top, name, ...rest] = path.split("/");
        return top === "frontend" ? ["frontend"] : top === "services" && rest.length > 0 ? [name] : [];
    });
    return { services: [...new Set(names)].sort(), infrastructure: paths.some(path => clusterFolders.some(folder => path.startsWith(folder))) };
}

/** Arguments of git that list the changed files; a branch's first push has nothing before it. */
function listing({ before, after }) {
    return none.test(before) ? ["ls-tree", "-r", "--name-only", after] : ["diff", "--name-only", before, after];
}

module.exports = { changedServices, listing };
