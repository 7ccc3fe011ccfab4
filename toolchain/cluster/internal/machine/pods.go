package machine

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const (
	// graceAnnotation is where a kubelet writes how long a pod's containers may take to end.
	graceAnnotation = "io.kubernetes.pod.terminationGracePeriod"
	// longest bounds that time when the whole node stops.
	longest = 60 * time.Second
)

// stopPods ends all containers of the node by their own signals, at once, as a machine that shuts down does.
func stopPods() error {
	ctx, cancel := context.WithTimeout(context.Background(), longest+patience)
	defer cancel()
	connection, err := grpc.NewClient("unix://"+runtimeSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	client := runtime.NewRuntimeServiceClient(connection)
	running := &runtime.ContainerFilter{State: &runtime.ContainerStateValue{State: runtime.ContainerState_CONTAINER_RUNNING}}
	containers, err := client.ListContainers(ctx, &runtime.ListContainersRequest{Filter: running})
	if err != nil {
		return err
	}
	failures := make([]error, len(containers.Containers))
	var group sync.WaitGroup
	for index, container := range containers.Containers {
		group.Go(func() {
			_, failures[index] = client.StopContainer(ctx, &runtime.StopContainerRequest{
				ContainerId: container.Id, Timeout: int64(grace(container.Annotations).Seconds()),
			})
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

// grace is how long a container may take, by what its pod declares.
func grace(annotations map[string]string) time.Duration {
	seconds, err := strconv.Atoi(annotations[graceAnnotation])
	if err != nil {
		return longest / 2
	}
	return min(time.Duration(seconds)*time.Second, longest)
}
