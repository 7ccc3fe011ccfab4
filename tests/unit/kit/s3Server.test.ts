import assert from "node:assert/strict";
import { connectionOf } from "../../../components/kit/connection";
import { clientHost, credentialVariables, s3Server } from "../../../components/kit/s3Server";
import { SecretKey } from "../../../components/kit/secretKey";

const at = (endpoint: string): ReturnType<typeof s3Server> =>
    s3Server({ endpoint, secretName: "copies-s3", addresses: ["192.0.2.0/24"], alias: "copies" }, "gauzian");

describe("S3 server outside of the cluster", () => {
    it("is called as its alias says, in capitals where variables are", () => {
        assert.deepEqual(credentialVariables("copies"), { accessKey: "COPIES_ACCESS_KEY", secretKey: "COPIES_SECRET_KEY" });
        assert.deepEqual(clientHost("copies", "https:", "s3.example.com"),
            { MC_HOST_copies: "https://$(COPIES_ACCESS_KEY):$(COPIES_SECRET_KEY)@s3.example.com" });
    });

    it("hands its credentials over by reference, and its address", () => {
        const { COPIES_ACCESS_KEY: access, COPIES_SECRET_KEY: secret, ...others } = at("https://s3.example.com").environment;
        assert.deepEqual(access, new SecretKey("gauzian", "copies-s3", "access-key", "copies-s3"));
        assert.deepEqual(secret, new SecretKey("gauzian", "copies-s3", "secret-key", "copies-s3"));
        assert.deepEqual(others, { MC_HOST_copies: "https://$(COPIES_ACCESS_KEY):$(COPIES_SECRET_KEY)@s3.example.com" });
    });

    for (const [endpoint, port] of [["https://s3.example.com", 443], ["http://s3.example.com", 80], ["https://s3.example.com:9000", 9000]] as const) {
        it(`${endpoint} is reached at port ${port} of its addresses, and sets no variable by itself`, () => {
            const { target, variables } = connectionOf(at(endpoint).connection);
            assert.deepEqual(target.node, { type: "external", name: "s3.example.com", peers: [{ ipBlock: { cidr: "192.0.2.0/24" } }] });
            assert.deepEqual([target.ports, variables], [[{ number: port }], {}]);
        });
    }

    it("keeps a port in the client's address", () => assert.match(String(at("https://s3.example.com:9000").environment["MC_HOST_copies"]), /@s3\.example\.com:9000$/));
});
