import { nodeConditionTelemetry } from "../../../components/monitoring/rules/nodeConditions";
import { nodeTelemetry } from "../../../components/monitoring/rules/nodes";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const node = named('job="node-exporter",instance="10.0.0.1:9100",node="a"');
const root = 'device="/dev/sda1",fstype="ext4",mountpoint="/"';
const gauge = (name: string, value: number, more = ""): World => ({ [node(name, more)]: stays(value) });
const counter = (name: string, perMinute: number, more = ""): World => ({ [node(name, more)]: grows(perMinute) });
const space = (free: string): World => ({ [node("node_filesystem_avail_bytes", root)]: free, [node("node_filesystem_size_bytes", root)]: "1000x1000" });
const inodes = (free: number): World => ({ ...gauge("node_filesystem_files_free", free, root), ...gauge("node_filesystem_files", 100, root) });
const memory = (available: number): World => ({ ...gauge("node_memory_MemAvailable_bytes", available), ...gauge("node_memory_MemTotal_bytes", 100) });
const cpus = (idlePerMinute: number): World => ({
    ...counter("node_cpu_seconds_total", idlePerMinute, 'cpu="0",mode="idle"'), ...counter("node_cpu_seconds_total", idlePerMinute, 'cpu="1",mode="idle"'),
});
const packets = (faulty: number): World => ({
    ...counter("node_network_receive_errs_total", faulty, 'device="eth0"'), ...counter("node_network_receive_packets_total", 1000, 'device="eth0"'),
});
const connections = (count: number): World => ({ ...gauge("node_nf_conntrack_entries", count), ...gauge("node_nf_conntrack_entries_limit", 100) });
const up = (job: string, value: number, of = "a"): World => ({ [`up{job="${job}",instance="${job}-${of}",node="${of}"}`]: stays(value) });
const condition = (type: string, holds: number): World => Object.fromEntries([["true", holds], ["false", 1 - holds], ["unknown", 0]].map(([status, value]) =>
    [`kube_node_status_condition{job="kube-state-metrics",node="a",condition="${type}",status="${status}"}`, stays(Number(value))]));
const cordoned = (value: number): World => ({ 'kube_node_spec_unschedulable{job="kube-state-metrics",node="a"}': `${value}x900` });
const clock = (status: number, error: number): World => ({ ...gauge("node_timex_sync_status", status), ...gauge("node_timex_maxerror_seconds", error) });

/** Alerts of the nodes. */
export const nodes: ScenarioTable = {
    telemetry: [nodeTelemetry({ job: "node-exporter" })],
    scenarios: {
        DiskSpaceLow: { fires: { "90 % are used": space("100x60") }, at: ["4m", "6m"], silent: { "85 % are": space("150x60") } },
        NodeDiskFullSoon: {
            fires: { "it fills within hours": space("390-1x380") },
            at: ["50m", "3h"],
            silent: { "it stays at 70 %": space("300x1000"), "it fills and has most left": space("900-0.5x1000") },
        },
        NodeInodesLow: { fires: { "5 % are left": inodes(5) }, at: ["14m", "16m"], silent: { "20 % are left": inodes(20) } },
        NodeFilesystemReadOnly: { fires: { "it is": gauge("node_filesystem_readonly", 1, root) }, at: ["1m", "3m"], silent: { "it is not": gauge("node_filesystem_readonly", 0, root) } },
        NodeDiskSaturated: {
            fires: { "twenty wait": counter("node_disk_io_time_weighted_seconds_total", 1200, 'device="sda"') },
            at: ["14m", "20m"],
            silent: { "one waits": counter("node_disk_io_time_weighted_seconds_total", 60, 'device="sda"') },
        },
        NodeMemoryHigh: { fires: { "95 % are used": memory(5) }, at: ["9m", "11m"], silent: { "half is used": memory(50) } },
        NodeMemoryFaults: { fires: { "a thousand a second": counter("node_vmstat_pgmajfault", 60_000) }, at: ["14m", "20m"], silent: { "one a second": counter("node_vmstat_pgmajfault", 60) } },
        NodeOutOfMemory: { fires: { "one after five minutes": { [node("node_vmstat_oom_kill")]: "0x5 1x55" } }, at: ["5m", "7m"], silent: { "none since long": gauge("node_vmstat_oom_kill", 3) } },
        NodeCpuHigh: { fires: { "95 % are busy": cpus(3) }, at: ["29m", "34m"], silent: { "half is busy": cpus(30) } },
        NodeLoadHigh: { fires: { "eight tasks for two": { ...cpus(0), ...gauge("node_load5", 8) } }, at: ["14m", "16m"], silent: { "four tasks for two": { ...cpus(0), ...gauge("node_load5", 4) } } },
        NodeRestarted: {
            fires: { "a minute after its start": { [node("node_boot_time_seconds")]: "-86400x9 600x50" } },
            at: ["5m", "11m"],
            silent: { "it runs for a day": gauge("node_boot_time_seconds", -86_400) },
        },
        NodeFileDescriptors: {
            fires: { "90 of 100": { ...gauge("node_filefd_allocated", 90), ...gauge("node_filefd_maximum", 100) } },
            at: ["14m", "16m"],
            silent: { "half of them": { ...gauge("node_filefd_allocated", 50), ...gauge("node_filefd_maximum", 100) } },
        },
        NodeExporterCollectorFailed: {
            fires: { "no numbers of the memory": gauge("node_scrape_collector_success", 0, 'collector="meminfo"') },
            at: ["14m", "16m"],
            silent: { "all are read": gauge("node_scrape_collector_success", 1, 'collector="meminfo"'), "no card for it": gauge("node_scrape_collector_success", 0, 'collector="infiniband"') },
        },
        NodeNetworkErrors: { fires: { "one packet in fifty": packets(20) }, at: ["14m", "18m"], silent: { "one in a thousand": packets(1) } },
        NodeConnectionTableFull: { fires: { "90 of 100": connections(90) }, at: ["4m", "6m"], silent: { "half of them": connections(50) } },
        NodeClockSkew: { fires: { "a second late": gauge("node_timex_offset_seconds", -1) }, at: ["9m", "11m"], silent: { "a millisecond": gauge("node_timex_offset_seconds", 0.001) } },
        NodeClockNotSynchronised: { fires: { "nobody sets it": clock(0, 16) }, at: ["9m", "11m"], silent: { "it is set": clock(1, 0.1) } },
    },
};

/** Alerts of the nodes as the cluster sees them. */
export const nodeConditions: ScenarioTable = {
    telemetry: [nodeConditionTelemetry({ job: "node-exporter" })],
    scenarios: {
        NodeDown: {
            fires: { "neither of its agents answers": { ...up("node-exporter", 0), ...up("kubernetes-cadvisor", 0), ...up("kubernetes-cadvisor", 1, "b") } },
            at: ["2m", "4m"],
            silent: {
                "its kubelet answers": { ...up("node-exporter", 0), ...up("kubernetes-cadvisor", 1) },
                "another node's kubelet does not": { ...up("node-exporter", 0), ...up("kubernetes-cadvisor", 1), ...up("kubernetes-cadvisor", 0, "b") },
            },
        },
        NodeNotReady: {
            fires: {
                "it says so": condition("Ready", 0),
                "nobody hears of it": { 'kube_node_status_condition{node="a",condition="Ready",status="true"}': stays(0), 'kube_node_status_condition{node="a",condition="Ready",status="unknown"}': stays(1) },
            },
            at: ["4m", "6m"],
            silent: { "it is ready": condition("Ready", 1) },
        },
        NodeNetworkUnavailable: { fires: { "no network yet": condition("NetworkUnavailable", 1) }, at: ["4m", "6m"], silent: { "it is there": condition("NetworkUnavailable", 0) } },
        NodeUnderPressure: {
            fires: { "memory": condition("MemoryPressure", 1), "disk": condition("DiskPressure", 1) },
            at: ["1m", "3m"],
            silent: { "none": condition("DiskPressure", 0), "it is ready": condition("Ready", 1) },
        },
        NodeCordoned: { fires: { "since yesterday": cordoned(1) }, at: ["11h", "13h"], silent: { "it takes pods": cordoned(0) } },
    },
};
