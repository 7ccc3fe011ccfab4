package controlplane

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// devicePatience is how long the kernel may take to write out and detach the volumes of a node that has ended.
const devicePatience = 30 * time.Second

// awaitDevices returns when no loop device has a file of the folder open any more: until then nobody else may mount it.
func awaitDevices(folder string) error {
	for deadline := time.Now().Add(devicePatience); ; time.Sleep(pollInterval) {
		device, err := deviceOf(folder)
		if device == "" || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s still holds a volume of %s; losetup --detach %s, and repeat the command", device, folder, device)
		}
	}
}

type file struct{ device, inode uint64 }

// deviceOf returns a loop device that has a file of the folder open. Files are compared by their numbers: a path in a node's own
// mount namespace says nothing outside of it.
func deviceOf(folder string) (string, error) {
	files := map[file]bool{}
	paths, err := filepath.Glob(filepath.Join(folder, "*.img"))
	if err != nil || len(paths) == 0 {
		return "", err
	}
	for _, path := range paths {
		var found unix.Stat_t
		if err := unix.Stat(path, &found); err == nil {
			files[file{found.Dev, found.Ino}] = true
		}
	}
	attached, err := filepath.Glob("/sys/block/loop*/loop")
	if err != nil {
		return "", err
	}
	for _, entry := range attached {
		device := filepath.Join("/dev", filepath.Base(filepath.Dir(entry)))
		status, err := loopStatus(device)
		if err == nil && files[file{status.Device, status.Inode}] {
			return device, nil
		}
	}
	return "", nil
}

func loopStatus(device string) (*unix.LoopInfo64, error) {
	opened, err := os.Open(device)
	if err != nil {
		return nil, err
	}
	status, err := unix.IoctlLoopGetStatus64(int(opened.Fd()))
	return status, errors.Join(err, opened.Close())
}
