// Package driver names the driver of volumes for those who only refer to it.
package driver

// Name is the name of the driver, and of the StorageClass's provisioner.
const Name = "volumes.embedded-cluster"
