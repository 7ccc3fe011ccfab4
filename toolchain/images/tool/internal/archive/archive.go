// Package archive writes the tar of one layer: the same files give the same bytes.
package archive

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Archive takes files; the first one of a path wins.
type Archive struct {
	tar  *tar.Writer
	seen map[string]bool
}

// New begins an archive.
func New(to io.Writer) *Archive {
	return &Archive{tar: tar.NewWriter(to), seen: map[string]bool{}}
}

// Close ends the archive.
func (archive *Archive) Close() error { return archive.tar.Close() }

// Has tells whether a path was written.
func (archive *Archive) Has(name string) bool { return archive.seen[Clean(name)] }

// Add writes one entry with the folders above it. The header's name may begin with a slash or a dot. Everything gets the same
// time and no names of users, so that a layer's digest follows from its content alone.
func (archive *Archive) Add(header tar.Header, content io.Reader) error {
	name := Clean(header.Name)
	if name == "" || archive.seen[name] {
		return nil
	}
	if err := archive.above(name); err != nil {
		return err
	}
	archive.seen[name] = true
	header.Name = name
	if header.Typeflag == tar.TypeDir {
		header.Name += "/"
	}
	if header.Typeflag == tar.TypeLink {
		header.Linkname = Clean(header.Linkname)
	}
	header.ModTime, header.AccessTime, header.ChangeTime = time.Unix(0, 0), time.Time{}, time.Time{}
	header.Uname, header.Gname, header.PAXRecords, header.Format = "", "", nil, tar.FormatUnknown
	if err := archive.tar.WriteHeader(&header); err != nil {
		return err
	}
	if header.Typeflag != tar.TypeReg {
		return nil
	}
	_, err := io.CopyN(archive.tar, content, header.Size)
	return err
}

func (archive *Archive) above(name string) error {
	folder := path.Dir(name)
	if folder == "." || archive.seen[folder] {
		return nil
	}
	return archive.Folder(folder, 0, 0, 0o755)
}

// Folder writes a folder.
func (archive *Archive) Folder(name string, user, group int, mode int64) error {
	return archive.Add(tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: mode, Uid: user, Gid: group}, nil)
}

// Text writes a file that everybody may read.
func (archive *Archive) Text(name, content string) error {
	header := tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(content))}
	return archive.Add(header, strings.NewReader(content))
}

// Link writes a symbolic link.
func (archive *Archive) Link(name, target string) error {
	return archive.Add(tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}, nil)
}

// Tree writes a file or a folder of the machine, as root's; what may be executed stays so.
func (archive *Archive) Tree(from, to string) error {
	return filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		name := path.Join(to, filepath.ToSlash(below))
		switch {
		case entry.IsDir():
			return archive.Folder(name, 0, 0, 0o755)
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(file)
			if err != nil {
				return err
			}
			return archive.Link(name, target)
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is neither a file, a folder nor a link", file)
		}
		return archive.file(file, name)
	})
}

func (archive *Archive) file(from, to string) error {
	content, err := os.Open(from)
	if err != nil {
		return err
	}
	defer content.Close()
	status, err := content.Stat()
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if status.Mode()&0o111 != 0 {
		mode = 0o755
	}
	return archive.Add(tar.Header{Typeflag: tar.TypeReg, Name: to, Mode: mode, Size: status.Size()}, content)
}

// Clean makes a path relative to the root, below /usr where Debian has links at the root: /bin/sh is /usr/bin/sh.
func Clean(name string) string {
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	first, rest, below := strings.Cut(name, "/")
	switch first {
	case "bin", "sbin", "lib", "lib64":
		if below {
			return "usr/" + first + "/" + rest
		}
	}
	return name
}
