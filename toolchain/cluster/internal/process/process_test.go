package process

import (
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

const sleeper = "/bin/sleep"

func start(t *testing.T, p Process, arguments ...string) int {
	t.Helper()
	started, err := p.Start(sleeper, arguments)
	if err != nil || !started {
		t.Fatalf("started %v: %v", started, err)
	}
	t.Cleanup(func() { _ = p.Stop() })
	if p.PID() == 0 {
		t.Fatal("the process is not recognised")
	}
	return p.PID()
}

func TestStartTimeIsReadBehindANameWithParentheses(t *testing.T) {
	ticks, alive := parseStartTime([]byte("7 (a) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20"))
	if !alive || ticks != 4711 {
		t.Errorf("%d %v", ticks, alive)
	}
}

func TestZombiesAndGarbageAreNotAlive(t *testing.T) {
	for _, stat := range []string{"7 (a) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20", "", "7 (a) S 1"} {
		if _, alive := parseStartTime([]byte(stat)); alive {
			t.Errorf("%q counts as alive", stat)
		}
	}
}

func TestSecondStartLeavesTheProcessAlone(t *testing.T) {
	p := Process{Name: "sleep", Directory: t.TempDir()}
	pid := start(t, p, "1001.01")
	if started, err := p.Start(sleeper, []string{"1001.01"}); started || err != nil {
		t.Errorf("started %v: %v", started, err)
	}
	if p.PID() != pid {
		t.Errorf("process %d became %d", pid, p.PID())
	}
}

func TestOtherArgumentsReplaceTheProcess(t *testing.T) {
	p := Process{Name: "sleep", Directory: t.TempDir()}
	pid := start(t, p, "1002.01")
	if again := start(t, p, "1002.02"); again == pid {
		t.Error("the process still runs with its old arguments")
	}
	if err := syscall.Kill(pid, 0); err == nil {
		if _, alive := startTime(pid); alive {
			t.Error("the replaced process is alive")
		}
	}
}

func TestProcessWithoutRecordIsAdopted(t *testing.T) {
	p := Process{Name: "sleep", Directory: t.TempDir()}
	pid := start(t, p, "1003.01")
	if err := os.Remove(p.recordPath()); err != nil {
		t.Fatal(err)
	}
	if started, err := p.Start(sleeper, []string{"1003.01"}); started || err != nil {
		t.Errorf("started %v: %v", started, err)
	}
	if p.PID() != pid {
		t.Errorf("process %d is remembered as %d", pid, p.PID())
	}
}

func TestStopEndsTheProcess(t *testing.T) {
	p := Process{Name: "sleep", Directory: t.TempDir()}
	pid := start(t, p, "1004.01")
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, alive := startTime(pid); alive {
		t.Error("the process is alive")
	}
	if err := p.Stop(); err != nil {
		t.Errorf("a second stop fails: %v", err)
	}
}

// A stale record may name a number that now belongs to somebody else.
func TestForeignProcessIsNeverStopped(t *testing.T) {
	foreign := exec.Command(sleeper, "1005.01")
	if err := foreign.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = foreign.Process.Kill(); _ = foreign.Wait() })
	var line []string
	for line = commandLine(foreign.Process.Pid); len(line) != 2; line = commandLine(foreign.Process.Pid) {
		time.Sleep(interval)
	}
	ticks, _ := startTime(foreign.Process.Pid)
	boot, err := bootID()
	if err != nil {
		t.Fatal(err)
	}
	for name, stale := range map[string]record{
		"other start time": {PID: foreign.Process.Pid, StartTime: ticks + 1, Boot: boot, Arguments: line},
		"other boot":       {PID: foreign.Process.Pid, StartTime: ticks, Boot: "another", Arguments: line},
		"other arguments":  {PID: foreign.Process.Pid, StartTime: ticks, Boot: boot, Arguments: []string{"etcd"}},
	} {
		p := Process{Name: "etcd", Directory: t.TempDir()}
		content, _ := json.Marshal(stale)
		if err := os.WriteFile(p.recordPath(), content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := p.Stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, alive := startTime(foreign.Process.Pid); !alive {
			t.Fatalf("%s: the foreign process was ended", name)
		}
	}
}

func TestDamagedRecordCountsAsNone(t *testing.T) {
	p := Process{Name: "etcd", Directory: t.TempDir()}
	for _, content := range []string{"", "{", `{"pid":1}`, `{"pid":-1}`, "12345"} {
		if err := os.WriteFile(p.recordPath(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if p.load() != nil {
			t.Errorf("%q names a process", content)
		}
	}
}

func TestLastLines(t *testing.T) {
	if got := lastLines("a\nb\nc\n", 2); got != "b\nc" {
		t.Errorf("%q", got)
	}
	if got := lastLines("a", 5); got != "a" {
		t.Errorf("%q", got)
	}
}
