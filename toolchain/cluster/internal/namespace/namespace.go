// Package namespace does single pieces of work in the network namespace of another process.
package namespace

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// Of is the path of a process's network namespace, empty for process 0.
func Of(pid int) string {
	if pid == 0 {
		return ""
	}
	return fmt.Sprintf("/proc/%d/ns/net", pid)
}

// Do runs work on a thread inside the network namespace at path. What work starts or opens stays in that namespace.
func Do(path string, work func() error) error {
	target, err := os.Open(path)
	if err != nil {
		return err
	}
	defer target.Close()
	result := make(chan error, 1)
	go func() {
		// A thread that cannot go home is never unlocked, and so ends with this goroutine.
		runtime.LockOSThread()
		home, err := os.Open("/proc/thread-self/ns/net")
		if err != nil {
			result <- err
			return
		}
		defer home.Close()
		if err := unix.Setns(int(target.Fd()), unix.CLONE_NEWNET); err != nil {
			result <- fmt.Errorf("entering %s: %w", path, err)
			return
		}
		failed := work()
		back := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET)
		if back == nil {
			runtime.UnlockOSThread()
		}
		result <- errors.Join(failed, back)
	}()
	return <-result
}

// Dialer connects to numeric addresses from inside the namespace that path returns at that moment.
func Dialer(path func() string) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		inside := path()
		if inside == "" {
			return nil, errors.New("the cluster's network is not running")
		}
		var connection net.Conn
		err := Do(inside, func() (err error) {
			// Without a fallback to the other address family the socket is made on this very thread.
			dialer := net.Dialer{FallbackDelay: -1, Timeout: 10 * time.Second}
			connection, err = dialer.DialContext(ctx, network, address)
			return err
		})
		return connection, err
	}
}
