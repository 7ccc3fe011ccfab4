import type { Connectable, Environment } from "../../kit/connection";
import { SecretKey } from "../../kit/secretKey";
import { outside } from "../../kit/reach";
import type { AquaErpSettings } from "./settings";

/** The relay that takes the mailer's mails: the only thing outside the cluster that any service reaches. */
export function smtpRelay({ smtp }: AquaErpSettings["mailer"]): Connectable[] {
    return smtp === null
        ? []
        : [outside("smtp-relay", [smtp.cidr], smtp.port)];
}

/** Variables with the way to the relay; the password stays in the Secret that holds it already. */
export function smtpEnvironment({ smtp }: AquaErpSettings["mailer"], namespace: string): Environment {
    return smtp === null ? {} : {
        SMTP_HOST: smtp.host,
        SMTP_PORT: String(smtp.port),
        SMTP_USER: smtp.user,
        SMTP_FROM: smtp.from,
        SMTP_PASSWORD: new SecretKey(namespace, smtp.password.secretName, smtp.password.key, smtp.password.secretName),
    };
}
