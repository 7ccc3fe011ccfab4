// Package process starts, recognises and stops the detached processes of one embedded cluster.
//
// A number alone never identifies a process: numbers are reused. A process counts as ours only when its start time, the
// boot it was started in and its command line all agree with what was recorded.
package process

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	procDirectory = "/proc"
	// startTimeField counts from the state letter, which follows the parenthesised name: proc_pid_stat(5), field 22.
	startTimeField = 19
)

// bootID changes with every boot, so that a record from before a reboot matches nothing.
func bootID() (string, error) {
	content, err := os.ReadFile(filepath.Join(procDirectory, "sys/kernel/random/boot_id"))
	if err != nil {
		return "", fmt.Errorf("the embedded cluster needs Linux with /proc mounted: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// startTime returns the clock tick a process started at, or false when it is gone or a zombie.
func startTime(pid int) (uint64, bool) {
	content, err := os.ReadFile(filepath.Join(procDirectory, strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0, false
	}
	return parseStartTime(content)
}

func parseStartTime(stat []byte) (uint64, bool) {
	// The name may itself contain spaces and parentheses, so the fields are counted from its last one.
	end := bytes.LastIndexByte(stat, ')')
	fields := strings.Fields(string(stat[end+1:]))
	if end < 0 || len(fields) <= startTimeField || fields[0] == "Z" || fields[0] == "X" {
		return 0, false
	}
	ticks, err := strconv.ParseUint(fields[startTimeField], 10, 64)
	return ticks, err == nil
}

// commandLine returns the arguments a process runs with; nil when it is gone.
func commandLine(pid int) []string {
	content, err := os.ReadFile(filepath.Join(procDirectory, strconv.Itoa(pid), "cmdline"))
	if err != nil || len(content) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(content), "\x00"), "\x00")
}

// find looks for a process that runs with exactly these arguments: the one left when its starter died before recording it.
func find(arguments []string) (int, bool) {
	entries, _ := os.ReadDir(procDirectory)
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err == nil && equal(commandLine(pid), arguments) {
			if _, alive := startTime(pid); alive {
				return pid, true
			}
		}
	}
	return 0, false
}
