package main

import (
	"slices"
	"testing"
)

// kinds gives kind and address of what variables name.
func kinds(variables variables) []string {
	var kinds []string
	for _, dependency := range variables.dependencies() {
		kinds = append(kinds, dependency.kind+" "+dependency.address)
	}
	return kinds
}

func TestDependenciesAreWhatEachPlatformNames(t *testing.T) {
	shop := variables{
		"AWS_ENDPOINT": "http://minio:9000", "DB_CONNECTION": "mysql", "DB_PORT": "3306", "MINIO_ENDPOINT": "http://minio:9000",
		"RABBITMQ_HOST": "rabbitmq-cluster", "RABBITMQ_PORT": "5672", "RABBITMQ_VHOST": "/", "REDIS_HOST": "redis", "REDIS_PORT": "6379",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://jaeger:4318", "APP_URL": "https://shop.example", "AUTH_SERVICE_URL": "http://api-gateway:8100/v1/auth",
	}
	with := func(more variables) variables {
		all := variables{}
		for _, some := range []variables{shop, more} {
			for name, value := range some {
				all[name] = value
			}
		}
		return all
	}
	for name, test := range map[string]struct {
		variables variables
		expected  []string
	}{
		"nothing": {variables{"PORT": "8080", "NUXT_PUBLIC_API_URL": "https://gauzian.example/api"}, nil},
		"Storm's gateway": {
			variables{"NATS_URL": "nats://gateway:secret@nats:4222", "REDIS_URL": "redis://:secret@redis:6379", "USER_SERVICE_URL": "http://user-service:3000"},
			[]string{"redis redis:6379", "nats nats:4222", "http user-service:3000"},
		},
		"AquaERP's page": {
			variables{"API_BASE_URL": "https://aquaerp.example/api", "API_GATEWAY_URL": "http://api-gateway:3000"},
			[]string{"http api-gateway:3000"},
		},
		"Storm's media service": {
			variables{"NATS_URL": "nats://nats:4222", "MINIO_ENDPOINT": "minio:9000", "MINIO_ACCESS_KEY": "k", "MINIO_SECRET_KEY": "s", "MINIO_BUCKET": "media"},
			[]string{"nats nats:4222", "s3 minio:9000"},
		},
		"GAUZIAN's backend": {
			variables{
				"DATABASE_URL": "postgres://user:secret@postgres:5432/db", "DB_USER": "user", "DB_PASSWORD": "secret", "DB_NAME": "db",
				"REDIS_URL": "redis://:secret@redis:6379", "S3_ENDPOINT": "http://minio:9000", "S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "s",
			},
			[]string{"postgresql postgres:5432", "redis redis:6379", "s3 minio:9000"},
		},
		"a service of AquaERP": {
			variables{
				"DATABASE_HOST": "postgresql", "DATABASE_NAME": "aquaerp", "DATABASE_PORT": "5432", "DATABASE_USERNAME": "u", "DATABASE_PASSWORD": "p",
				"RABBITMQ_URL": "amqp://aquaerp:secret@rabbitmq:5672",
			},
			[]string{"postgresql postgresql:5432", "amqp rabbitmq:5672"},
		},
		"a service of the shop with a cache of its own": {
			with(variables{
				"DB_HOST": "auth-mysql", "DB_DATABASE": "auth_db", "DB_USERNAME": "u", "DB_PASSWORD": "p", "CACHE_STORE": "redis",
				"REDIS_PASSWORD": "p", "RABBITMQ_USER": "auth", "RABBITMQ_PASSWORD": "p", "RABBITMQ_QUEUE": "auth_queue",
			}),
			[]string{"mysql auth-mysql:3306", "redis redis:6379", "amqp rabbitmq-cluster:5672", "http api-gateway:8100", "traces jaeger:4318"},
		},
		"a service of the shop that was given addresses only": {
			with(variables{"CACHE_STORE": "file", "SESSION_DRIVER": "file", "OTEL_SDK_DISABLED": "true"}), []string{"http api-gateway:8100"},
		},
		"sentinels": {
			variables{"REDIS_SENTINELS": "s-0:26379,s-1:26379", "REDIS_PASSWORD": "p/w"}, []string{"redis s-0:26379,s-1:26379"},
		},
	} {
		if got := kinds(test.variables); !slices.Equal(got, test.expected) {
			t.Errorf("%s: %q, not %q", name, got, test.expected)
		}
	}
}

func TestPodsOfOneDeploymentHaveOneName(t *testing.T) {
	for pod, expected := range map[string]string{"contrat-service-7d9c8b6f5-x2x4z": "contrat-service", "gateway-service": "gateway-service"} {
		if name := (variables{"HOSTNAME": pod}).name(); name != expected {
			t.Errorf("%s is %s, not %s", pod, name, expected)
		}
	}
}
