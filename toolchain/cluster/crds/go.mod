module toolchain/cluster/crds

go 1.26.0

toolchain go1.26.11

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/cloudnative-pg/cloudnative-pg v1.30.1
	github.com/prometheus-operator/prometheus-operator v0.94.0
	github.com/rabbitmq/cluster-operator/v2 v2.22.1
	github.com/traefik/traefik/v3 v3.7.13
)
