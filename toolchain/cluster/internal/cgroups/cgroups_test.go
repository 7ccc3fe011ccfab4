package cgroups

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func place(t *testing.T, root string, files map[string]string) Hierarchy {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Open(root)
}

func TestVersionOneMakesTheGroupInEveryHierarchyOnce(t *testing.T) {
	root := t.TempDir()
	h := place(t, root, map[string]string{"cpu,cpuacct/cgroup.procs": "", "memory/cgroup.procs": "", "unified/cgroup.procs": "", "other/file": ""})
	if err := os.Symlink("cpu,cpuacct", filepath.Join(root, "cpu")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.Make("/cluster/node"); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]bool{"cpu,cpuacct": true, "memory": true, "unified": false, "other": false} {
		_, err := os.Stat(filepath.Join(root, name, "cluster/node", System))
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVersionOneNamesTheControllersThatAreMissing(t *testing.T) {
	h := place(t, t.TempDir(), map[string]string{"cpu/cgroup.procs": "", "cpuacct/cgroup.procs": "", "memory/cgroup.procs": "", "devices/cgroup.procs": ""})
	if missing := strings.Join(h.Missing(), " "); missing != "cpuset freezer blkio pids" {
		t.Errorf("missing: %s", missing)
	}
}

func TestVersionTwoDelegatesControllersToTheNode(t *testing.T) {
	root := t.TempDir()
	h := place(t, root, map[string]string{"cgroup.controllers": "cpu memory", "cluster/cgroup.controllers": "cpu memory", "cluster/node/cgroup.controllers": "cpu memory"})
	if missing := strings.Join(h.Missing(), " "); missing != "cpuset pids" {
		t.Errorf("missing: %s", missing)
	}
	if err := h.Make("/cluster/node"); err != nil {
		t.Fatal(err)
	}
	for _, group := range []string{"", "cluster", "cluster/node"} {
		// A plain file keeps what was written last.
		if content, err := os.ReadFile(filepath.Join(root, group, "cgroup.subtree_control")); err != nil || string(content) != "+memory" {
			t.Errorf("%q: %q, %v", group, content, err)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "cluster/node", System, "cgroup.subtree_control")); err == nil {
		t.Error("the group of the processes itself delegates, and could take none")
	}
}

func TestRemovingTakesAllGroupsBelow(t *testing.T) {
	root := t.TempDir()
	h := place(t, root, map[string]string{"memory/cgroup.procs": "", "unified/cgroup.procs": ""})
	for _, hierarchy := range []string{"memory", "unified"} {
		if err := os.MkdirAll(filepath.Join(root, hierarchy, "cluster/node/kubepods/pod"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := h.Remove("/cluster"); err != nil {
			t.Fatal(err)
		}
	}
	for _, hierarchy := range []string{"memory", "unified"} {
		if _, err := os.Stat(filepath.Join(root, hierarchy, "cluster")); err == nil {
			t.Errorf("the group of %s is still there", hierarchy)
		}
	}
}
