/** One permission of an S3 policy. */
export interface PolicyStatement {
    readonly Effect: "Allow" | "Deny";
    /** Who, for a bucket's own policy; a user's policy leaves it out. */
    readonly Principal?: { readonly AWS: readonly string[] };
    readonly Action: readonly string[];
    /** Left out for actions on the server itself. */
    readonly Resource?: readonly string[];
}

/**
 * A policy as MinIO and S3 read it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface Policy {
    readonly Version: "2012-10-17";
    readonly Statement: readonly PolicyStatement[];
}

/** What a user may do with the objects of its buckets; `multipart` resumes and aborts uploads in parts, which `write` can begin and end. */
export type ObjectAction = "read" | "write" | "delete" | "multipart";

const objectActions: Readonly<Record<ObjectAction, readonly string[]>> = {
    read: ["s3:GetObject"],
    write: ["s3:PutObject"],
    delete: ["s3:DeleteObject"],
    multipart: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
};

const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
const objectsArn = (bucket: string): string => `arn:aws:s3:::${bucket}/*`;

/** A user's policy: sees its own buckets and acts on their objects, nothing else. */
export function userPolicy(buckets: readonly string[], actions: readonly ObjectAction[]): Policy {
    return {
        Version: "2012-10-17",
        Statement: [
            { Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: buckets.map(bucketArn) },
            { Effect: "Allow", Action: actions.flatMap(action => objectActions[action]), Resource: buckets.map(objectsArn) },
            // Every user may make further keys for itself, which would outlive the rotation of a stolen one.
            { Effect: "Deny", Action: ["admin:*"] },
        ],
    };
}

/** A bucket's policy that lets everybody fetch an object whose name they know; nobody may list them. */
export function publicReadPolicy(bucket: string): Policy {
    return {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: ["*"] }, Action: ["s3:GetObject"], Resource: [objectsArn(bucket)] }],
    };
}
