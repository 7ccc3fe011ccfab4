package archive

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Registry serves the images of a directory's archives and layouts to container runtimes, which only ever read. A layer is sent as it lies in its
// archive: nothing is copied, and an archive that is put there later is found by the first request for what it holds.
type Registry struct {
	// Directory holds archives and folders in OCI's layout, or links to them.
	Directory string
	// Report receives what was wrong with an archive.
	Report func(format string, values ...any)

	lock  sync.Mutex
	index *Index
	read  map[string]time.Time
}

// ServeHTTP answers GET and HEAD of /v2/NAME/manifests/REFERENCE and /v2/NAME/blobs/DIGEST. The parameter ns, which a runtime
// sends to a mirror, names the registry that it would have asked.
func (r *Registry) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodGet && request.Method != http.MethodHead {
		http.Error(response, "images are only read here", http.StatusMethodNotAllowed)
		return
	}
	path := strings.TrimPrefix(request.URL.Path, "/v2/")
	if path == "" {
		response.WriteHeader(http.StatusOK)
		return
	}
	var digest string
	if name, reference, found := cutLast(path, "/manifests/"); found {
		digest = r.manifest(request.URL.Query().Get("ns"), name, reference)
	} else if _, reference, found := cutLast(path, "/blobs/"); found {
		digest = reference
	}
	blob, found := r.blob(digest)
	if !found {
		http.Error(response, `{"errors":[{"code":"NAME_UNKNOWN","message":"cluster load has not been given this image"}]}`, http.StatusNotFound)
		return
	}
	content, closer, err := blob.Open()
	if err != nil {
		http.Error(response, err.Error(), http.StatusInternalServerError)
		return
	}
	defer closer.Close()
	response.Header().Set("Content-Type", blob.Type)
	response.Header().Set("Docker-Content-Digest", digest)
	http.ServeContent(response, request, "", time.Time{}, content)
}

func cutLast(text, separator string) (before, after string, found bool) {
	if at := strings.LastIndex(text, separator); at >= 0 {
		return text[:at], text[at+len(separator):], true
	}
	return text, "", false
}

func (r *Registry) manifest(registry, name, reference string) string {
	if strings.HasPrefix(reference, "sha256:") {
		return reference
	}
	if registry == "" {
		registry = "docker.io"
	}
	r.refresh()
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.index.Images[registry+"/"+name+":"+reference]
}

func (r *Registry) blob(digest string) (Blob, bool) {
	r.refresh()
	r.lock.Lock()
	defer r.lock.Unlock()
	blob, found := r.index.Blobs[digest]
	return blob, found
}

// refresh reads the directory again when an archive in it has come, gone or changed.
func (r *Registry) refresh() {
	r.lock.Lock()
	defer r.lock.Unlock()
	paths, _ := filepath.Glob(filepath.Join(r.Directory, "*"))
	found := make(map[string]time.Time, len(paths))
	same := r.index != nil && len(paths) == len(r.read)
	for _, path := range paths {
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			info, err = os.Stat(filepath.Join(path, layoutIndex))
		}
		if err == nil {
			found[path] = info.ModTime()
			same = same && r.read[path].Equal(info.ModTime())
		}
	}
	if same {
		return
	}
	r.index, r.read = NewIndex(), found
	// In the order of their names, so that the last one wins whatever came first.
	for _, path := range paths {
		if _, err := r.index.Add(path); err != nil {
			r.Report("%v", err)
		}
	}
}
