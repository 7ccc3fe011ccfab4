package main

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// program writes files below a new directory.
func program(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func info(t *testing.T, directory string, values map[string]any) *pulumirpc.ProgramInfo {
	t.Helper()
	given, err := structpb.NewStruct(values)
	if err != nil {
		t.Fatal(err)
	}
	return &pulumirpc.ProgramInfo{RootDirectory: directory, ProgramDirectory: directory, EntryPoint: ".", Options: given}
}

var sample = map[string]string{
	"package.json": `{"name":"sample","dependencies":{"@pulumi/kubernetes":"4.25.0"},"devDependencies":{"mocha":"12.0.3"}}`,
	"node_modules/@pulumi/kubernetes/package.json":    `{"name":"@pulumi/kubernetes","version":"4.25.0","pulumi":{"resource":true,"name":"kubernetes","version":"4.25.0"}}`,
	"node_modules/@pulumi/pulumi/package.json":        `{"name":"@pulumi/pulumi","version":"3.248.0"}`,
	"node_modules/@pulumi/pulumi/cmd/run/index.js":    `process.exit(Number(process.argv.at(-1)))`,
	"node_modules/mocha/package.json":                 `{"name":"mocha","version":"12.0.3"}`,
	"node_modules/mocha/node_modules/he/package.json": `{"name":"he","version":"1.2.0"}`,
	"node_modules/@scope/other/package.json":          `{"name":"@scope/other","version":"2.0.0","pulumi":{"resource":true,"parameterization":{"name":"n","version":"1.0.0","value":"AQI="}}}`,
	"node_modules/.bin/tool":                          ``,
	"node_modules/broken/package.json":                `{`,
}

func TestRequiredPackagesAreTheProvidersThatAreInstalled(t *testing.T) {
	response, err := (&host{}).GetRequiredPackages(context.Background(), &pulumirpc.GetRequiredPackagesRequest{Info: info(t, program(t, sample), nil)})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range response.Packages {
		names = append(names, entry.Kind+" "+entry.Name+" "+entry.Version)
	}
	if want := []string{"resource kubernetes v4.25.0", "resource @scope/other v2.0.0"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	if value := response.Packages[1].Parameterization.Value; !slices.Equal(value, []byte{1, 2}) {
		t.Errorf("parameter %v", value)
	}
}

func TestProgramDependencies(t *testing.T) {
	directory := program(t, sample)
	for transitive, want := range map[bool]string{
		false: "@pulumi/kubernetes 4.25.0, mocha 12.0.3",
		true:  "@pulumi/kubernetes 4.25.0, @pulumi/pulumi 3.248.0, @scope/other 2.0.0, he 1.2.0, mocha 12.0.3",
	} {
		response, err := (&host{}).GetProgramDependencies(context.Background(),
			&pulumirpc.GetProgramDependenciesRequest{Info: info(t, directory, nil), TransitiveDependencies: transitive})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, entry := range response.Dependencies {
			names = append(names, entry.Name+" "+entry.Version)
		}
		if got := strings.Join(names, ", "); got != want {
			t.Errorf("transitive %v: %q, want %q", transitive, got, want)
		}
	}
}

func TestModulesAreFoundAboveTheProgram(t *testing.T) {
	root := program(t, sample)
	nested := filepath.Join(root, "programs", "one")
	if err := os.MkdirAll(nested, 0o700); err != nil {
		t.Fatal(err)
	}
	found, err := findModule(nested, "@pulumi/pulumi/cmd/run")
	if err != nil || found != filepath.Join(root, "node_modules/@pulumi/pulumi/cmd/run") {
		t.Errorf("%q: %v", found, err)
	}
	if _, err := findModule(nested, "@pulumi/policy"); err == nil || !strings.Contains(err.Error(), "run npm ci there") {
		t.Errorf("a missing module: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for name, test := range map[string]struct {
		given map[string]any
		want  options
		fault string
	}{
		"defaults":          {nil, options{typescript: true, packageManager: "npm"}, ""},
		"automatic manager": {map[string]any{"packagemanager": "auto"}, options{typescript: true, packageManager: "npm"}, ""},
		"all":               {map[string]any{"typescript": false, "packagemanager": "pnpm", "nodeargs": "--a --b=1"}, options{false, "pnpm", []string{"--a", "--b=1"}}, ""},
		"bad typescript":    {map[string]any{"typescript": "maybe"}, options{}, "typescript is maybe; true and false are allowed"},
		"bad manager":       {map[string]any{"packagemanager": "pip"}, options{}, "packagemanager is pip; allowed are auto, npm"},
		"bad arguments":     {map[string]any{"nodeargs": 1}, options{}, "nodeargs is 1; a text is allowed"},
	} {
		got, err := optionsOf(info(t, t.TempDir(), test.given))
		if test.fault != "" {
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || got.typescript != test.want.typescript || got.packageManager != test.want.packageManager || !slices.Equal(got.nodeArguments, test.want.nodeArguments) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func TestHowAProgramEndsReachesTheEngine(t *testing.T) {
	directory := program(t, sample)
	for code, want := range map[string]*pulumirpc.RunResponse{
		"0":  {},
		"1":  {Error: "the program ended with exit code 1"},
		"32": {Bail: true},
	} {
		response, err := (&host{}).Run(context.Background(), &pulumirpc.RunRequest{Info: info(t, directory, nil), Args: []string{code}})
		if err != nil || response.Error != want.Error || response.Bail != want.Bail {
			t.Errorf("exit code %s: %v %v", code, response, err)
		}
	}
}

func TestProgramReceivesItsConfigAndOptions(t *testing.T) {
	directory := program(t, sample)
	command, err := (&host{engineAddress: "127.0.0.1:1"}).program(context.Background(), &pulumirpc.RunRequest{
		Info: info(t, directory, map[string]any{"typescript": false, "nodeargs": "--trace-warnings"}), DryRun: true, Stack: "dev",
		Config: map[string]string{"platforms:enabled": "[]"}, ConfigSecretKeys: []string{"platforms:token"}, Args: []string{"one"},
	})
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Join(command.Args, " ")
	for _, want := range []string{"node --trace-warnings ", "--engine 127.0.0.1:1 ", "--stack dev ", "--dry-run . one"} {
		if !strings.Contains(line, want) {
			t.Errorf("%q lacks %q", line, want)
		}
	}
	for _, want := range []string{`PULUMI_CONFIG={"platforms:enabled":"[]"}`, `PULUMI_CONFIG_SECRET_KEYS=["platforms:token"]`, "PULUMI_NODEJS_TYPESCRIPT=false"} {
		if !slices.Contains(command.Env, want) {
			t.Errorf("the environment lacks %s", want)
		}
	}
}

func TestHowPluginsAreRun(t *testing.T) {
	files := maps.Clone(sample)
	files["node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js"] = ``
	files["node_modules/@pulumi/pulumi/cmd/run-plugin/index.js"] = ``
	directory := program(t, files)
	runner := directory + "/node_modules/@pulumi/pulumi/cmd/"
	for name, test := range map[string]struct {
		kind   string
		values map[string]any
		want   string
	}{
		"a pack in TypeScript": {"analyzer", nil, "node " + runner + "run-policy-pack 127.0.0.1:1 " + directory},
		"a pack that needs no compiler": {"analyzer", map[string]any{"typescript": false, "nodeargs": "--a"},
			"node --a " + directory + " 127.0.0.1:1 " + directory},
		"another plugin": {"resource", map[string]any{"typescript": false}, "node " + runner + "run-plugin " + directory + " 127.0.0.1:1"},
	} {
		command, err := plugin(context.Background(), &pulumirpc.RunPluginRequest{
			Info: info(t, directory, test.values), Kind: test.kind, Pwd: t.TempDir(), Args: []string{"127.0.0.1:1"},
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if line := strings.Join(command.Args, " "); line != test.want {
			t.Errorf("%s is run by %q, want %q", name, line, test.want)
		}
		if (command.Dir == directory) != (test.kind == "analyzer") {
			t.Errorf("%s is run in %s", name, command.Dir)
		}
	}
}

func TestPackWithoutPackagesNamesTheRemedy(t *testing.T) {
	_, err := plugin(context.Background(), &pulumirpc.RunPluginRequest{
		Info: info(t, t.TempDir(), map[string]any{"typescript": false}), Kind: "analyzer",
	})
	if err == nil || !strings.Contains(err.Error(), "@pulumi/pulumi/cmd/run-policy-pack is not installed") {
		t.Error(err)
	}
}

func TestProgramWithoutPackagesNamesTheRemedy(t *testing.T) {
	response, err := (&host{}).Run(context.Background(), &pulumirpc.RunRequest{Info: info(t, t.TempDir(), nil)})
	if err != nil || !strings.Contains(response.Error, "@pulumi/pulumi/cmd/run is not installed") {
		t.Errorf("%v %v", response, err)
	}
}

func TestInstallerFollowsTheLockFile(t *testing.T) {
	locked := program(t, map[string]string{"package-lock.json": "{}"})
	for _, test := range []struct{ manager, directory, want string }{
		{"npm", locked, "npm ci --loglevel=error"},
		{"npm", t.TempDir(), "npm install --loglevel=error"},
		{"pnpm", locked, "pnpm install"},
	} {
		if got := strings.Join(installer(test.manager, test.directory), " "); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestCompileCacheOfTheUserWins(t *testing.T) {
	own := []string{"NODE_COMPILE_CACHE=elsewhere"}
	if got := withCompileCache(own); !slices.Equal(got, own) {
		t.Errorf("%q", got)
	}
	if got := withCompileCache(nil); len(got) != 1 || !strings.HasPrefix(got[0], "NODE_COMPILE_CACHE=") {
		t.Errorf("%q", got)
	}
}

func TestAboutNamesNode(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not on PATH")
	}
	response, err := (&host{}).About(context.Background(), &pulumirpc.AboutRequest{})
	if err != nil || !strings.Contains(response.Version, ".") || strings.HasPrefix(response.Version, "v") {
		t.Errorf("%v %v", response, err)
	}
}

func TestServeEndsOnAnInterrupt(t *testing.T) {
	// Keeps the tests alive should an interrupt come before the host listens for it, or when it no longer does; so this is
	// not stopped.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	done := make(chan error)
	go func() { done <- serve("") }()
	for {
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			return
		case <-interrupts:
		}
	}
}
