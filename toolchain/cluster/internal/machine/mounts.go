package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// enter gives the node's mount namespace its own /proc, /run, /tmp and /var, and shows it its programs and its folder.
func enter(programs, folder string) error {
	// Held open, because what they are below may be covered in a moment.
	held := map[string]int{}
	for target, source := range map[string]string{programFolder: programs, nodeFolder: folder, "/var": filepath.Join(folder, variable)} {
		descriptor, err := unix.Open(source, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("%s: %w", source, err)
		}
		defer unix.Close(descriptor)
		held[target] = descriptor
	}
	// Nothing mounted here is seen outside, and what a pod is shown of it follows its changes.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("cannot separate the node's mounts: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, ""); err != nil {
		return err
	}
	for _, own := range []struct{ kind, target, options string }{
		{"proc", "/proc", ""}, {"tmpfs", "/run", "mode=755"}, {"tmpfs", "/tmp", "mode=1777"},
	} {
		if err := unix.Mount(own.kind, own.target, own.kind, unix.MS_NOSUID|unix.MS_NODEV, own.options); err != nil {
			return fmt.Errorf("cannot mount %s at %s: %w", own.kind, own.target, err)
		}
	}
	for _, target := range []string{programFolder, nodeFolder, "/var"} {
		if err := os.MkdirAll(target, 0o755); err != nil {
			return err
		}
		source := fmt.Sprintf("/proc/self/fd/%d", held[target])
		if err := unix.Mount(source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("cannot show %s: %w", target, err)
		}
	}
	return nil
}

// prepare makes the folders that the node's /var has as that of any machine.
func prepare(folder string) error {
	for _, path := range []string{"lib/kubelet", "log/pods", "log/containers", "tmp", "cache"} {
		if err := os.MkdirAll(filepath.Join(folder, variable, path), 0o755); err != nil {
			return err
		}
	}
	if err := os.Chmod(filepath.Join(folder, variable, "tmp"), 0o1777); err != nil {
		return err
	}
	err := os.Symlink("/run", filepath.Join(folder, variable, "run"))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.MkdirAll(filepath.Join(folder, logs), 0o755)
}

// write puts the configuration files into the node's folder.
func write(folder string, files map[string]string) error {
	for name, content := range files {
		path := filepath.Join(folder, configs, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}
