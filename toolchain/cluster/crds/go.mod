module toolchain/cluster/crds

go 1.26.0

require (
	github.com/cert-manager/cert-manager v1.20.0
	github.com/cloudnative-pg/cloudnative-pg v1.28.0
	github.com/prometheus-operator/prometheus-operator v0.92.0
	github.com/rabbitmq/cluster-operator/v2 v2.16.0
	github.com/traefik/traefik/v3 v3.6.0
)
