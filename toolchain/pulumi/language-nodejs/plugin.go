package main

import (
	"errors"
	"os/exec"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// RunPlugin runs a policy pack, or any other plugin that is a Node.js package, until the engine lets go of it.
func (h *host) RunPlugin(request *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer) error {
	streams, stdout, stderr, err := rpcutil.MakeRunPluginStreams(stream, false)
	if err != nil {
		return err
	}
	defer streams.Close()
	directory := request.GetInfo().GetProgramDirectory()
	chosen, err := optionsOf(request.GetInfo())
	if err != nil {
		return err
	}
	module := "@pulumi/pulumi/cmd/run-plugin"
	if request.GetKind() == "analyzer" {
		module = "@pulumi/pulumi/cmd/run-policy-pack"
	}
	runner, err := findModule(directory, module)
	if err != nil {
		return err
	}
	arguments := append(chosen.nodeArguments, runner)
	// Both runners take the directory of the package; a policy pack's comes after the engine's address.
	if request.GetKind() == "analyzer" {
		arguments = append(append(arguments, request.GetArgs()...), directory)
	} else {
		arguments = append(append(arguments, directory), request.GetArgs()...)
	}
	command := node(stream.Context(), request.GetPwd(), append(request.GetEnv(), typescriptVariable(chosen.typescript)), arguments...)
	if request.GetKind() == "analyzer" {
		// ts-node looks for the pack's tsconfig.json here.
		command.Dir = directory
	}
	command.Stdout, command.Stderr = stdout, stderr
	return sendExitCode(stream, command.Run())
}

func sendExitCode(stream pulumirpc.LanguageRuntime_RunPluginServer, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())}})
}
