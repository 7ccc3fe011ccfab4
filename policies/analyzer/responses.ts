import type { EnforcementLevel, Severity } from "@pulumi/policy";
import {
    AnalyzeDiagnostic, AnalyzeResponse, AnalyzerInfo, ConfigureAnalyzerRequest, EnforcementLevel as Level, PolicyComplianceFramework,
    PolicyConfigSchema, PolicyInfo, PolicySeverity, PolicyType, RemediateResponse, Remediation as RemediationMessage,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Policy } from "../framework/policy";
import { settingsSchema } from "../framework/policy";
import type { Diagnostic, PolicyConfiguration, Remediation } from "./analyzer";

/** What is told of the pack as a whole. */
export interface PackDescription {
    readonly name: string;
    readonly displayName: string;
    readonly description: string;
    readonly version: string;
}

const levels: Readonly<Record<EnforcementLevel, Level>> = {
    advisory: Level.ADVISORY, mandatory: Level.MANDATORY, remediate: Level.REMEDIATE, disabled: Level.DISABLED,
};
const severities: Readonly<Record<Severity, PolicySeverity>> = {
    low: PolicySeverity.POLICY_SEVERITY_LOW, medium: PolicySeverity.POLICY_SEVERITY_MEDIUM,
    high: PolicySeverity.POLICY_SEVERITY_HIGH, critical: PolicySeverity.POLICY_SEVERITY_CRITICAL,
};

function struct(properties: object): Struct {
    return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

/** What the engine shows, validates and configures of a policy. */
function policyInfo({ rule, judgeResource, fill }: Policy): PolicyInfo {
    const framework = new PolicyComplianceFramework();
    framework.setName(rule.framework.name);
    framework.setVersion(rule.framework.version);
    framework.setReference(rule.framework.reference);
    framework.setSpecification(rule.framework.specification);
    const schema = new PolicyConfigSchema();
    schema.setProperties(struct(settingsSchema(rule)));
    const info = new PolicyInfo();
    info.setName(rule.id);
    info.setDescription(rule.description);
    info.setEnforcementlevel(levels[rule.enforcement]);
    info.setPolicyType(judgeResource ?? fill ? PolicyType.POLICY_TYPE_RESOURCE : PolicyType.POLICY_TYPE_STACK);
    info.setSeverity(severities[rule.severity]);
    info.setFramework(framework);
    info.setRemediationSteps(rule.fix);
    info.setUrl(rule.link);
    info.setConfigschema(schema);
    return info;
}

/** Writes what the engine asks for first. */
export function writeInfo(pack: PackDescription, policies: readonly Policy[]): Uint8Array {
    const info = new AnalyzerInfo();
    info.setName(pack.name);
    info.setDisplayname(pack.displayName);
    info.setDescription(pack.description);
    info.setVersion(pack.version);
    info.setSupportsconfig(true);
    info.setPoliciesList(policies.map(policyInfo));
    return info.serializeBinary();
}

/** Reads the configuration of each policy. */
export function readConfiguration(message: Uint8Array): Record<string, PolicyConfiguration> {
    const levelNames = Object.entries(levels) as [EnforcementLevel, Level][];
    const configurations: Record<string, PolicyConfiguration> = {};
    ConfigureAnalyzerRequest.deserializeBinary(message).getPolicyconfigMap().forEach((config, name) => {
        configurations[name] = {
            level: levelNames.find(([, level]) => level === config.getEnforcementlevel())?.[0],
            settings: config.getProperties()?.toJavaScript() ?? {},
        };
    });
    return configurations;
}

/** Writes what is wrong. */
export function writeDiagnostics(pack: PackDescription, diagnostics: readonly Diagnostic[]): Uint8Array {
    const response = new AnalyzeResponse();
    response.setDiagnosticsList(diagnostics.map(({ rule, level, message, urn }) => {
        const diagnostic = new AnalyzeDiagnostic();
        diagnostic.setPolicyname(rule.id);
        diagnostic.setPolicypackname(pack.name);
        diagnostic.setPolicypackversion(pack.version);
        diagnostic.setDescription(rule.description);
        diagnostic.setMessage(message);
        diagnostic.setEnforcementlevel(levels[level]);
        diagnostic.setSeverity(severities[rule.severity]);
        diagnostic.setUrn(urn);
        return diagnostic;
    }));
    return response.serializeBinary();
}

/** Writes what was changed. */
export function writeRemediations(pack: PackDescription, remediations: readonly Remediation[]): Uint8Array {
    const response = new RemediateResponse();
    response.setRemediationsList(remediations.map(({ rule, properties }) => {
        const remediation = new RemediationMessage();
        remediation.setPolicyname(rule.id);
        remediation.setPolicypackname(pack.name);
        remediation.setPolicypackversion(pack.version);
        remediation.setDescription(rule.description);
        remediation.setProperties(struct(properties));
        return remediation;
    }));
    return response.serializeBinary();
}
