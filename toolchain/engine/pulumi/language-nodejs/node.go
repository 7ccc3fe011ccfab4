package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// graceful is how long a program may take to end after an interrupt before it is killed.
const graceful = 10 * time.Second

// node prepares a Node.js process that ends with ctx.
func node(ctx context.Context, directory string, environment []string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "node", arguments...)
	command.Dir = directory
	command.Env = withCompileCache(environment)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = graceful
	return command
}

// withCompileCache lets Node.js 22 and later keep compiled modules between runs; older ones ignore it.
func withCompileCache(environment []string) []string {
	const name = "NODE_COMPILE_CACHE"
	for _, entry := range environment {
		if strings.HasPrefix(entry, name+"=") {
			return environment
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return environment
	}
	return append(environment, name+"="+filepath.Join(cache, "platforms-toolchain", "node"))
}

func typescriptVariable(typescript bool) string {
	if typescript {
		return "PULUMI_NODEJS_TYPESCRIPT=true"
	}
	return "PULUMI_NODEJS_TYPESCRIPT=false"
}
