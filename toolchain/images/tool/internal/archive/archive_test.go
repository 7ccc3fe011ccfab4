package archive

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func write(t *testing.T, fill func(*Archive) error) []byte {
	t.Helper()
	var buffer bytes.Buffer
	archive := New(&buffer)
	if err := fill(archive); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func TestTheFirstFileOfAPathWinsBelowUsrWithItsFolders(t *testing.T) {
	content := write(t, func(archive *Archive) error {
		for _, text := range []string{"first", "second"} {
			if err := archive.Text("./bin/tool", text); err != nil {
				return err
			}
		}
		return archive.Link("/lib/libx.so", "libx.so.1")
	})
	var names []string
	for entries := tar.NewReader(bytes.NewReader(content)); ; {
		header, err := entries.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		if header.Name == "usr/bin/tool" {
			if text, err := io.ReadAll(entries); err != nil || string(text) != "first" {
				t.Errorf("usr/bin/tool is %q, %v", text, err)
			}
		}
	}
	if expected := []string{"usr/", "usr/bin/", "usr/bin/tool", "usr/lib/", "usr/lib/libx.so"}; !slices.Equal(names, expected) {
		t.Errorf("%v, not %v", names, expected)
	}
}

func TestTheSameFilesAreTheSameBytesWheneverTheyWereWritten(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "run.sh")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	tree := func(archive *Archive) error { return archive.Tree(folder, "opt") }
	first := write(t, tree)
	if err := os.Chtimes(file, time.Unix(1, 0), time.Unix(2, 0)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, write(t, tree)) {
		t.Error("the time of a file changes the archive")
	}
}
