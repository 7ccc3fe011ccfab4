package main

import (
	"context"
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
	command, err := plugin(stream.Context(), request)
	if err != nil {
		return err
	}
	command.Stdout, command.Stderr = stdout, stderr
	return sendExitCode(stream, command.Run())
}

func plugin(ctx context.Context, request *pulumirpc.RunPluginRequest) (*exec.Cmd, error) {
	directory := request.GetInfo().GetProgramDirectory()
	chosen, err := optionsOf(request.GetInfo())
	if err != nil {
		return nil, err
	}
	environment := append(request.GetEnv(), typescriptVariable(chosen.typescript))
	if request.GetKind() != "analyzer" {
		runner, err := findModule(directory, "@pulumi/pulumi/cmd/run-plugin")
		if err != nil {
			return nil, err
		}
		arguments := append(append(chosen.nodeArguments, runner, directory), request.GetArgs()...)
		return node(ctx, request.GetPwd(), environment, arguments...), nil
	}
	runner, err := findModule(directory, "@pulumi/pulumi/cmd/run-policy-pack")
	if err != nil {
		return nil, err
	}
	if !chosen.typescript {
		// The SDK's runner prepares for TypeScript whatever the options say, which takes longer than the start of a pack.
		runner = directory
	}
	// The pack's directory comes after the engine's address here, and ts-node looks for tsconfig.json in it.
	arguments := append(append(append(chosen.nodeArguments, runner), request.GetArgs()...), directory)
	return node(ctx, directory, environment, arguments...), nil
}

func sendExitCode(stream pulumirpc.LanguageRuntime_RunPluginServer, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(exit.ExitCode())}})
}
