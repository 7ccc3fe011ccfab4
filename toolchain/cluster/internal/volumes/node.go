package volumes

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"k8s.io/mount-utils"
)

func (d *driver) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: d.node, AccessibleTopology: &csi.Topology{Segments: map[string]string{Topology: d.node}}}, nil
}

func (d *driver) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	var capabilities []*csi.NodeServiceCapability
	for _, kind := range []csi.NodeServiceCapability_RPC_Type{
		csi.NodeServiceCapability_RPC_STAGE_UNSTAGE_VOLUME,
		csi.NodeServiceCapability_RPC_EXPAND_VOLUME,
		csi.NodeServiceCapability_RPC_GET_VOLUME_STATS,
	} {
		capabilities = append(capabilities, &csi.NodeServiceCapability{
			Type: &csi.NodeServiceCapability_Rpc{Rpc: &csi.NodeServiceCapability_RPC{Type: kind}},
		})
	}
	return &csi.NodeGetCapabilitiesResponse{Capabilities: capabilities}, nil
}

// mounted reports whether something is mounted at path, which is made when it is missing.
func mounted(path string) (bool, error) {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return false, status.Error(codes.Internal, err.Error())
	}
	found, err := mount.New("").IsMountPoint(path)
	if err != nil {
		return false, status.Error(codes.Internal, err.Error())
	}
	return found, nil
}

// NodeStageVolume mounts a volume for the node.
func (d *driver) NodeStageVolume(ctx context.Context, request *csi.NodeStageVolumeRequest) (*csi.NodeStageVolumeResponse, error) {
	image, err := d.image(request.VolumeId)
	if err != nil {
		return nil, err
	}
	if found, err := mounted(request.StagingTargetPath); err != nil || found {
		return &csi.NodeStageVolumeResponse{}, err
	}
	// The device goes with its last mount, which is why nobody has to detach it: not even when the node is killed.
	if _, err := run(ctx, "mount", "-t", "xfs", "-o", "loop", image, request.StagingTargetPath); err != nil {
		return nil, err
	}
	return &csi.NodeStageVolumeResponse{}, nil
}

// NodeUnstageVolume takes a volume from the node.
func (d *driver) NodeUnstageVolume(_ context.Context, request *csi.NodeUnstageVolumeRequest) (*csi.NodeUnstageVolumeResponse, error) {
	return &csi.NodeUnstageVolumeResponse{}, unmount(request.StagingTargetPath)
}

// NodePublishVolume shows a volume to one pod.
func (d *driver) NodePublishVolume(ctx context.Context, request *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	if request.VolumeCapability.GetBlock() != nil {
		return nil, status.Error(codes.InvalidArgument, "volumes hold file systems")
	}
	if found, err := mounted(request.TargetPath); err != nil || found {
		return &csi.NodePublishVolumeResponse{}, err
	}
	if _, err := run(ctx, "mount", "--bind", request.StagingTargetPath, request.TargetPath); err != nil {
		return nil, err
	}
	if request.Readonly {
		if _, err := run(ctx, "mount", "-o", "remount,bind,ro", request.TargetPath); err != nil {
			return nil, errors.Join(err, unmount(request.TargetPath))
		}
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

// NodeUnpublishVolume takes a volume from a pod.
func (d *driver) NodeUnpublishVolume(_ context.Context, request *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	if err := unmount(request.TargetPath); err != nil {
		return nil, err
	}
	if err := os.Remove(request.TargetPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, status.Error(codes.Internal, err.Error())
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

func unmount(path string) error {
	// EINVAL and ENOENT say that nothing is mounted there.
	if err := unix.Unmount(path, 0); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return status.Errorf(codes.Internal, "unmounting %s: %v", path, err)
	}
	return nil
}

// NodeExpandVolume makes a volume larger while it is mounted: the file, the device and the file system.
func (d *driver) NodeExpandVolume(ctx context.Context, request *csi.NodeExpandVolumeRequest) (*csi.NodeExpandVolumeResponse, error) {
	image, err := d.image(request.VolumeId)
	if err != nil {
		return nil, err
	}
	size, err := sizeOf(request.CapacityRange)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(image)
	if err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	if info.Size() < size {
		if err := os.Truncate(image, size); err != nil {
			return nil, status.Error(codes.Internal, err.Error())
		}
	}
	device, err := run(ctx, "findmnt", "--noheadings", "--output", "SOURCE", "--mountpoint", request.VolumePath)
	if err != nil {
		return nil, err
	}
	if _, err := run(ctx, "losetup", "--set-capacity", device); err != nil {
		return nil, err
	}
	if _, err := run(ctx, "xfs_growfs", request.VolumePath); err != nil {
		return nil, err
	}
	return &csi.NodeExpandVolumeResponse{CapacityBytes: max(size, info.Size())}, nil
}

// NodeGetVolumeStats reports what is used of a volume.
func (d *driver) NodeGetVolumeStats(_ context.Context, request *csi.NodeGetVolumeStatsRequest) (*csi.NodeGetVolumeStatsResponse, error) {
	var found unix.Statfs_t
	if err := unix.Statfs(request.VolumePath, &found); err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	block := found.Frsize
	return &csi.NodeGetVolumeStatsResponse{Usage: []*csi.VolumeUsage{
		{
			Unit: csi.VolumeUsage_BYTES, Total: int64(found.Blocks) * block, Available: int64(found.Bavail) * block,
			Used: int64(found.Blocks-found.Bfree) * block,
		},
		{Unit: csi.VolumeUsage_INODES, Total: int64(found.Files), Available: int64(found.Ffree), Used: int64(found.Files - found.Ffree)},
	}}, nil
}
