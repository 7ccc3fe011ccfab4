package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// findManifest reads the package.json that a program belongs to: its own, or the nearest above it.
func findManifest(directory string) (*manifest, error) {
	start, err := filepath.Abs(directory)
	if err != nil {
		return nil, err
	}
	for current := start; ; current = filepath.Dir(current) {
		parsed, err := readManifest(filepath.Join(current, "package.json"))
		if err == nil || !errors.Is(err, os.ErrNotExist) {
			return parsed, err
		}
		if current == filepath.Dir(current) {
			return nil, fmt.Errorf("no package.json in %s or above it", start)
		}
	}
}
