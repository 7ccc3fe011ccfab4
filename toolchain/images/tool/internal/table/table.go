// Package table reads the table of images: which real program stands in which image, from which package it comes, and what
// differs from the image that is published under the name.
package table

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Table is table.yaml.
type Table struct {
	// Layers by name; each is made once and shared by all images that stand on it.
	Layers map[string]Layer `yaml:"layers"`
	Images []Image          `yaml:"images"`
}

// Layer is one set of files, on top of another layer or of nothing. Where two sources bring the same path, the source that is
// named first in this struct wins.
type Layer struct {
	On string `yaml:"on" json:",omitempty"`
	// Users with their number, which is the number of their group as well, or "UID:GID".
	Users map[string]string `yaml:"users" json:",omitempty"`
	// Folders that exist before anything is mounted on them: path to "OWNER[:GROUP] MODE".
	Folders map[string]string `yaml:"folders" json:",omitempty"`
	// Files is a folder below toolchain/images/files that is laid over the root.
	Files string `yaml:"files" json:",omitempty"`
	// Copies of files of the checkout: path in the image to path in the checkout.
	Copies map[string]string `yaml:"copies" json:",omitempty"`
	// Links: path in the image to the target.
	Links map[string]string `yaml:"links" json:",omitempty"`
	// Programs that a folder of the toolchain builds: folder to programs, all of which come to /usr/local/bin.
	Programs map[string][]string `yaml:"programs" json:",omitempty"`
	Npm      *Package            `yaml:"npm" json:",omitempty"`
	Pypi     *Package            `yaml:"pypi" json:",omitempty"`
	Python   *Python             `yaml:"python" json:",omitempty"`
	Debian   *Debian             `yaml:"debian" json:",omitempty"`
	// Applets links every applet of busybox that no package brings a program for.
	Applets bool `yaml:"applets" json:",omitempty"`
}

// Package is a folder of an npm package or a wheel.
type Package struct {
	Name    string `yaml:"name"`
	Version string `yaml:"version"`
	// Sha256 of the package's archive, as hexadecimal digits.
	Sha256 string `yaml:"sha256"`
	// Folders and files: path in the archive to path in the image.
	Folders map[string]string `yaml:"folders"`
}

// Python is a set of packages that a requirements file pins.
type Python struct {
	// Version of the interpreter in the image, such as "3.13".
	Version string `yaml:"version"`
	// Requirements file, a path in the checkout.
	Requirements string `yaml:"requirements"`
	To           string `yaml:"to"`
}

// Debian is a set of packages of one release with all they depend on, less what the layer below has.
type Debian struct {
	Release  string   `yaml:"release"`
	Packages []string `yaml:"packages"`
	// Without names packages that are depended on and left out: what only maintainer scripts use, for example.
	Without []string `yaml:"without" json:",omitempty"`
	// Only takes nothing but these paths and what is below them. All, when empty.
	Only []string `yaml:"only" json:",omitempty"`
}

// Image is one row: what stands in the images of a name.
type Image struct {
	// Name is the end of a repository's path, in which * is any part, and after a colon the beginning of a tag: postgres:16.
	Name string `yaml:"name"`
	// Program and Version as the program says them of itself.
	Program string `yaml:"program"`
	Version string `yaml:"version"`
	// Differs from the published image in this.
	Differs string `yaml:"differs"`
	// StandIn is not the program at all; it answers probes, says what it is, and proves nothing.
	StandIn bool   `yaml:"standIn"`
	Layer   string `yaml:"layer"`

	Entrypoint       []string          `yaml:"entrypoint"`
	Command          []string          `yaml:"command"`
	Environment      map[string]string `yaml:"environment"`
	User             string            `yaml:"user"`
	WorkingDirectory string            `yaml:"workingDirectory"`
	StopSignal       string            `yaml:"stopSignal"`
}

// Read reads and checks a table.
func Read(path string) (*Table, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	table := &Table{}
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(table); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return table, table.check()
}

func (table *Table) check() error {
	for name, layer := range table.Layers {
		for seen := []string{name}; layer.On != ""; {
			below, ok := table.Layers[layer.On]
			if !ok {
				return fmt.Errorf("layer %s stands on %s, which the table does not have", name, layer.On)
			}
			if slices.Contains(seen, layer.On) {
				return fmt.Errorf("layer %s stands on itself", name)
			}
			seen, layer = append(seen, layer.On), below
		}
	}
	for _, image := range table.Images {
		if _, ok := table.Layers[image.Layer]; !ok {
			return fmt.Errorf("image %s names layer %q, which the table does not have", image.Name, image.Layer)
		}
		if image.Program == "" || image.Version == "" || image.Differs == "" {
			return fmt.Errorf("image %s must say its program, version and what differs from the published image", image.Name)
		}
	}
	return nil
}

// Chain lists the layers of a layer, the lowest first.
func (table *Table) Chain(name string) []string {
	var chain []string
	for ; name != ""; name = table.Layers[name].On {
		chain = append(chain, name)
	}
	slices.Reverse(chain)
	return chain
}

// Find gives the row for an image reference, the most exact one where several fit, or nil.
func (table *Table) Find(reference string) *Image {
	repository, tag := split(reference)
	var found *Image
	for i, row := range table.Images {
		name, version := split(row.Name)
		if !endsWith(repository, name) || !beginsWith(tag, version) {
			continue
		}
		if found == nil || len(row.Name) > len(found.Name) {
			found = &table.Images[i]
		}
	}
	return found
}

// split gives the repository and the tag; a colon before the last slash is a registry's port.
func split(reference string) (repository, tag string) {
	repository, _, _ = strings.Cut(reference, "@")
	if colon := strings.LastIndex(repository, ":"); colon > strings.LastIndex(repository, "/") {
		return repository[:colon], repository[colon+1:]
	}
	return repository, ""
}

// endsWith tells whether the last parts of a repository's path are those of a name, in which * is any part.
func endsWith(repository, name string) bool {
	parts, pattern := strings.Split(repository, "/"), strings.Split(name, "/")
	if len(parts) < len(pattern) {
		return false
	}
	fits, err := path.Match(name, strings.Join(parts[len(parts)-len(pattern):], "/"))
	return err == nil && fits
}

// beginsWith tells whether a tag is of a version: 16 is the beginning of 16.13-alpine, and not of 160.
func beginsWith(tag, version string) bool {
	rest, ok := strings.CutPrefix(tag, version)
	return ok && (version == "" || rest == "" || strings.ContainsAny(rest[:1], ".-"))
}

// Sources says in words where a layer and those below it come from, the lowest first.
func (table *Table) Sources(name string) []string {
	var sources []string
	for _, name := range table.Chain(name) {
		layer := table.Layers[name]
		for folder, programs := range layer.Programs {
			sources = append(sources, fmt.Sprintf("Go: %s (%s)", folder, strings.Join(programs, ", ")))
		}
		if layer.Npm != nil {
			sources = append(sources, fmt.Sprintf("npm: %s %s", layer.Npm.Name, layer.Npm.Version))
		}
		if layer.Pypi != nil {
			sources = append(sources, fmt.Sprintf("PyPI: %s %s", layer.Pypi.Name, layer.Pypi.Version))
		}
		if layer.Python != nil {
			sources = append(sources, fmt.Sprintf("PyPI: %s", layer.Python.Requirements))
		}
		if layer.Debian != nil {
			sources = append(sources, fmt.Sprintf("Debian %s: %s", layer.Debian.Release, strings.Join(layer.Debian.Packages, ", ")))
		}
	}
	slices.Sort(sources)
	return sources
}
