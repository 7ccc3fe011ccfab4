package machine

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// service is one program of the node.
type service struct {
	name        string
	arguments   []string
	environment []string
	// ready is a socket that must answer before the next service starts.
	ready string
	// after is a socket that must answer before this service starts.
	after string
}

// keeper keeps services running, and takes in the processes whose parents have died, as the first process of a machine does.
type keeper struct {
	lock     sync.Mutex
	running  map[int]service
	stopping map[string]bool
	ends     map[string]int
	ended    *sync.Cond
}

const (
	// pause lies between the end of a service and its next start; it grows with each end.
	pause        = time.Second
	longestPause = 30 * time.Second
	// patience is how long a service may take to end.
	patience = 10 * time.Second
	// answering is how long a service may take until its socket answers.
	answering = 60 * time.Second
)

func newKeeper() *keeper {
	k := &keeper{running: map[int]service{}, stopping: map[string]bool{}, ends: map[string]int{}}
	k.ended = sync.NewCond(&k.lock)
	go k.reap()
	return k
}

func (k *keeper) start(ctx context.Context, services []service) error {
	for _, service := range services {
		if service.after != "" {
			if err := await(ctx, service.after); err != nil {
				return err
			}
		}
		if err := k.run(service); err != nil {
			return err
		}
		if service.ready != "" {
			if err := await(ctx, service.ready); err != nil {
				return err
			}
		}
	}
	return nil
}

func await(ctx context.Context, socket string) error {
	for deadline := time.Now().Add(answering); ; time.Sleep(poll) {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			return connection.Close()
		}
		if ctx.Err() != nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("nothing answers at %s: %w", socket, err)
		}
	}
}

// run starts a service once.
func (k *keeper) run(service service) error {
	k.lock.Lock()
	defer k.lock.Unlock()
	if k.stopping[service.name] {
		return nil
	}
	output, err := os.OpenFile(filepath.Join(nodeFolder, logs, service.name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer output.Close()
	empty, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer empty.Close()
	// The processes are waited for by reap, which os/exec would not know of.
	pid, err := syscall.ForkExec(filepath.Join(programFolder, service.name), append([]string{service.name}, service.arguments...), &syscall.ProcAttr{
		Dir:   "/",
		Env:   append(environment(), service.environment...),
		Files: []uintptr{empty.Fd(), output.Fd(), output.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return fmt.Errorf("%s: %w", service.name, err)
	}
	k.running[pid] = service
	return nil
}

// environment is that of a machine: what the user's shell has set is no business of a node.
func environment() []string {
	return []string{"HOME=/root", "PATH=" + programFolder + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
}

func (k *keeper) reap() {
	for {
		var how syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &how, 0, nil)
		if errors.Is(err, syscall.ECHILD) {
			time.Sleep(poll)
			continue
		} else if err != nil {
			continue
		}
		k.lock.Lock()
		service, ours := k.running[pid]
		delete(k.running, pid)
		again := ours && !k.stopping[service.name]
		k.ends[service.name]++
		wait := min(pause*time.Duration(k.ends[service.name]), longestPause)
		k.ended.Broadcast()
		k.lock.Unlock()
		if again {
			log.Printf("%s ended (exit code %d, signal %d) and is started again in %s", service.name, how.ExitStatus(), how.Signal(), wait)
			time.AfterFunc(wait, func() {
				if err := k.run(service); err != nil {
					log.Print(err)
				}
			})
		}
	}
}

// stop ends one service and returns when it has ended.
func (k *keeper) stop(name string) {
	k.lock.Lock()
	defer k.lock.Unlock()
	k.stopping[name] = true
	for pid, service := range k.running {
		if service.name == name {
			_ = syscall.Kill(pid, syscall.SIGTERM)
			timer := time.AfterFunc(patience, func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
			for _, running := k.running[pid]; running; _, running = k.running[pid] {
				k.ended.Wait()
			}
			timer.Stop()
		}
	}
}

// stopAll ends all services, the last ones first.
func (k *keeper) stopAll() {
	k.lock.Lock()
	names := make([]string, 0, len(k.running))
	pids := make([]int, 0, len(k.running))
	for pid := range k.running {
		pids = append(pids, pid)
	}
	slices.Sort(pids)
	slices.Reverse(pids)
	for _, pid := range pids {
		names = append(names, k.running[pid].name)
		k.stopping[k.running[pid].name] = true
	}
	k.lock.Unlock()
	for _, name := range names {
		k.stop(name)
	}
}
