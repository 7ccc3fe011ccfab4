// Package volumes is the driver of persistent volumes on real nodes. A volume is a file of its node, with a file system of exactly
// the size that was asked for: it can be full, it can grow while it is in use, and it outlives its node's processes.
package volumes

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"

	name "toolchain/kube/internal/volumes/driver"
)

const (
	// Topology is the label that ties a volume to its node.
	Topology = name.Name + "/node"
	version  = "1"
	// smallest is the size of a volume that asks for less, the least that mkfs.xfs takes.
	smallest = 300 << 20
)

// Run serves the driver of one node until it is ended.
func Run(arguments []string) error {
	flags := flag.NewFlagSet("cluster-volumes", flag.ContinueOnError)
	node := flags.String("node", "", "name of the node")
	directory := flags.String("dir", "", "folder of the volumes")
	socket := flags.String("socket", "", "socket at which the driver answers")
	register := flags.String("register", "", "socket at which the kubelet looks for the driver")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if err := os.MkdirAll(*directory, 0o700); err != nil {
		return err
	}
	driver := &driver{node: *node, directory: *directory}
	failed := make(chan error, 2)
	go func() {
		failed <- serve(*socket, func(server *grpc.Server) {
			csi.RegisterIdentityServer(server, driver)
			csi.RegisterControllerServer(server, driver)
			csi.RegisterNodeServer(server, driver)
		})
	}()
	go func() {
		failed <- serve(*register, func(server *grpc.Server) {
			registration.RegisterRegistrationServer(server, &registrar{endpoint: *socket})
		})
	}()
	return <-failed
}

func serve(socket string, register func(*grpc.Server)) error {
	if err := os.MkdirAll(filepath.Dir(socket), 0o750); err != nil {
		return err
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	register(server)
	return server.Serve(listener)
}

// registrar tells the kubelet about the driver.
type registrar struct {
	registration.UnsafeRegistrationServer
	endpoint string
}

func (r *registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type: registration.CSIPlugin, Name: name.Name, Endpoint: r.endpoint, SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (r *registrar) NotifyRegistrationStatus(_ context.Context, result *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	if !result.PluginRegistered {
		fmt.Fprintln(os.Stderr, "the kubelet refused the driver:", result.Error)
	}
	return &registration.RegistrationStatusResponse{}, nil
}

type driver struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedControllerServer
	csi.UnimplementedNodeServer
	node, directory string
}

// identifier keeps a volume's name from being a path.
var identifier = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// image is the file that holds the volume.
func (d *driver) image(id string) (string, error) {
	if !identifier.MatchString(id) {
		return "", status.Errorf(codes.InvalidArgument, "volume %q: letters, digits, dots and dashes are allowed", id)
	}
	return filepath.Join(d.directory, id+".img"), nil
}

func (d *driver) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: name.Name, VendorVersion: version}, nil
}

func (d *driver) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{}, nil
}

func (d *driver) GetPluginCapabilities(context.Context, *csi.GetPluginCapabilitiesRequest) (*csi.GetPluginCapabilitiesResponse, error) {
	service := func(kind csi.PluginCapability_Service_Type) *csi.PluginCapability {
		return &csi.PluginCapability{Type: &csi.PluginCapability_Service_{Service: &csi.PluginCapability_Service{Type: kind}}}
	}
	return &csi.GetPluginCapabilitiesResponse{Capabilities: []*csi.PluginCapability{
		service(csi.PluginCapability_Service_CONTROLLER_SERVICE),
		service(csi.PluginCapability_Service_VOLUME_ACCESSIBILITY_CONSTRAINTS),
		{Type: &csi.PluginCapability_VolumeExpansion_{VolumeExpansion: &csi.PluginCapability_VolumeExpansion{
			Type: csi.PluginCapability_VolumeExpansion_ONLINE,
		}}},
	}}, nil
}

// run runs a program of the machine and returns what it printed.
func run(ctx context.Context, program string, arguments ...string) (string, error) {
	output, err := exec.CommandContext(ctx, program, arguments...).CombinedOutput()
	if err != nil {
		return "", status.Errorf(codes.Internal, "%s %s: %v: %s", program, strings.Join(arguments, " "), err, strings.TrimSpace(string(output)))
	}
	return strings.TrimSpace(string(output)), nil
}
