/** Settings of alerting with every receiver there is. */
export const everyReceiver = {
    email: {
        to: ["operators@example.com", "second@example.com"], from: "alerts@example.com", smarthost: "smtp.example.com:587", user: "alerts",
        addresses: ["192.0.2.25/32"],
    },
    slack: { channel: "#alerts" },
    webhook: { token: true, port: 8443, addresses: ["198.51.100.0/24"] },
    watchdog: {},
};
