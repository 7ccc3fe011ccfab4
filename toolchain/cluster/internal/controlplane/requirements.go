package controlplane

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"toolchain/kube/internal/cgroups"
)

// capabilities are those that real nodes use, by their bits.
var capabilities = []struct {
	bit  int
	name string
}{
	{unix.CAP_CHOWN, "CAP_CHOWN"}, {unix.CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"}, {unix.CAP_FOWNER, "CAP_FOWNER"},
	{unix.CAP_KILL, "CAP_KILL"}, {unix.CAP_SETGID, "CAP_SETGID"}, {unix.CAP_SETUID, "CAP_SETUID"}, {unix.CAP_SETPCAP, "CAP_SETPCAP"},
	{unix.CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE"}, {unix.CAP_NET_ADMIN, "CAP_NET_ADMIN"}, {unix.CAP_NET_RAW, "CAP_NET_RAW"},
	{unix.CAP_SYS_CHROOT, "CAP_SYS_CHROOT"}, {unix.CAP_SYS_PTRACE, "CAP_SYS_PTRACE"}, {unix.CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
	{unix.CAP_MKNOD, "CAP_MKNOD"}, {unix.CAP_SETFCAP, "CAP_SETFCAP"},
}

// tools are programs of the machine that real nodes run, with the Debian packages that hold them.
var tools = []struct{ name, distribution string }{
	{"nft", "nftables"}, {"iptables", "iptables"}, {"ipset", "ipset"}, {"ip", "iproute2"},
	{"mount", "mount"}, {"losetup", "mount"}, {"findmnt", "util-linux"}, {"mkfs.xfs", "xfsprogs"}, {"xfs_growfs", "xfsprogs"},
}

// requirements lists what real nodes need of the machine and do not find.
func requirements() []string {
	if runtime.GOOS != "linux" {
		return []string{"Linux"}
	}
	var missing []string
	status, _ := os.ReadFile("/proc/self/status")
	missing = append(missing, missingCapabilities(string(status))...)
	for _, tool := range tools {
		if _, err := exec.LookPath(tool.name); err != nil {
			missing = append(missing, fmt.Sprintf("the program %s (Debian package %s)", tool.name, tool.distribution))
		}
	}
	hierarchy := cgroups.Open(cgroups.Root)
	for _, controller := range hierarchy.Missing() {
		missing = append(missing, fmt.Sprintf("the control group controller %s below %s", controller, cgroups.Root))
	}
	if err := unix.Access(cgroups.Root, unix.W_OK); err != nil {
		missing = append(missing, "leave to make control groups: "+cgroups.Root+" is read-only")
	}
	filesystems, _ := os.ReadFile("/proc/filesystems")
	for _, name := range []string{"overlay", "xfs"} {
		if !strings.Contains(string(filesystems), "\t"+name+"\n") {
			missing = append(missing, fmt.Sprintf("the file system %s in the kernel (modprobe %s)", name, name))
		}
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		missing = append(missing, "loop devices, for volumes (modprobe loop, /dev/loop-control)")
	}
	return missing
}

// missingCapabilities reads the effective set out of /proc/PID/status.
func missingCapabilities(status string) []string {
	_, rest, found := strings.Cut(status, "CapEff:")
	set, err := strconv.ParseUint(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]), 16, 64)
	if !found || err != nil {
		return []string{"/proc/self/status with the set of capabilities"}
	}
	var missing []string
	for _, capability := range capabilities {
		if set&(1<<capability.bit) == 0 {
			missing = append(missing, capability.name)
		}
	}
	return missing
}

func refusal(missing []string) error {
	remedy := "leave NODES=real away: simulated nodes need none of this"
	if os.Geteuid() != 0 {
		remedy = "run as root, or " + remedy
	}
	return fmt.Errorf("real nodes need what this machine does not give:\n  - %s\nremedy: %s (docs/real-nodes.md)", strings.Join(missing, "\n  - "), remedy)
}
