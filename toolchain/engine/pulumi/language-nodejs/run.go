package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// reported is the exit code by which @pulumi/pulumi says that the user has already read what went wrong.
// https://github.com/pulumi/pulumi/blob/sdk/v3.248.0/sdk/nodejs/cmd/run/index.ts
const reported = 32

// Run runs the program; it returns when the program has ended, however it did.
func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	command, err := h.program(ctx, request)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return outcome(command.Run()), nil
}

func (h *host) program(ctx context.Context, request *pulumirpc.RunRequest) (*exec.Cmd, error) {
	info := request.GetInfo()
	chosen, err := optionsOf(info)
	if err != nil {
		return nil, err
	}
	runner, err := findModule(info.GetProgramDirectory(), "@pulumi/pulumi/cmd/run")
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(request.GetConfig())
	if err != nil {
		return nil, err
	}
	secrets, err := json.Marshal(request.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	arguments := append(chosen.nodeArguments, runner,
		"--monitor", request.GetMonitorAddress(),
		"--engine", h.engineAddress,
		"--organization", request.GetOrganization(),
		"--project", request.GetProject(),
		"--root-directory", info.GetRootDirectory(),
		"--stack", request.GetStack(),
		"--pwd", info.GetProgramDirectory(),
		"--parallel", fmt.Sprint(request.GetParallel()),
	)
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(append(arguments, info.GetEntryPoint()), request.GetArgs()...)
	environment := append(os.Environ(),
		"PULUMI_CONFIG="+string(config),
		"PULUMI_CONFIG_SECRET_KEYS="+string(secrets),
		typescriptVariable(chosen.typescript),
	)
	return node(ctx, info.GetProgramDirectory(), environment, arguments...), nil
}

// outcome translates how the program ended into what the engine tells the user.
func outcome(err error) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case errors.Is(err, exec.ErrNotFound):
		return &pulumirpc.RunResponse{Error: "node is not on PATH; install Node.js 22 from https://nodejs.org"}
	case !errors.As(err, &exit):
		return &pulumirpc.RunResponse{Error: err.Error()}
	case exit.ExitCode() == reported:
		return &pulumirpc.RunResponse{Bail: true}
	case exit.ExitCode() > 0:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program ended with exit code %d", exit.ExitCode())}
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program was ended by a signal (%s)", exit)}
	}
}
