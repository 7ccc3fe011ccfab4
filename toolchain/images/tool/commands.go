package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/spf13/cobra"

	"toolchain/images/tool/internal/serve"
	"toolchain/images/tool/internal/store"
)

func listCommand() *cobra.Command {
	var places places
	command := &cobra.Command{
		Use:   "list",
		Short: "Lists the table: image, program, where it comes from, what differs",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			table, err := places.table()
			if err != nil {
				return err
			}
			columns := tabwriter.NewWriter(command.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(columns, "IMAGE\tPROGRAM\tFROM\tDIFFERS")
			for _, row := range table.Images {
				fmt.Fprintf(columns, "%s\t%s %s\t%s\t%s\n", row.Name, row.Program, row.Version, strings.Join(table.Sources(row.Layer), "; "), row.Differs)
			}
			return columns.Flush()
		},
	}
	places.add(command)
	return command
}

func serveCommand() *cobra.Command {
	var directory, listen string
	command := &cobra.Command{
		Use:   "serve --dir DIRECTORY --listen ADDRESS",
		Short: "Serves the images of DIRECTORY as a registry, under every name, until it is ended",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			images, err := open(directory)
			if err != nil {
				return err
			}
			handler, err := serve.Handler(images)
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			fmt.Fprintf(command.OutOrStdout(), "http://%s\n", listener.Addr())
			return http.Serve(listener, handler)
		},
	}
	command.Flags().StringVar(&directory, "dir", "", "a store that images build made")
	command.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address and port; port 0 takes a free one, which the first line of the output says")
	return command
}

func archiveCommand() *cobra.Command {
	var directory, output string
	command := &cobra.Command{
		Use:   "archive --dir DIRECTORY --output FILE",
		Short: "Writes the images of DIRECTORY as one archive for ctr images import",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			images, err := open(directory)
			if err != nil {
				return err
			}
			file, err := os.Create(output)
			if err != nil {
				return err
			}
			return errors.Join(images.Write(file), file.Close())
		},
	}
	command.Flags().StringVar(&directory, "dir", "", "a store that images build made")
	command.Flags().StringVar(&output, "output", "", "the archive")
	return command
}

func unpackCommand() *cobra.Command {
	var directory, image string
	command := &cobra.Command{
		Use:   "unpack --dir DIRECTORY --image NAME ROOT",
		Short: "Unpacks one image into ROOT, with owners where the user is root, and prints its configuration",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			images, err := open(directory)
			if err != nil {
				return err
			}
			content, err := images.Image(image)
			if err != nil {
				return err
			}
			files := mutate.Extract(content)
			defer files.Close()
			if err := extract(files, arguments[0]); err != nil {
				return err
			}
			configuration, err := content.RawConfigFile()
			if err != nil {
				return err
			}
			_, err = command.OutOrStdout().Write(append(configuration, '\n'))
			return err
		},
	}
	command.Flags().StringVar(&directory, "dir", "", "a store that images build made")
	command.Flags().StringVar(&image, "image", "", "name of the image")
	return command
}

func open(directory string) (*store.Store, error) {
	if _, err := os.Stat(filepath.Join(directory, "index.json")); err != nil {
		return nil, fmt.Errorf("--dir is %q, which is no store of images; images build makes one", directory)
	}
	return store.Open(directory)
}

// extract writes the entries of a tar below a folder, which they cannot leave.
func extract(from io.Reader, to string) error {
	syscall.Umask(0)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer root.Close()
	for entries := tar.NewReader(from); ; {
		header, err := entries.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := extractEntry(root, header, entries); err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
	}
}

func extractEntry(root *os.Root, header *tar.Header, content io.Reader) error {
	name := strings.Trim(header.Name, "/")
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	switch header.Typeflag {
	case tar.TypeDir:
		if err := root.Mkdir(name, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	case tar.TypeSymlink:
		return root.Symlink(header.Linkname, name)
	case tar.TypeLink:
		return root.Link(header.Linkname, name)
	case tar.TypeReg:
		file, err := root.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, content)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	default:
		return nil
	}
	if os.Geteuid() == 0 {
		if err := root.Chown(name, header.Uid, header.Gid); err != nil {
			return err
		}
	}
	return root.Chmod(name, os.FileMode(header.Mode&0o777)|special(header.Mode))
}

// special translates the bits that Go keeps elsewhere.
func special(mode int64) (bits os.FileMode) {
	for bit, meaning := range map[int64]os.FileMode{0o4000: os.ModeSetuid, 0o2000: os.ModeSetgid, 0o1000: os.ModeSticky} {
		if mode&bit != 0 {
			bits |= meaning
		}
	}
	return bits
}
