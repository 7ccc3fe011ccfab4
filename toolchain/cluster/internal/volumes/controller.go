package volumes

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func (d *driver) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	return &csi.ControllerGetCapabilitiesResponse{Capabilities: []*csi.ControllerServiceCapability{
		{Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{
			Type: csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		}}},
	}}, nil
}

// sizeOf is what a volume gets: what is asked for at least.
func sizeOf(asked *csi.CapacityRange) (int64, error) {
	size := max(asked.GetRequiredBytes(), smallest)
	if limit := asked.GetLimitBytes(); limit > 0 && size > limit {
		return 0, status.Errorf(codes.OutOfRange, "a volume has %d bytes at least, and %d are the limit", size, limit)
	}
	return size, nil
}

// CreateVolume makes the file of a volume. The file takes no room until something is written.
func (d *driver) CreateVolume(ctx context.Context, request *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	image, err := d.image(request.Name)
	if err != nil {
		return nil, err
	}
	if request.VolumeContentSource != nil {
		return nil, status.Error(codes.InvalidArgument, "volumes are always empty at first")
	}
	size, err := sizeOf(request.CapacityRange)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(image); errors.Is(err, fs.ErrNotExist) {
		if err := format(ctx, image, size); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	} else if info.Size() != size {
		return nil, status.Errorf(codes.AlreadyExists, "%s exists with %d bytes, and %d are asked for", request.Name, info.Size(), size)
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{
		VolumeId:           request.Name,
		CapacityBytes:      size,
		AccessibleTopology: []*csi.Topology{{Segments: map[string]string{Topology: d.node}}},
	}}, nil
}

// format makes a whole file system under another name first, so that a start after a crash finds none or all of it.
func format(ctx context.Context, image string, size int64) error {
	fresh := image + ".new"
	file, err := os.OpenFile(fresh, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	if err := errors.Join(file.Truncate(size), file.Close()); err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	// XFS, because it grows while it is in use without CAP_SYS_RESOURCE, which containers often lack and ext4 asks for.
	if _, err := run(ctx, "mkfs.xfs", "-q", "-K", "-f", fresh); err != nil {
		return err
	}
	return os.Rename(fresh, image)
}

// DeleteVolume removes the file of a volume.
func (d *driver) DeleteVolume(_ context.Context, request *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	image, err := d.image(request.VolumeId)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(image); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.DeleteVolumeResponse{}, nil
}

// ValidateVolumeCapabilities confirms what every volume can do.
func (d *driver) ValidateVolumeCapabilities(_ context.Context, request *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	for _, capability := range request.VolumeCapabilities {
		if capability.GetBlock() != nil {
			return &csi.ValidateVolumeCapabilitiesResponse{Message: "volumes hold file systems"}, nil
		}
	}
	return &csi.ValidateVolumeCapabilitiesResponse{
		Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{VolumeCapabilities: request.VolumeCapabilities},
	}, nil
}
