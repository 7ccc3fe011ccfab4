package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toolchain/images/tool/internal/assemble"
	"toolchain/images/tool/internal/pull"
	"toolchain/images/tool/internal/store"
	"toolchain/images/tool/internal/table"
)

// Where images come from.
const (
	fromAuto     = "auto"
	fromRegistry = "registry"
	fromPackages = "packages"
)

const registryPatience = 5 * time.Second

// places are the folders that commands work on.
type places struct{ checkout, cache string }

func (places *places) table() (*table.Table, error) {
	return table.Read(filepath.Join(places.checkout, "toolchain/images/table.yaml"))
}

func (places *places) add(command *cobra.Command) {
	command.Flags().StringVar(&places.checkout, "checkout", ".", "root of the project, whose toolchain/images/table.yaml is read")
}

func buildCommand() *cobra.Command {
	var places places
	var list, from string
	command := &cobra.Command{
		Use:   "build --for FILE DIRECTORY",
		Short: "Puts the images that FILE names into DIRECTORY, a store in OCI's layout",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, arguments []string) error {
			if !slices.Contains([]string{fromAuto, fromRegistry, fromPackages}, from) {
				return fmt.Errorf("--from is %q; allowed are %s, %s, %s", from, fromAuto, fromRegistry, fromPackages)
			}
			names, err := readNames(list)
			if err != nil {
				return err
			}
			rows, err := places.table()
			if err != nil {
				return err
			}
			images, err := store.Open(arguments[0])
			if err != nil {
				return err
			}
			builder := builder{
				from: from, images: images, puller: &pull.Puller{Patience: registryPatience},
				assembler: &assemble.Assembler{Table: rows, Checkout: places.checkout, Cache: places.cache, Progress: progress},
			}
			return builder.all(names)
		},
	}
	places.add(command)
	command.Flags().StringVar(&places.cache, "cache", ".state/images", "folder that keeps layers and the lists of packages")
	command.Flags().StringVar(&list, "for", "-", "file with one image name a line; - is standard input")
	command.Flags().StringVar(&from, "from", fromAuto, "registry: pull each by its name; packages: assemble each; auto: pull from "+
		"those registries that answer, assemble the others")
	return command
}

// readNames reads one name a line; empty lines and what follows # are left out.
func readNames(file string) ([]string, error) {
	var source io.Reader = os.Stdin
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		source = opened
	}
	var names []string
	for lines := bufio.NewScanner(source); lines.Scan(); {
		name, _, _ := strings.Cut(lines.Text(), "#")
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s names no image; give one name a line", file)
	}
	return names, nil
}

func progress(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "  "+format+"\n", arguments...)
}

type builder struct {
	from      string
	images    *store.Store
	puller    *pull.Puller
	assembler *assemble.Assembler
}

// all gets every image, and says at the end which could not be had.
func (builder *builder) all(names []string) error {
	var failures []error
	for i, name := range names {
		how, err := builder.one(name)
		if err != nil {
			failures = append(failures, err)
			progress("✗ %s", name)
			continue
		}
		progress("✓ %s: %s  (%d of %d)", name, how, i+1, len(names))
	}
	return errors.Join(failures...)
}

// one gets one image and says how.
func (builder *builder) one(name string) (string, error) {
	var refused error
	if builder.from != fromPackages {
		err := builder.pull(name)
		if err == nil {
			return "pulled", nil
		}
		if builder.from == fromRegistry {
			return "", err
		}
		refused = err
	}
	row := builder.assembler.Table.Find(name)
	if row == nil {
		return "", errors.Join(refused, fmt.Errorf("%s has no row in toolchain/images/table.yaml; give it one, or pull it with --from registry", name))
	}
	if strings.Contains(name, "@") {
		return "", errors.Join(refused, fmt.Errorf("%s is pinned by a digest, which only the published image has; leave the digest out "+
			"where images are assembled", name))
	}
	image, err := builder.assembler.Image(row)
	if err != nil {
		return "", errors.Join(refused, fmt.Errorf("%s: %w", name, err))
	}
	if err := builder.images.Put(name, image); err != nil {
		return "", err
	}
	if row.StandIn {
		return fmt.Sprintf("a stand-in, %s", row.Differs), nil
	}
	return row.Program + " " + row.Version, nil
}

func (builder *builder) pull(name string) error {
	if err := builder.puller.Reach(name); err != nil {
		return err
	}
	image, err := builder.puller.Image(name)
	if err != nil {
		return err
	}
	return builder.images.Put(name, image)
}
