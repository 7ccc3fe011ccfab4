import type * as pulumi from "@pulumi/pulumi";
import type { ContainerResources } from "../kit/resources";
import { withScratch } from "../kit/resources";
import type { Scope } from "../kit/scope";
import type { DataStorage, Volume } from "../kit/volumes";
import { scratch } from "../kit/volumes";
import { VolumeClaim } from "./volumeClaim";

/** Where a single pod keeps its data, and what follows for its workload. */
export interface DataFolder {
    readonly volume: Volume;
    /** Claims by name, for quotas; none for a folder that goes with the pod. */
    readonly storage: Readonly<Record<string, string>>;
    /** What must exist before the pod starts. */
    readonly after: readonly pulumi.Resource[];
}

/** Names of a {@link DataFolder}. */
export interface DataFolderNames {
    readonly claim: string;
    /** Name of the volume within the pod. @default name of the claim */
    readonly volume?: string;
}

/** A claimed volume, or a folder that goes with the pod. */
export function dataFolder(
    { claim: name, volume = name }: DataFolderNames, scope: Scope, storage: DataStorage, parent: pulumi.Resource,
): DataFolder {
    if ("ephemeral" in storage) {
        return { volume: scratch(volume, storage.ephemeral), storage: {}, after: [] };
    }
    const claim = new VolumeClaim(name, scope, { ...storage, volumeName: volume }, { parent });
    return { volume: claim.volume, storage: { [name]: storage.size }, after: [claim.claim] };
}

/** The same amounts with room on the node's disk for data that go with the pod. */
export function withData(amounts: ContainerResources, storage: DataStorage): ContainerResources {
    return "ephemeral" in storage ? withScratch(amounts, storage.ephemeral) : amounts;
}
