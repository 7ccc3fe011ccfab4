import type { KubernetesObject } from "../../harness/cluster";
import type { Answer, Edge, Request } from "../../harness/live/edge";
import { clientAddress } from "../../harness/live/edge";

/** What came of looking at a middleware's effect; `notShown` where nothing here can bring it about. */
export interface Effect {
    readonly faults: readonly string[];
    readonly notShown?: string;
}

/** Brings about what a middleware is for, on a route that has it. */
type Look = (edge: Edge, spec: KubernetesObject, request: Request) => Promise<Effect>;

const patience = 20_000;

const one = async (edge: Edge, request: Request): Promise<Answer> => (await edge.ask([request]))[0] as Answer;

const failed = (isRight: boolean, fault: string): Effect => ({ faults: isRight ? [] : [fault] });

const looks: Readonly<Record<string, Look>> = {
    async headers(edge, { customResponseHeaders = {} }, request) {
        const { headers = {}, error } = await one(edge, request);
        return { faults: Object.entries(customResponseHeaders).filter(([name, value]) => headers[name.toLowerCase()] !== value)
            .map(([name, value]) => `${name} is ${JSON.stringify(headers[name.toLowerCase()])} and should be ${value}${error ? `: ${error}` : ""}`) };
    },
    async redirectScheme(edge, _, request) {
        const { status, headers = {} } = await one(edge, { ...request, plain: true });
        return failed(status !== undefined && [301, 308].includes(status) && headers["location"] === `https://${request.host}${request.path}`,
            `plain HTTP is answered with ${status} and leads to ${headers["location"]}`);
    },
    async rateLimit(edge, { average, burst, period = "1s" }, request) {
        const [from, other] = [clientAddress(58), clientAddress(59)];
        const { admitted, refused, failed: broken, seconds } = await edge.flood({ ...request, from }, patience);
        const { status } = await one(edge, { ...request, from: other });
        const allowed = burst + average * seconds / (period === "1m" ? 60 : 1) + 1;
        return { faults: [
            ...refused === 0 ? [`refused none of ${admitted} requests in ${seconds} s`] : [],
            ...broken > 0 ? [`${broken} requests had no answer`] : [],
            ...admitted > allowed ? [`let ${admitted} requests of one client through in ${seconds} s, ${Math.floor(allowed)} are allowed`] : [],
            ...status === 429 ? ["refuses another client as well"] : [],
        ] };
    },
    async ipAllowList(edge, _, request) {
        const [inside, outside] = await edge.ask([request, { ...request, from: clientAddress(200) }]) as [Answer, Answer];
        return { faults: [
            ...inside.status === 403 || inside.error ? [`refuses an allowed address with ${inside.status ?? inside.error}`] : [],
            ...outside.status === 403 ? [] : [`answers another address with ${outside.status ?? outside.error}`],
        ] };
    },
    async stripPrefix(edge, { prefixes }, request) {
        const prefix = (prefixes as string[]).find(candidate => request.path.startsWith(candidate)) ?? "";
        const below = `/contract-of-prefixes/below`;
        const { body = "", status } = await one(edge, { ...request, path: `${prefix}${below}` });
        return failed(body.includes(below) && !body.includes(`${prefix}${below}`), `the service sees the path with ${prefix}: ${status} ${body.slice(0, 200)}`);
    },
    async basicAuth(edge, _, request) {
        const [without, wrong] = await edge.ask([request, { ...request, headers: { authorization: `Basic ${Buffer.from("somebody:else").toString("base64")}` } }]) as [Answer, Answer];
        return failed(without.status === 401 && wrong.status === 401, `without a password ${without.status ?? without.error}, with a wrong one ${wrong.status ?? wrong.error}`);
    },
    async buffering(edge, { maxRequestBodyBytes }, request) {
        const [small, large] = await edge.ask([1024, maxRequestBodyBytes + 1].map(bytes => ({ ...request, method: "POST", bytes }))) as [Answer, Answer];
        return failed(small.status !== 413 && small.error === undefined && large.status === 413,
            `a small body is answered with ${small.status ?? small.error}, one that is too large with ${large.status ?? large.error}`);
    },
    async compress(edge, { excludedContentTypes = [] }, request) {
        // Only answers of more than a kibibyte are worth it; contract-app says all that it was asked.
        const long = `${request.path.replace(/\/$/, "")}/long?${"q".repeat(1500)}`;
        const answer = await one(edge, { ...request, path: long, headers: { "accept-encoding": "br" } });
        const { headers = {} } = answer;
        const isEligible = headers["content-type"] === "application/json" && !(excludedContentTypes as string[]).includes("application/json");
        return isEligible || headers["content-encoding"] ? failed(headers["content-encoding"] === "br", `a long answer comes as ${JSON.stringify(headers)}`)
            : { faults: [], notShown: "its service gives no long answer" };
    },
    inFlightReq: async (_edge, { amount }) => ({ faults: [], notShown: `takes ${amount + 1} requests that wait` }),
    circuitBreaker: async () => ({ faults: [], notShown: "takes a service that fails" }),
};

/** Looks at the effect of a middleware by its specification. */
export async function effectOf(edge: Edge, spec: KubernetesObject, request: Request): Promise<Effect> {
    const [[kind, settings] = ["", {}]] = Object.entries(spec);
    const look = looks[kind];
    return look ? look(edge, settings as KubernetesObject, request) : { faults: [`nothing is known of the middleware ${kind}`] };
}
