// Package assemble makes images of the table's layers.
package assemble

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"toolchain/images/tool/internal/archive"
	"toolchain/images/tool/internal/sources"
	"toolchain/images/tool/internal/table"
)

// Raised when the same row of the table would become other bytes.
const format = "1"

// Assembler makes the layers of a table and keeps them.
type Assembler struct {
	Table *table.Table
	// Checkout is the root of the project.
	Checkout string
	// Cache holds layers and the state of apt.
	Cache string
	// Progress is told what is done.
	Progress func(format string, arguments ...any)

	made map[string]*Made
}

// Made is a layer that lies in the cache.
type Made struct {
	// Digest of the uncompressed tar, which is what is stored as well.
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
	// Packages of Debian that the layer and those below have or leave out.
	Packages []string `json:"packages"`
	// Path of the tar.
	Path string `json:"-"`
}

// Layer makes a layer, or finds it in the cache.
func (assembler *Assembler) Layer(name string) (*Made, error) {
	if made, ok := assembler.made[name]; ok {
		return made, nil
	}
	key, err := assembler.key(name)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(assembler.Cache, "layers")
	made, err := read(folder, key)
	if err != nil {
		began := time.Now()
		assembler.Progress("… layer %s: %s", name, strings.Join(assembler.own(name), "; "))
		if made, err = assembler.make(name, folder, key); err != nil {
			return nil, fmt.Errorf("layer %s: %w", name, err)
		}
		assembler.Progress("✓ layer %s, %d MiB  %ds", name, made.Size>>20, int(time.Since(began).Seconds()))
	}
	if assembler.made == nil {
		assembler.made = map[string]*Made{}
	}
	assembler.made[name] = made
	return made, nil
}

// own says where a layer itself comes from.
func (assembler *Assembler) own(name string) []string {
	own := assembler.Table.Sources(name)
	below := assembler.Table.Sources(assembler.Table.Layers[name].On)
	own = slices.DeleteFunc(own, func(source string) bool { return slices.Contains(below, source) })
	if len(own) == 0 {
		return []string{"files of this checkout"}
	}
	return own
}

// read finds a layer by its key and notes that it is used.
func read(folder, key string) (*Made, error) {
	record := filepath.Join(folder, key+".json")
	content, err := os.ReadFile(record)
	if err != nil {
		return nil, err
	}
	made := &Made{Path: filepath.Join(folder, key+".tar")}
	if err := json.Unmarshal(content, made); err != nil {
		return nil, err
	}
	now := time.Now()
	os.Chtimes(record, now, now)
	return made, os.Chtimes(made.Path, now, now)
}

// key is one word for all that a layer is made of: its row, what it takes from the checkout, and the layers below.
func (assembler *Assembler) key(name string) (string, error) {
	layer := assembler.Table.Layers[name]
	row, err := json.Marshal(layer)
	if err != nil {
		return "", err
	}
	parts := []string{format, string(row)}
	var paths []string
	for _, path := range slices.Sorted(maps.Values(layer.Copies)) {
		paths = append(paths, filepath.Join(assembler.Checkout, path))
	}
	if layer.Files != "" {
		paths = append(paths, assembler.files(layer))
	}
	if layer.Python != nil {
		paths = append(paths, filepath.Join(assembler.Checkout, layer.Python.Requirements))
	}
	content, err := sources.Digest(paths...)
	if err != nil {
		return "", err
	}
	parts = append(parts, content)
	for _, folder := range slices.Sorted(maps.Keys(layer.Programs)) {
		built, err := sources.Built(filepath.Join(assembler.Checkout, folder, "build.sh"))
		if err != nil {
			return "", err
		}
		parts = append(parts, filepath.Base(built))
	}
	if layer.On != "" {
		below, err := assembler.key(layer.On)
		if err != nil {
			return "", err
		}
		parts = append(parts, below)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return name + "-" + hex.EncodeToString(sum[:8]), nil
}

func (assembler *Assembler) files(layer table.Layer) string {
	return filepath.Join(assembler.Checkout, "toolchain/images/files", layer.Files)
}

// make writes a layer, whole or not at all.
func (assembler *Assembler) make(name, folder, key string) (*Made, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(folder, key+".*.new")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	sum := sha256.New()
	buffer := bufio.NewWriterSize(io.MultiWriter(file, sum), 1<<20)
	to := archive.New(buffer)
	packages, err := assembler.write(name, to)
	if err != nil {
		return nil, err
	}
	if err := to.Close(); err != nil {
		return nil, err
	}
	if err := buffer.Flush(); err != nil {
		return nil, err
	}
	status, err := file.Stat()
	if err != nil {
		return nil, err
	}
	made := &Made{Digest: hex.EncodeToString(sum.Sum(nil)), Size: status.Size(), Packages: packages, Path: filepath.Join(folder, key+".tar")}
	if err := os.Rename(file.Name(), made.Path); err != nil {
		return nil, err
	}
	record, err := json.Marshal(made)
	if err != nil {
		return nil, err
	}
	return made, os.WriteFile(filepath.Join(folder, key+".json"), record, 0o644)
}

// write adds everything that a layer has; the first of two files with one path stays.
func (assembler *Assembler) write(name string, to *archive.Archive) (packages []string, err error) {
	layer := assembler.Table.Layers[name]
	if layer.On != "" {
		below, err := assembler.Layer(layer.On)
		if err != nil {
			return nil, err
		}
		packages = below.Packages
	}
	if err := assembler.writeUsers(name, to); err != nil {
		return nil, err
	}
	for _, path := range slices.Sorted(maps.Keys(layer.Folders)) {
		if err := writeFolder(path, layer.Folders[path], to); err != nil {
			return nil, err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(layer.Links)) {
		if err := to.Link(path, layer.Links[path]); err != nil {
			return nil, err
		}
	}
	if layer.Files != "" {
		if err := to.Tree(assembler.files(layer), ""); err != nil {
			return nil, err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(layer.Copies)) {
		if err := to.Tree(filepath.Join(assembler.Checkout, layer.Copies[path]), path); err != nil {
			return nil, err
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(layer.Programs)) {
		if err := sources.Programs(assembler.Checkout, folder, layer.Programs[folder], to); err != nil {
			return nil, err
		}
	}
	if layer.Npm != nil {
		if err := sources.Npm(layer.Npm, to); err != nil {
			return nil, err
		}
	}
	if layer.Pypi != nil {
		if err := sources.Pypi(layer.Pypi, to); err != nil {
			return nil, err
		}
	}
	if layer.Python != nil {
		if err := sources.Python(layer.Python, assembler.Checkout, to); err != nil {
			return nil, err
		}
	}
	return assembler.writeDebian(layer, packages, to)
}

func (assembler *Assembler) writeDebian(layer table.Layer, packages []string, to *archive.Archive) ([]string, error) {
	if layer.Debian == nil {
		return packages, nil
	}
	apt := &sources.Debian{Directory: filepath.Join(assembler.Cache, "apt")}
	packages, err := apt.Write(layer.Debian, packages, to)
	if err == nil && layer.Applets {
		err = apt.Applets(layer.Debian, to)
	}
	return packages, err
}

// writeUsers writes the users of a layer and of those below it.
func (assembler *Assembler) writeUsers(name string, to *archive.Archive) error {
	if len(assembler.Table.Layers[name].Users) == 0 {
		return nil
	}
	users, groups := "root:x:0:0:root:/root:/bin/sh\n", "root:x:0:\n"
	for _, layer := range assembler.Table.Chain(name) {
		for _, user := range slices.Sorted(maps.Keys(assembler.Table.Layers[layer].Users)) {
			number, group, ok := strings.Cut(assembler.Table.Layers[layer].Users[user], ":")
			if !ok {
				group = number
			}
			users += fmt.Sprintf("%s:x:%s:%s::/:/sbin/nologin\n", user, number, group)
			groups += fmt.Sprintf("%s:x:%s:\n", user, group)
		}
	}
	if err := to.Text("etc/passwd", users); err != nil {
		return err
	}
	return to.Text("etc/group", groups)
}

// writeFolder reads "OWNER[:GROUP] MODE".
func writeFolder(path, description string, to *archive.Archive) error {
	owner, octal, _ := strings.Cut(description, " ")
	user, group, ok := strings.Cut(owner, ":")
	if !ok {
		group = user
	}
	mode, err := strconv.ParseInt(octal, 8, 64)
	if err != nil {
		return fmt.Errorf("folder %s is %q; it must be OWNER[:GROUP] MODE", path, description)
	}
	userNumber, userError := strconv.Atoi(user)
	groupNumber, groupError := strconv.Atoi(group)
	if userError != nil || groupError != nil {
		return fmt.Errorf("folder %s is %q; owners are numbers", path, description)
	}
	return to.Folder(path, userNumber, groupNumber, mode)
}
