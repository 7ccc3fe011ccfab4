import { setTimeout } from "node:timers";
import { AwsClient } from "aws4fetch";

const bucket = "proof-writes";

/** S3: one object a write. */
export async function open({ host, port, user, password, patience }) {
    const client = new AwsClient({ accessKeyId: user, secretAccessKey: password, service: "s3", region: "us-east-1", retries: 0 });
    const ask = async (path, options = {}) => {
        const late = new Promise((_, reject) => void setTimeout(() => reject(new Error("no answer")), patience).unref());
        const answer = await Promise.race([late, client.fetch(`http://${host}:${port}/${bucket}${path}`, options)]);
        const text = await answer.text();
        if (!answer.ok && !/BucketAlreadyOwnedByYou/.test(text)) {
            throw new Error(`${answer.status} ${text.slice(0, 200)}`);
        }
        return text;
    };
    await ask("", { method: "PUT" });
    const names = async () => {
        const found = [];
        for (let after = ""; ;) {
            const page = await ask(`?list-type=2${after && `&start-after=${after}`}`);
            const keys = [...page.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key);
            found.push(...keys);
            if (!page.includes("<IsTruncated>true</IsTruncated>")) {
                return found;
            }
            after = keys.at(-1);
        }
    };
    return {
        write: n => ask(`/${n}`, { method: "PUT", body: String(n) }),
        read: async () => {
            const found = [];
            for (const name of await names()) {
                found.push(Number(await ask(`/${name}`)));
            }
            return found;
        },
        clear: async () => {
            for (const name of await names()) {
                await ask(`/${name}`, { method: "DELETE" });
            }
            await ask("", { method: "DELETE" });
        },
        close: () => undefined,
    };
}
