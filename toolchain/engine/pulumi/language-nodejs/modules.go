package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const modulesDirectory = "node_modules"

// findModule looks for a path below node_modules as Node.js does: in the directory and then in each one above it.
func findModule(directory, path string) (string, error) {
	start, err := filepath.Abs(directory)
	if err != nil {
		return "", err
	}
	for current := start; ; current = filepath.Dir(current) {
		candidate := filepath.Join(current, modulesDirectory, path)
		if _, err := os.Stat(candidate); err == nil {
			return candidate, nil
		}
		if current == filepath.Dir(current) {
			return "", fmt.Errorf("%s is not installed in %s or above it; run npm ci there", path, start)
		}
	}
}

// manifest is what this host reads of a package.json.
type manifest struct {
	Name            string            `json:"name"`
	Version         string            `json:"version"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
	Pulumi          *struct {
		Resource         bool   `json:"resource"`
		Name             string `json:"name"`
		Version          string `json:"version"`
		Server           string `json:"server"`
		Parameterization *struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			Value   []byte `json:"value"`
		} `json:"parameterization"`
	} `json:"pulumi"`
}

func readManifest(path string) (*manifest, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var parsed manifest
	if err := json.Unmarshal(content, &parsed); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &parsed, nil
}

// installed reads the manifest of every package in the node_modules that a program loads from, nested ones included.
// The same package in the same version is listed once, the list is sorted.
func installed(directory string) ([]*manifest, error) {
	modules, err := findModule(directory, "")
	if err != nil {
		return nil, err
	}
	found := map[string]*manifest{}
	if err := visit(modules, found); err != nil {
		return nil, err
	}
	list := make([]*manifest, 0, len(found))
	for _, entry := range found {
		list = append(list, entry)
	}
	sort.Slice(list, func(i, j int) bool {
		return list[i].Name+"@"+list[i].Version < list[j].Name+"@"+list[j].Version
	})
	return list, nil
}

func visit(modules string, found map[string]*manifest) error {
	entries, err := os.ReadDir(modules)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(modules, entry.Name())
		switch {
		case strings.HasPrefix(entry.Name(), "."):
		case strings.HasPrefix(entry.Name(), "@"):
			if err := visit(path, found); err != nil {
				return err
			}
		default:
			// Directories without a readable manifest are none of npm's.
			parsed, err := readManifest(filepath.Join(path, "package.json"))
			if err != nil || parsed.Name == "" {
				continue
			}
			found[parsed.Name+"@"+parsed.Version] = parsed
			if err := visit(filepath.Join(path, modulesDirectory), found); err != nil {
				return err
			}
		}
	}
	return nil
}
