// Package archive reads and writes images in the format of `docker save`: a tar of layers and configurations, and a
// manifest.json that names them.
package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const manifestFile = "manifest.json"

// entry is one image in manifest.json.
type entry struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// Settings are what a container of an image runs with, as an image's configuration spells it.
type Settings struct {
	Entrypoint []string          `json:"Entrypoint,omitempty"`
	Cmd        []string          `json:"Cmd,omitempty"`
	Env        []string          `json:"Env,omitempty"`
	User       string            `json:"User,omitempty"`
	WorkingDir string            `json:"WorkingDir,omitempty"`
	StopSignal string            `json:"StopSignal,omitempty"`
	Labels     map[string]string `json:"Labels,omitempty"`
}

// Write makes an image called name of some files, given as path in the image to path on this machine, and writes it to output.
func Write(output, name, architecture string, settings Settings, files map[string]string) error {
	layer, err := layerOf(files)
	if err != nil {
		return err
	}
	digest := sum(layer)
	config, err := json.Marshal(map[string]any{
		"architecture": architecture,
		"os":           "linux",
		"config":       settings,
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + digest}},
	})
	if err != nil {
		return err
	}
	configName, layerName := sum(config)+".json", digest+"/layer.tar"
	manifest, err := json.Marshal([]entry{{Config: configName, RepoTags: []string{name}, Layers: []string{layerName}}})
	if err != nil {
		return err
	}
	var content bytes.Buffer
	writer := tar.NewWriter(&content)
	for _, file := range []struct {
		name    string
		content []byte
	}{{layerName, layer}, {configName, config}, {manifestFile, manifest}} {
		if err := writer.WriteHeader(&tar.Header{Name: file.name, Mode: 0o644, Size: int64(len(file.content))}); err != nil {
			return err
		}
		if _, err := writer.Write(file.content); err != nil {
			return err
		}
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return os.WriteFile(output, content.Bytes(), 0o644)
}

// layerOf packs files, and /tmp for whoever needs one, with no trace of the machine they come from.
func layerOf(files map[string]string) ([]byte, error) {
	var content bytes.Buffer
	writer := tar.NewWriter(&content)
	if err := writer.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777}); err != nil {
		return nil, err
	}
	for _, target := range sorted(files) {
		data, err := os.ReadFile(files[target])
		if err != nil {
			return nil, err
		}
		header := &tar.Header{Name: strings.TrimPrefix(target, "/"), Mode: 0o755, Size: int64(len(data))}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(data); err != nil {
			return nil, err
		}
	}
	return content.Bytes(), writer.Close()
}

func sum(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

// Run writes an image whose one program is a file of this machine: NAME OUTPUT PROGRAM [ARGUMENT...].
func Run(arguments []string) error {
	if len(arguments) < 3 {
		return fmt.Errorf("usage: cluster-image NAME OUTPUT PROGRAM [ARGUMENT...]")
	}
	program := "/" + filepath.Base(arguments[2])
	settings := Settings{Entrypoint: append([]string{program}, arguments[3:]...)}
	return Write(arguments[1], arguments[0], architecture, settings, map[string]string{program: arguments[2]})
}
