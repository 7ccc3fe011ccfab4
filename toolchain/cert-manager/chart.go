package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

// chart prints what Helm would install: the chart of a directory, with values from standard input.
func chart(_ context.Context, arguments []string) error {
	if len(arguments) != 3 {
		return fmt.Errorf("%s", usage)
	}
	loaded, err := loader.Load(arguments[0])
	if err != nil {
		return err
	}
	// The sources have v0.0.0 there until they are released.
	loaded.Metadata.Version, loaded.Metadata.AppVersion = arguments[1], arguments[1]
	given := map[string]any{}
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return fmt.Errorf("the values are no JSON: %w", err)
	}
	release := chartutil.ReleaseOptions{Name: "cert-manager", Namespace: arguments[2], Revision: 1, IsInstall: true}
	values, err := chartutil.ToRenderValues(loaded, given, release, chartutil.DefaultCapabilities)
	if err != nil {
		return err
	}
	files, err := engine.Render(loaded, values)
	if err != nil {
		return err
	}
	names := make([]string, 0, len(files))
	for name := range files {
		if !strings.HasSuffix(name, ".txt") && strings.TrimSpace(files[name]) != "" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("---\n%s\n", files[name])
	}
	return nil
}
