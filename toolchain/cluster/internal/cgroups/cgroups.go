// Package cgroups makes and removes the control groups of real nodes, in version 1 and 2 of the kernel's interface.
package cgroups

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Root is where the kernel's hierarchies are mounted.
const Root = "/sys/fs/cgroup"

// System is the group below a node's root that holds everything of the node but its pods: version 2 wants processes in
// groups without groups below them.
const System = "system"

// Hierarchy is the place of one machine's control groups.
type Hierarchy struct{ root string }

// Open describes the hierarchies below root.
func Open(root string) Hierarchy { return Hierarchy{root: root} }

// unified reports whether root is a hierarchy of version 2.
func (h Hierarchy) unified() bool {
	_, err := os.Stat(filepath.Join(h.root, "cgroup.controllers"))
	return err == nil
}

// controllers are those that a kubelet needs, by the names of their hierarchies in version 1.
var controllers = []string{"cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids"}

// mixed is the hierarchy of version 2 beside those of version 1. It controls nothing, but runtimes make groups in it all the same.
const mixed = "unified"

// trees are the roots of the hierarchies that control something: one in version 2, one for each set of controllers in version 1.
func (h Hierarchy) trees() ([]string, error) {
	if h.unified() {
		return []string{h.root}, nil
	}
	entries, err := os.ReadDir(h.root)
	if err != nil {
		return nil, err
	}
	var trees []string
	for _, entry := range entries {
		path := filepath.Join(h.root, entry.Name())
		// cpu,cpuacct is often one hierarchy with two links.
		info, err := os.Lstat(path)
		if err == nil && info.IsDir() && entry.Name() != mixed {
			if _, err := os.Stat(filepath.Join(path, "cgroup.procs")); err == nil {
				trees = append(trees, path)
			}
		}
	}
	return trees, nil
}

// Missing names the controllers that a kubelet needs and this machine does not offer.
func (h Hierarchy) Missing() []string {
	var missing []string
	if h.unified() {
		content, _ := os.ReadFile(filepath.Join(h.root, "cgroup.controllers"))
		for _, name := range []string{"cpu", "cpuset", "memory", "pids"} {
			if !slices.Contains(strings.Fields(string(content)), name) {
				missing = append(missing, name)
			}
		}
		return missing
	}
	for _, name := range controllers {
		if _, err := os.Stat(filepath.Join(h.root, name, "cgroup.procs")); err != nil {
			missing = append(missing, name)
		}
	}
	return missing
}

// Make creates group and group/System in every hierarchy, ready to take processes.
func (h Hierarchy) Make(group string) error {
	trees, err := h.trees()
	if err != nil {
		return err
	}
	for _, tree := range trees {
		path := tree
		for _, part := range append(strings.Split(strings.Trim(group, "/"), "/"), System) {
			if h.unified() {
				if err := delegate(path); err != nil {
					return err
				}
			}
			child := filepath.Join(path, part)
			if err := os.Mkdir(child, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
			if err := inherit(path, child); err != nil {
				return err
			}
			path = child
		}
	}
	return nil
}

// delegate lets the groups below path use what path itself may use.
func delegate(path string) error {
	offered, err := os.ReadFile(filepath.Join(path, "cgroup.controllers"))
	if err != nil {
		return err
	}
	for _, name := range strings.Fields(string(offered)) {
		// One at a time: a controller that refuses does not keep the others away.
		_ = os.WriteFile(filepath.Join(path, "cgroup.subtree_control"), []byte("+"+name), 0o644)
	}
	return nil
}

// inherit gives a new group of version 1 the processors and memory of its parent: without any it takes no process.
func inherit(parent, child string) error {
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		own, err := os.ReadFile(filepath.Join(child, file))
		if err != nil || len(bytes.TrimSpace(own)) > 0 {
			continue
		}
		content, err := os.ReadFile(filepath.Join(parent, file))
		if err != nil || len(bytes.TrimSpace(content)) == 0 {
			continue
		}
		if err := os.WriteFile(filepath.Join(child, file), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Enter moves a process into group/System of every hierarchy.
func (h Hierarchy) Enter(group string, pid int) error {
	trees, err := h.trees()
	if err != nil {
		return err
	}
	for _, tree := range trees {
		if err := os.WriteFile(filepath.Join(tree, group, System, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long the kernel may take to let go of processes that have been killed.
const patience = 20 * time.Second

// Remove kills what still runs in group and removes it with all groups below it.
func (h Hierarchy) Remove(group string) error {
	trees, err := h.trees()
	if err != nil {
		return err
	}
	var failures []error
	for _, tree := range append(trees, filepath.Join(h.root, mixed)) {
		failures = append(failures, remove(filepath.Join(tree, group)))
	}
	return errors.Join(failures...)
}

func remove(path string) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := removeOnce(path)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func removeOnce(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			if err := removeOnce(filepath.Join(path, entry.Name())); err != nil {
				return err
			}
		}
	}
	content, _ := os.ReadFile(filepath.Join(path, "cgroup.procs"))
	for _, line := range strings.Fields(string(content)) {
		// 0 stands for a process of another namespace: its node's first process has it.
		if pid, err := strconv.Atoi(line); err == nil && pid > 1 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	if err := syscall.Rmdir(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
