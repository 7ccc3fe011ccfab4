// Command pod is what the tests of real nodes run in pods: a server, and the questions that a test asks through exec.
package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

func main() {
	answer, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(answer)
}

func run(arguments []string) (string, error) {
	if len(arguments) < 2 {
		return "", errors.New("usage: pod serve ADDRESS | get URL | size FOLDER | write FILE | read FILE | fill FOLDER MEBIBYTES")
	}
	switch arguments[0] {
	case "serve":
		return serve(arguments[1])
	case "get":
		return get(arguments[1])
	case "size":
		return size(arguments[1])
	case "write":
		return "", write(arguments[1], []byte("kept"))
	case "read":
		content, err := os.ReadFile(arguments[1])
		return string(content), err
	case "fill":
		return fill(arguments[1], arguments[2])
	default:
		return "", fmt.Errorf("%q is no command", arguments[0])
	}
}

// serve answers with the name of the pod, and says in the log when it is told to end.
func serve(address string) (string, error) {
	name, err := os.Hostname()
	if err != nil {
		return "", err
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	go func() {
		<-end
		fmt.Println("told to end")
		_ = write("/data/ended", []byte("in order"))
		os.Exit(0)
	}()
	fmt.Println("serving as", name)
	return "", http.ListenAndServe(address, http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(response, name)
	}))
}

func get(url string) (string, error) {
	response, err := (&http.Client{Timeout: 3 * time.Second}).Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func size(folder string) (string, error) {
	var found syscall.Statfs_t
	if err := syscall.Statfs(folder, &found); err != nil {
		return "", err
	}
	return strconv.FormatUint(found.Blocks*uint64(found.Bsize)>>20, 10), nil
}

// write returns when the content is on the disk.
func write(path string, content []byte) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		return errors.Join(err, file.Close())
	}
	return errors.Join(file.Sync(), file.Close())
}

// fill writes until the folder is full or holds as much as is asked for, and says how much it wrote.
func fill(folder, mebibytes string) (string, error) {
	limit, err := strconv.Atoi(mebibytes)
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "filled")
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer os.Remove(path)
	defer file.Close()
	block := make([]byte, 1<<20)
	for written := range limit {
		if _, err := file.Write(block); err != nil {
			return fmt.Sprintf("%d, then %v", written, err), nil
		}
	}
	return strconv.Itoa(limit), nil
}
