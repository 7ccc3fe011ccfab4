package main

import (
	"context"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// GetRequiredPackages names the provider plugins that the installed npm packages belong to.
func (h *host) GetRequiredPackages(_ context.Context, request *pulumirpc.GetRequiredPackagesRequest) (*pulumirpc.GetRequiredPackagesResponse, error) {
	list, err := installed(request.GetInfo().GetProgramDirectory())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for _, entry := range list {
		if dependency := providerOf(entry); dependency != nil {
			response.Packages = append(response.Packages, dependency)
		}
	}
	return response, nil
}

// providerOf returns nil for a package that is no provider's SDK.
func providerOf(entry *manifest) *pulumirpc.PackageDependency {
	if entry.Pulumi == nil || !entry.Pulumi.Resource {
		return nil
	}
	name, version := entry.Pulumi.Name, entry.Pulumi.Version
	if name == "" {
		name = strings.TrimPrefix(entry.Name, "@pulumi/")
	}
	if version == "" {
		version = entry.Version
	}
	dependency := &pulumirpc.PackageDependency{
		Name: name, Kind: "resource", Version: "v" + strings.TrimPrefix(version, "v"), Server: entry.Pulumi.Server,
	}
	if parameter := entry.Pulumi.Parameterization; parameter != nil {
		dependency.Parameterization = &pulumirpc.PackageParameterization{Name: parameter.Name, Version: parameter.Version, Value: parameter.Value}
	}
	return dependency
}

// GetProgramDependencies lists npm packages: those the program names itself, or all that are installed.
func (h *host) GetProgramDependencies(
	_ context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	directory := request.GetInfo().GetProgramDirectory()
	list, err := installed(directory)
	if err != nil {
		return nil, err
	}
	named := func(string) bool { return true }
	if !request.GetTransitiveDependencies() {
		program, err := findManifest(directory)
		if err != nil {
			return nil, err
		}
		named = func(name string) bool { return program.Dependencies[name] != "" || program.DevDependencies[name] != "" }
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, entry := range list {
		if named(entry.Name) {
			response.Dependencies = append(response.Dependencies, &pulumirpc.DependencyInfo{Name: entry.Name, Version: entry.Version})
		}
	}
	return response, nil
}
