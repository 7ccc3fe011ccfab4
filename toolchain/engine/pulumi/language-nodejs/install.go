package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// InstallDependencies installs the npm packages of a program or policy pack and streams what the installer prints.
func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	streams, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(stream, request.GetIsTerminal())
	if err != nil {
		return err
	}
	defer streams.Close()
	chosen, err := optionsOf(request.GetInfo())
	if err != nil {
		return err
	}
	directory := request.GetInfo().GetProgramDirectory()
	line := installer(chosen.packageManager, directory)
	command := exec.CommandContext(stream.Context(), line[0], line[1:]...)
	command.Dir, command.Stdout, command.Stderr = directory, stdout, stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s in %s: %w", command, directory, err)
	}
	return nil
}

// installer is the command that installs: with npm, exactly what its lock file names, if there is one.
func installer(packageManager, directory string) []string {
	if packageManager == "npm" {
		if _, err := os.Stat(filepath.Join(directory, "package-lock.json")); err == nil {
			return []string{"npm", "ci", "--loglevel=error"}
		}
		return []string{"npm", "install", "--loglevel=error"}
	}
	return []string{packageManager, "install"}
}
