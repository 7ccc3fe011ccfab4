import { MetricSource } from "../../kit/metricSource";
import type { LabelValue } from "../../kit/promql";
import type { AlertRule, Panel, Telemetry } from "../../kit/telemetry";

/** Arguments of {@link nodeTelemetry}. */
export interface NodeTelemetryArgs {
    /** Scrape job of node-exporter. */
    readonly job: string;
    /** Share of a node's file system that is too much. @default 0.85 */
    readonly maximumDiskRatio?: number;
    /** Share of a node's memory that is too much. @default 0.9 */
    readonly maximumMemoryRatio?: number;
}

type Of = (metric: string, labels?: Record<string, LabelValue>) => string;

const disks = { device: /(sd|vd|xvd|nvme).*/ };
const files = { fstype: /ext.|xfs|btrfs|zfs/ };
const devices = { device: /(eth|en|bond|wl).*/ };

/** The nodes as node-exporter sees them: processors, memory, disks, file systems, network, clock. */
export function nodeTelemetry(args: NodeTelemetryArgs): Telemetry {
    const source = new MetricSource(args.job, { job: args.job });
    const of: Of = (metric, labels) => source.of(metric, labels);
    const alerts = [...fileSystemAlerts(args, of), ...memoryAlerts(args, of), ...loadAlerts(of), ...networkAlerts(of), ...clockAlerts(of)];
    const panels = overviewPanels(of);
    const details = detailPanels(of);
    return { name: "Nodes", board: "system", alerts, panels, details, metrics: [source.required] };
}

function fileSystemAlerts({ maximumDiskRatio = 0.85 }: NodeTelemetryArgs, of: Of): AlertRule[] {
    const available = of("node_filesystem_avail_bytes", files);
    const full = `1 - ${available} / ${of("node_filesystem_size_bytes", files)}`;
    return [{
        name: "DiskSpaceLow",
        expr: `${full} > ${maximumDiskRatio}`,
        for: "5m",
        severity: "critical",
        summary: "{{ $labels.mountpoint }} of node {{ $labels.node }} is {{ $value | humanizePercentage }} full",
        description: `More than ${maximumDiskRatio * 100} % of the file system are in use; a full node evicts pods and its volumes stop taking writes.`,
    }, {
        name: "NodeDiskFullSoon",
        expr: `predict_linear(${available}[6h], 86400) < 0 and ${full} > 0.6`,
        for: "1h",
        severity: "warning",
        summary: "{{ $labels.mountpoint }} of node {{ $labels.node }} will be full within a day",
        description: "At the pace of the last six hours the file system has no room left in 24 hours: images, logs or a volume on the node grow.",
    }, {
        name: "NodeInodesLow",
        expr: `${of("node_filesystem_files_free", files)} / ${of("node_filesystem_files", files)} < 0.1`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.mountpoint }} of node {{ $labels.node }} has {{ $value | humanizePercentage }} of its inodes left",
        description: "For a quarter of an hour hardly a new file could be made, whatever room there is: many small files fill the table.",
    }, {
        name: "NodeFilesystemReadOnly",
        expr: `${of("node_filesystem_readonly", { ...files, mountpoint: /\/|\/var.*/ })} == 1`,
        for: "2m",
        severity: "critical",
        summary: "{{ $labels.mountpoint }} of node {{ $labels.node }} takes no writes",
        description: "For two minutes the file system has been read-only, as the kernel makes it after errors of the disk.",
    }, {
        name: "NodeDiskSaturated",
        expr: `rate(${of("node_disk_io_time_weighted_seconds_total", disks)}[5m]) > 10`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanize }} requests wait for {{ $labels.device }} of node {{ $labels.node }}",
        description: "For a quarter of an hour the disk has been asked for more than it can do: every store on the node is slow.",
    }];
}

function memoryAlerts({ maximumMemoryRatio = 0.9 }: NodeTelemetryArgs, of: Of): AlertRule[] {
    return [{
        name: "NodeMemoryHigh",
        expr: `1 - ${of("node_memory_MemAvailable_bytes")} / ${of("node_memory_MemTotal_bytes")} > ${maximumMemoryRatio}`,
        for: "10m",
        severity: "warning",
        summary: "Node {{ $labels.node }} uses {{ $value | humanizePercentage }} of its memory",
        description: `For ten minutes more than ${maximumMemoryRatio * 100} % of the memory have been in use; the kernel will end processes soon.`,
    }, {
        name: "NodeMemoryFaults",
        expr: `rate(${of("node_vmstat_pgmajfault")}[5m]) > 500`,
        for: "15m",
        severity: "warning",
        summary: "Node {{ $labels.node }} reads {{ $value | humanize }} pages a second back from disk",
        description: "For a quarter of an hour programs have waited for their own memory: there is too little for what runs on the node.",
    }, {
        name: "NodeOutOfMemory",
        expr: `increase(${of("node_vmstat_oom_kill")}[10m]) > 0`,
        for: "0m",
        severity: "warning",
        summary: "The kernel of node {{ $labels.node }} has ended {{ $value | humanize }} processes for want of memory",
        description: "In the last ten minutes the kernel has ended processes: containers at their limit, or the node as a whole.",
    }];
}

function loadAlerts(of: Of): AlertRule[] {
    const cores = `count by (node, instance) (${of("node_cpu_seconds_total", { mode: "idle" })})`;
    return [{
        name: "NodeCpuHigh",
        expr: `1 - avg by (node) (rate(${of("node_cpu_seconds_total", { mode: "idle" })}[5m])) > 0.9`,
        for: "30m",
        severity: "info",
        summary: "Node {{ $labels.node }} uses {{ $value | humanizePercentage }} of its processors",
        description: "For half an hour there have been no processors to spare; autoscalers find no room for more pods.",
    }, {
        name: "NodeLoadHigh",
        expr: `max by (node, instance) (${of("node_load5")}) / ${cores} > 3`,
        for: "15m",
        severity: "warning",
        summary: "Three or more tasks wait for each processor of node {{ $labels.node }}",
        description: "For a quarter of an hour far more tasks have wanted to run than the node has processors, or they wait for its disk.",
    }, {
        name: "NodeRestarted",
        expr: `time() - ${of("node_boot_time_seconds")} < 600`,
        for: "0m",
        severity: "info",
        summary: "Node {{ $labels.node }} started {{ $value | humanizeDuration }} ago",
        description: "The node has started within ten minutes; pods that were on it have moved or started anew.",
    }, {
        name: "NodeFileDescriptors",
        expr: `${of("node_filefd_allocated")} / ${of("node_filefd_maximum")} > 0.8`,
        for: "15m",
        severity: "warning",
        summary: "Node {{ $labels.node }} has {{ $value | humanizePercentage }} of its file descriptors open",
        description: "For a quarter of an hour the kernel's limit has been close; beyond it no program opens a file or a connection.",
    }, {
        name: "NodeExporterCollectorFailed",
        expr: `${of("node_scrape_collector_success", { collector: /cpu|meminfo|filesystem|diskstats|netdev|loadavg/ })} == 0`,
        for: "15m",
        severity: "warning",
        summary: "node-exporter on {{ $labels.node }} cannot read {{ $labels.collector }}",
        description: "For a quarter of an hour these numbers of the node have been missing: alerts that need them are blind.",
    }];
}

function networkAlerts(of: Of): AlertRule[] {
    const errors = (way: string): string =>
        `increase(${of(`node_network_${way}_errs_total`, devices)}[5m]) / increase(${of(`node_network_${way}_packets_total`, devices)}[5m]) > 0.01`;
    return [{
        name: "NodeNetworkErrors",
        expr: `${errors("receive")} or ${errors("transmit")}`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.device }} of node {{ $labels.node }} loses {{ $value | humanizePercentage }} of its packets",
        description: "For a quarter of an hour the network card has reported errors: cable, port, card or its driver.",
    }, {
        name: "NodeConnectionTableFull",
        expr: `${of("node_nf_conntrack_entries")} / ${of("node_nf_conntrack_entries_limit")} > 0.8`,
        for: "5m",
        severity: "warning",
        summary: "Node {{ $labels.node }} follows {{ $value | humanizePercentage }} of the connections it can",
        description: "For five minutes the kernel's table of connections has been nearly full; beyond it packets of new ones are dropped.",
    }];
}

function clockAlerts(of: Of): AlertRule[] {
    return [{
        name: "NodeClockSkew",
        expr: `abs(${of("node_timex_offset_seconds")}) > 0.05`,
        for: "10m",
        severity: "warning",
        summary: "The clock of node {{ $labels.node }} is off by {{ $value | humanizeDuration }}",
        description: "For ten minutes the clock has been wrong: signatures, tokens and certificates are judged by it.",
    }, {
        name: "NodeClockNotSynchronised",
        expr: `min_over_time(${of("node_timex_sync_status")}[5m]) == 0 and ${of("node_timex_maxerror_seconds")} >= 16`,
        for: "10m",
        severity: "warning",
        summary: "The clock of node {{ $labels.node }} follows no other",
        description: "For ten minutes no time service has set the clock; it drifts.",
    }];
}

function overviewPanels(of: Of): Panel[] {
    const perNode = (selector: string): string => `sum by (node) (rate(${selector}[$__rate_interval]))`;
    const megabytes = (selector: string): string => `${perNode(selector)} / 1e6`;
    return [{
        title: "CPU Usage per node (%)",
        kind: "timeseries",
        unit: "percent",
        queries: [{ expr: `100 * (1 - avg by (node) (rate(${of("node_cpu_seconds_total", { mode: "idle" })}[$__rate_interval])))`, legend: "{{node}}" }],
    }, {
        title: "Memory Usage per node (GB)",
        kind: "timeseries",
        unit: "decgbytes",
        queries: [{ expr: `(${of("node_memory_MemTotal_bytes")} - ${of("node_memory_MemAvailable_bytes")}) / 1e9`, legend: "{{node}}" }],
    }, {
        title: "Disk I/O read/write (MB/s)",
        kind: "timeseries",
        unit: "MBs",
        queries: [
            { expr: megabytes(of("node_disk_read_bytes_total", disks)), legend: "{{node}} read" },
            { expr: megabytes(of("node_disk_written_bytes_total", disks)), legend: "{{node}} write" },
        ],
    }, {
        title: "Network Traffic in/out (MB/s)",
        kind: "timeseries",
        unit: "MBs",
        queries: [
            { expr: megabytes(of("node_network_receive_bytes_total")), legend: "{{node}} in" },
            { expr: megabytes(of("node_network_transmit_bytes_total")), legend: "{{node}} out" },
        ],
    }];
}

function detailPanels(of: Of): Panel[] {
    return [{
        title: "File systems",
        kind: "timeseries",
        unit: "percentunit",
        queries: [{
            expr: `1 - ${of("node_filesystem_avail_bytes", files)} / ${of("node_filesystem_size_bytes", files)}`,
            legend: "{{node}} {{mountpoint}}",
        }],
        thresholds: [{ value: 0.85, color: "red" }],
    }, {
        title: "Load per processor",
        kind: "timeseries",
        unit: "short",
        queries: [{
            expr: `max by (node) (${of("node_load5")}) / count by (node) (${of("node_cpu_seconds_total", { mode: "idle" })})`,
            legend: "{{node}}",
        }],
    }, {
        title: "Connections that are followed",
        kind: "timeseries",
        unit: "none",
        queries: [{ expr: of("node_nf_conntrack_entries"), legend: "{{node}}" }],
    }];
}
