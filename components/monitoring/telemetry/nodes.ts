import { series } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link nodeTelemetry}. */
export interface NodeTelemetryArgs {
    /** Scrape job of node-exporter. */
    readonly job: string;
    /** Share of a node's file system that is too much. @default 0.85 */
    readonly maximumDiskRatio?: number;
    /** Share of a node's memory that is too much. @default 0.9 */
    readonly maximumMemoryRatio?: number;
}

const cpu = "node_cpu_seconds_total";
const memoryTotal = "node_memory_MemTotal_bytes";
const memoryAvailable = "node_memory_MemAvailable_bytes";
const diskRead = "node_disk_read_bytes_total";
const diskWritten = "node_disk_written_bytes_total";
const received = "node_network_receive_bytes_total";
const sent = "node_network_transmit_bytes_total";
const size = "node_filesystem_size_bytes";
const available = "node_filesystem_avail_bytes";

/** The nodes as node-exporter sees them: CPU, memory, disks, network, file systems. */
export function nodeTelemetry({ job, maximumDiskRatio = 0.85, maximumMemoryRatio = 0.9 }: NodeTelemetryArgs): Telemetry {
    const of = (metric: string, labels: Record<string, string | RegExp> = {}): string => series(metric, { job, ...labels });
    const perNode = (selector: string): string => `sum by (node) (rate(${selector}[$__rate_interval]))`;
    const megabytes = (selector: string): string => `${perNode(selector)} / 1e6`;
    const disks = { device: /(sd|vd|xvd|nvme).*/ };
    const files = { fstype: /ext.|xfs|btrfs|zfs/ };
    return {
        name: "Nodes",
        alerts: [{
            name: "DiskSpaceLow",
            expr: `1 - ${of(available, files)} / ${of(size, files)} > ${maximumDiskRatio}`,
            for: "5m",
            severity: "critical",
            summary: "{{ $labels.mountpoint }} of node {{ $labels.node }} is {{ $value | humanizePercentage }} full",
            description: `More than ${maximumDiskRatio * 100} % of the file system are in use; a full node evicts pods and its volumes stop taking writes.`,
        }, {
            name: "NodeMemoryHigh",
            expr: `1 - ${of(memoryAvailable)} / ${of(memoryTotal)} > ${maximumMemoryRatio}`,
            for: "10m",
            severity: "warning",
            summary: "Node {{ $labels.node }} uses {{ $value | humanizePercentage }} of its memory",
            description: `For ten minutes more than ${maximumMemoryRatio * 100} % of the memory have been in use; the kernel will end processes soon.`,
        }],
        panels: [{
            title: "CPU Usage per node (%)",
            kind: "timeseries",
            unit: "percent",
            queries: [{
                expr: `100 * (1 - avg by (node) (rate(${of(cpu, { mode: "idle" })}[$__rate_interval])))`,
                legend: "{{node}}",
            }],
        }, {
            title: "Memory Usage per node (GB)",
            kind: "timeseries",
            unit: "decgbytes",
            queries: [{ expr: `(${of(memoryTotal)} - ${of(memoryAvailable)}) / 1e9`, legend: "{{node}}" }],
        }, {
            title: "Disk I/O read/write (MB/s)",
            kind: "timeseries",
            unit: "MBs",
            queries: [
                { expr: megabytes(of(diskRead, disks)), legend: "{{node}} read" },
                { expr: megabytes(of(diskWritten, disks)), legend: "{{node}} write" },
            ],
        }, {
            title: "Network Traffic in/out (MB/s)",
            kind: "timeseries",
            unit: "MBs",
            queries: [
                { expr: megabytes(of(received)), legend: "{{node}} in" },
                { expr: megabytes(of(sent)), legend: "{{node}} out" },
            ],
        }],
        metrics: [{
            from: job,
            names: [cpu, memoryTotal, memoryAvailable, diskRead, diskWritten, received, sent, size, available],
        }],
    };
}
