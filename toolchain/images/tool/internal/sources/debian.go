// Package sources fetches what layers are made of, with the ordinary client of each registry, and with the addresses that the
// machine has set up for it.
package sources

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"toolchain/images/tool/internal/archive"
	"toolchain/images/tool/internal/table"
)

// Debian is apt with a state of its own: the machine's packages and lists stay as they are.
type Debian struct {
	// Directory holds the lists and packages of all releases.
	Directory string
}

// Paths of packages that nothing in a container reads.
var unread = regexp.MustCompile(`^(usr/share/(doc|man|info|locale|lintian|bash-completion|bug|doc-base|applications|icons|pixmaps|menu)` +
	`|usr/lib/systemd/(system|user)|etc/(init\.d|cron\.[a-z]+|logrotate\.d|default)|var/cache/(apt|debconf))(/|$)`)

// Closure downloads packages with all that they depend on, and gives their files by the packages' names.
func (debian *Debian) Closure(release string, packages []string) (map[string]string, error) {
	options, directory, err := debian.release(release)
	if err != nil {
		return nil, err
	}
	// What was downloaded before is not among what is planned, unless that is looked for where nothing is.
	arguments := append(slices.Clone(options), "-o", "Dir::Cache::archives="+filepath.Join(directory, "nothing"),
		"install", "--print-uris", "--no-install-recommends", "--yes")
	planned, err := output("apt-get", append(arguments, packages...)...)
	if err != nil {
		return nil, err
	}
	arguments = append(slices.Clone(options), "install", "--download-only", "--no-install-recommends", "--yes", "--quiet")
	if _, err := output("apt-get", append(arguments, packages...)...); err != nil {
		return nil, err
	}
	files := map[string]string{}
	// 'address' name_version_amd64.deb size checksum
	for _, file := range regexp.MustCompile(`(?m)^'[^']*' ((\S+?)_\S+\.deb) `).FindAllStringSubmatch(planned, -1) {
		files[file[2]] = filepath.Join(directory, "cache/archives", file[1])
	}
	return files, nil
}

// release prepares apt for one release, once, and gives its options.
func (debian *Debian) release(release string) (options []string, directory string, err error) {
	directory = filepath.Join(debian.Directory, release)
	options = []string{
		"-o", "Dir::Etc::SourceList=" + filepath.Join(directory, "sources.list"), "-o", "Dir::Etc::SourceParts=/dev/null",
		"-o", "Dir::State=" + filepath.Join(directory, "state"), "-o", "Dir::State::status=" + filepath.Join(directory, "status"),
		"-o", "Dir::Cache=" + filepath.Join(directory, "cache"), "-o", "APT::Architecture=amd64",
		// Nothing is installed here, so nothing has to be undone, and a user of its own could not write below a cache of root's.
		"-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none", "-o", "Debug::NoLocking=true",
		// A machine may delete what it downloaded when that is installed.
		"-o", "APT::Keep-Downloaded-Packages=true", "-o", "Binary::apt-get::APT::Keep-Downloaded-Packages=true",
	}
	if _, err := os.Stat(filepath.Join(directory, "ready")); err == nil {
		return options, directory, nil
	}
	mirror, err := mirror()
	if err != nil {
		return nil, "", err
	}
	for _, folder := range []string{"state/lists/partial", "cache/archives/partial", "nothing/partial"} {
		if err := os.MkdirAll(filepath.Join(directory, folder), 0o755); err != nil {
			return nil, "", err
		}
	}
	source := fmt.Sprintf("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n", mirror, release)
	for file, content := range map[string]string{"sources.list": source, "status": ""} {
		if err := os.WriteFile(filepath.Join(directory, file), []byte(content), 0o644); err != nil {
			return nil, "", err
		}
	}
	if _, err := output("apt-get", append(slices.Clone(options), "update", "--quiet")...); err != nil {
		return nil, "", err
	}
	return options, directory, os.WriteFile(filepath.Join(directory, "ready"), nil, 0o644)
}

// mirror gives the address that the machine itself takes Debian's packages from.
func mirror() (string, error) {
	targets, err := output("apt-get", "indextargets", "--format", "$(REPO_URI) $(SUITE)", "Created-By: Packages")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(targets) {
		address, _, _ := strings.Cut(line, " ")
		if strings.HasSuffix(strings.TrimSuffix(address, "/"), "/debian") {
			return address, nil
		}
	}
	return "", errors.New("apt knows no archive of Debian; this machine must be a Debian, or have one in its apt sources")
}

// Write adds the packages of a layer, less those that the layers below have or leave out. It gives the names of all packages
// of this layer and those below, the ones that were left out among them.
func (debian *Debian) Write(layer *table.Debian, below []string, to *archive.Archive) (packages []string, err error) {
	files, err := debian.Closure(layer.Release, append(slices.Clone(below), layer.Packages...))
	if err != nil {
		return nil, err
	}
	packages = slices.Sorted(maps.Keys(files))
	var certificates strings.Builder
	for _, name := range packages {
		known := slices.Contains(below, name) && !slices.Contains(layer.Packages, name)
		if known || slices.Contains(layer.Without, name) {
			continue
		}
		if err := unpack(files[name], layer.Only, to, &certificates); err != nil {
			return nil, fmt.Errorf("%s: %w", files[name], err)
		}
	}
	if certificates.Len() > 0 {
		// What the package's own script would do.
		err = to.Text("etc/ssl/certs/ca-certificates.crt", certificates.String())
	}
	return packages, err
}

// unpack adds the files of a package.
func unpack(file string, only []string, to *archive.Archive, certificates io.Writer) error {
	command := exec.Command("dpkg-deb", "--fsys-tarfile", file)
	stream, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	for entries := tar.NewReader(stream); ; {
		header, err := entries.Next()
		if err == io.EOF {
			return command.Wait()
		}
		if err != nil {
			return errors.Join(err, command.Wait())
		}
		name := archive.Clean(header.Name)
		if unread.MatchString(name) || !wanted(name, only) || slices.Contains([]string{"bin", "sbin", "lib", "lib64"}, name) {
			continue
		}
		var content io.Reader = entries
		if strings.HasPrefix(name, "usr/share/ca-certificates/") && header.Typeflag == tar.TypeReg {
			content = io.TeeReader(entries, certificates)
		}
		if err := to.Add(*header, content); err != nil {
			return errors.Join(err, command.Wait())
		}
	}
}

func wanted(name string, only []string) bool {
	return len(only) == 0 || slices.ContainsFunc(only, func(path string) bool {
		return name == path || strings.HasPrefix(name, path+"/")
	})
}

// Applets links every applet of the layer's busybox that it has no program for. Busybox itself says which it has, in the
// system library of its own release.
func (debian *Debian) Applets(layer *table.Debian, to *archive.Archive) error {
	files, err := debian.Closure(layer.Release, layer.Packages)
	if err != nil {
		return err
	}
	root, err := os.MkdirTemp("", "images-applets-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	for name, file := range files {
		if _, err := output("dpkg-deb", "--extract", file, root); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	loader, err := filepath.Glob(root + "/*/x86_64-linux-gnu/ld-linux-x86-64.so.2")
	usr, _ := filepath.Glob(root + "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
	programs, _ := filepath.Glob(root + "/bin/busybox")
	more, _ := filepath.Glob(root + "/usr/bin/busybox")
	loader, programs = append(loader, usr...), append(programs, more...)
	if err != nil || len(loader) == 0 || len(programs) == 0 {
		return fmt.Errorf("packages %s of %s have no busybox with its system library", strings.Join(layer.Packages, ", "), layer.Release)
	}
	libraries := strings.Join([]string{root + "/lib/x86_64-linux-gnu", root + "/usr/lib/x86_64-linux-gnu"}, ":")
	applets, err := output(loader[0], "--library-path", libraries, programs[0], "--list")
	if err != nil {
		return err
	}
	for applet := range strings.FieldsSeq(applets) {
		if to.Has("usr/sbin/" + applet) {
			continue
		}
		if err := to.Link("usr/bin/"+applet, "busybox"); err != nil {
			return err
		}
	}
	return nil
}

// output runs a command and gives what it wrote; its errors hold what it said.
func output(name string, arguments ...string) (string, error) {
	var said strings.Builder
	command := exec.Command(name, arguments...)
	command.Stderr = &said
	written, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return string(written), nil
}
