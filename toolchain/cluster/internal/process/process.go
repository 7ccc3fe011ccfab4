package process

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"toolchain/kube/internal/namespace"
)

// Process is one detached program of a cluster, remembered in a file between runs.
type Process struct {
	// Name is what the process is called, and the first word of its command line unless Program is.
	Name string
	// Directory holds NAME.pid and NAME.log.
	Directory string
	// Program is the first word of the command line of one of several processes of the same program.
	Program string
	// Attributes are what the process gets apart from a session of its own.
	Attributes syscall.SysProcAttr
	// Network is the path of the network namespace to start in, or empty for the one of this program.
	Network string
	// Patience is how long the process may take to end by itself, when that is more than usual.
	Patience time.Duration
}

// record is the content of a pid file.
type record struct {
	PID       int      `json:"pid"`
	StartTime uint64   `json:"startTime"`
	Boot      string   `json:"boot"`
	Binary    string   `json:"binary"`
	Arguments []string `json:"arguments"`
}

func equal(one, other []string) bool { return slices.Equal(one, other) }

func (p Process) recordPath() string { return filepath.Join(p.Directory, p.Name+".pid") }

// LogPath is the file that receives what the process prints.
func (p Process) LogPath() string { return filepath.Join(p.Directory, p.Name+".log") }

// load returns nil when nothing usable is recorded: a damaged file proves nothing about any process.
func (p Process) load() *record {
	content, err := os.ReadFile(p.recordPath())
	if err != nil {
		return nil
	}
	var saved record
	if json.Unmarshal(content, &saved) != nil || saved.PID <= 1 {
		return nil
	}
	return &saved
}

// running returns the record of the live process, or nil.
func (p Process) running() *record {
	saved := p.load()
	if saved == nil {
		return nil
	}
	boot, err := bootID()
	if err != nil || boot != saved.Boot {
		return nil
	}
	if started, alive := startTime(saved.PID); !alive || started != saved.StartTime {
		return nil
	}
	if !equal(commandLine(saved.PID), saved.Arguments) {
		return nil
	}
	return saved
}

// PID returns the number of the live process, or 0.
func (p Process) PID() int {
	if saved := p.running(); saved != nil {
		return saved.PID
	}
	return 0
}

// Outdated reports whether the process is alive, but with another binary or other arguments.
func (p Process) Outdated(binary string, arguments []string) bool {
	saved := p.running()
	return saved != nil && !saved.matches(binary, p.line(arguments))
}

func (r *record) matches(binary string, line []string) bool {
	return r.Binary == binary && equal(r.Arguments, line)
}

func (p Process) line(arguments []string) []string {
	return append([]string{cmp.Or(p.Program, p.Name)}, arguments...)
}

// Start runs binary under the process's name with arguments in a session of its own. It reports whether it had to:
// a live process with the same binary and arguments is left alone, one with others is replaced.
func (p Process) Start(binary string, arguments []string) (bool, error) {
	line := p.line(arguments)
	if saved := p.running(); saved != nil {
		if saved.matches(binary, line) {
			return false, nil
		}
		if err := p.Stop(); err != nil {
			return false, err
		}
	}
	if pid, found := find(line); found {
		return false, p.remember(pid, binary, line)
	}
	log, err := os.OpenFile(p.LogPath(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return false, err
	}
	defer log.Close()
	attributes := p.Attributes
	attributes.Setsid = true
	command := &exec.Cmd{Path: binary, Args: line, Dir: p.Directory, Stdout: log, Stderr: log, SysProcAttr: &attributes}
	if err := p.launch(command); err != nil {
		return false, fmt.Errorf("%s: cannot start %s: %w", p.Name, binary, err)
	}
	// The kernel shows the new command line a moment after the start; until then nothing would recognise the process.
	for deadline := time.Now().Add(patience); time.Now().Before(deadline) && !equal(commandLine(command.Process.Pid), line); {
		if _, alive := startTime(command.Process.Pid); !alive {
			break
		}
		time.Sleep(time.Millisecond)
	}
	// Reaped here as long as this program lives, so that an early death is seen as one; by init afterwards.
	go func() { _ = command.Wait() }()
	return true, p.remember(command.Process.Pid, binary, line)
}

// launch starts the command in the process's network namespace.
func (p Process) launch(command *exec.Cmd) error {
	if p.Network == "" {
		return command.Start()
	}
	return namespace.Do(p.Network, command.Start)
}

func (p Process) remember(pid int, binary string, line []string) error {
	boot, err := bootID()
	if err != nil {
		return err
	}
	// A process that is already dead is not worth recording; whoever waits for it to answer reports its log.
	started, alive := startTime(pid)
	if !alive {
		return nil
	}
	content, err := json.Marshal(record{PID: pid, StartTime: started, Boot: boot, Binary: binary, Arguments: line})
	if err != nil {
		return err
	}
	temporary := p.recordPath() + ".new"
	if err := os.WriteFile(temporary, content, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, p.recordPath())
}

const (
	// patience is how long a process may take to end by itself before it is killed.
	patience = 15 * time.Second
	interval = 20 * time.Millisecond
)

// Stop ends the process if it is ours and forgets it.
func (p Process) Stop() error { return p.end(syscall.SIGTERM, syscall.SIGKILL) }

// Kill ends the process at once, with no chance to put anything in order.
func (p Process) Kill() error { return p.end(syscall.SIGKILL) }

func (p Process) end(signals ...syscall.Signal) error {
	for _, signal := range signals {
		for deadline := time.Now().Add(max(patience, p.Patience)); time.Now().Before(deadline); time.Sleep(interval) {
			saved := p.running()
			if saved == nil {
				if err := os.Remove(p.recordPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
					return err
				}
				return nil
			}
			if signal != 0 {
				if err := syscall.Kill(saved.PID, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
					return fmt.Errorf("%s: cannot stop process %d: %w", p.Name, saved.PID, err)
				}
				signal = 0
			}
		}
	}
	return fmt.Errorf("%s: process %d does not end; end it by hand and repeat the command", p.Name, p.PID())
}

// Tail returns the end of the process's log.
func (p Process) Tail(lines int) string {
	content, err := os.ReadFile(p.LogPath())
	if err != nil {
		return err.Error()
	}
	return lastLines(string(content), lines)
}
