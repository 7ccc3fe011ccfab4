package main

import (
	"fmt"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// options are the values of runtime.options in Pulumi.yaml or PulumiPolicy.yaml.
type options struct {
	// typescript compiles *.ts as they are loaded. Default true.
	typescript bool
	// packageManager installs dependencies: npm, pnpm, yarn or bun. Default npm.
	packageManager string
	// nodeArguments go before the program's.
	nodeArguments []string
}

var packageManagers = []string{"npm", "pnpm", "yarn", "bun"}

func optionsOf(info *pulumirpc.ProgramInfo) (options, error) {
	result := options{typescript: true, packageManager: packageManagers[0]}
	values := info.GetOptions().AsMap()
	if value, given := values["typescript"]; given {
		typescript, ok := value.(bool)
		if !ok {
			return result, fmt.Errorf("runtime option typescript is %v; true and false are allowed", value)
		}
		result.typescript = typescript
	}
	if value, given := values["packagemanager"]; given && value != "auto" {
		name, _ := value.(string)
		if !slices.Contains(packageManagers, name) {
			return result, fmt.Errorf("runtime option packagemanager is %v; allowed are auto, %s", value, strings.Join(packageManagers, ", "))
		}
		result.packageManager = name
	}
	if value, given := values["nodeargs"]; given {
		line, ok := value.(string)
		if !ok {
			return result, fmt.Errorf("runtime option nodeargs is %v; a text is allowed", value)
		}
		result.nodeArguments = strings.Fields(line)
	}
	return result, nil
}
