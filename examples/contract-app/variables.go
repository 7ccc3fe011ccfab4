package main

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
)

// variables are what the pod gives its container.
type variables map[string]string

func environment() variables {
	found := variables{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		found[name] = value
	}
	return found
}

// or gives the first variable that is set and not empty.
func (variables variables) or(otherwise string, names ...string) string {
	for _, name := range names {
		if value := variables[name]; value != "" {
			return value
		}
	}
	return otherwise
}

// ofPod is what a Deployment adds to the names of its pods.
var ofPod = regexp.MustCompile(`-[0-9a-z]{6,10}-[0-9a-z]{5}$`)

// name is what the application calls itself in what it writes: the same in all of its pods.
func (variables variables) name() string {
	return ofPod.ReplaceAllString(variables.or("contract-app", "CONTRACT_NAME", "APP_NAME", "OTEL_SERVICE_NAME", "HOSTNAME"), "")
}

// dependencies lists what the variables name, in a fixed order. A name without what it takes to open it is none: several
// platforms give all their applications the addresses of everything, and credentials to those that use it.
func (variables variables) dependencies() []dependency {
	found := []dependency{variables.database()}
	if address := variables.redis(); address != "" {
		found = append(found, dependency{"redis", hostOf(address), redisStore{address}})
	}
	if address := variables.amqp(); address != "" {
		found = append(found, dependency{"amqp", hostOf(address), messageQueue{address, variables["RABBITMQ_QUEUE"], variables.name()}})
	}
	if address := variables["NATS_URL"]; address != "" {
		found = append(found, dependency{"nats", hostOf(address), stream{address, variables.name()}})
	}
	if endpoint, key := variables.or("", "S3_ENDPOINT", "MINIO_ENDPOINT"), variables.or("", "S3_ACCESS_KEY", "MINIO_ACCESS_KEY"); endpoint != "" && key != "" {
		found = append(found, dependency{"s3", hostOf(endpoint), objectStorage{
			endpoint, key, variables.or("", "S3_SECRET_KEY", "MINIO_SECRET_KEY"), variables.or("", "S3_BUCKET", "MINIO_BUCKET"),
			variables.or("us-east-1", "S3_REGION", "MINIO_REGION"), variables["MINIO_USE_SSL"] == "true", variables.name(),
		}})
	}
	for _, name := range []string{"SMTP", "MAIL"} {
		if host := variables[name+"_HOST"]; host != "" {
			found = append(found, dependency{"smtp", host, mailRelay{host + ":" + variables.or("25", name+"_PORT")}})
		}
	}
	for _, name := range variables.services() {
		found = append(found, dependency{"http", hostOf(variables[name]), service{variables[name]}})
	}
	if address := variables["OTEL_EXPORTER_OTLP_ENDPOINT"]; address != "" && variables["OTEL_SDK_DISABLED"] != "true" {
		found = append(found, dependency{"traces", hostOf(address), traces{address, variables.or(variables.name(), "OTEL_SERVICE_NAME")}})
	}
	return slices.DeleteFunc(found, func(found dependency) bool { return found.opened == nil })
}

// database finds the one database of an application, in the words that the platforms use.
func (variables variables) database() dependency {
	if address := variables["DATABASE_URL"]; address != "" {
		return dependency{"postgresql", hostOf(address), postgres{address, variables.name()}}
	}
	host := variables.or("", "DATABASE_HOST", "DB_HOST")
	password := variables.or("", "DATABASE_PASSWORD", "DB_PASSWORD")
	if host == "" || password == "" {
		return dependency{}
	}
	user := variables.or("", "DATABASE_USERNAME", "DATABASE_USER", "DB_USERNAME", "DB_USER")
	name := variables.or("", "DATABASE_NAME", "DB_DATABASE", "DB_NAME")
	if variables["DB_CONNECTION"] == "mysql" {
		address := host + ":" + variables.or("3306", "DB_PORT")
		return dependency{"mysql", address, mysqlDatabase{address, user, password, name, variables.name()}}
	}
	address := host + ":" + variables.or("5432", "DATABASE_PORT", "DB_PORT")
	location := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Host: address, Path: "/" + name}
	return dependency{"postgresql", address, postgres{location.String(), variables.name()}}
}

// redis gives an address, also of a group of sentinels: redis+sentinel://:PASSWORD@HOST:PORT,HOST:PORT/MASTER.
func (variables variables) redis() string {
	if address := variables.or("", "REDIS_URL"); address != "" {
		return address
	}
	if sentinels := variables["REDIS_SENTINELS"]; sentinels != "" {
		password := url.UserPassword("", variables["REDIS_PASSWORD"]).String()
		return "redis+sentinel://" + password + "@" + sentinels + "/" + variables.or("redis", "REDIS_SENTINEL_MASTER")
	}
	host, cache, session := variables["REDIS_HOST"], variables["CACHE_STORE"], variables["SESSION_DRIVER"]
	// An application of Laravel's keeps nothing in Redis unless its cache or its sessions do.
	if host == "" || (cache != "" && cache != "redis" && session != "redis") {
		return ""
	}
	location := url.URL{Scheme: "redis", Host: host + ":" + variables.or("6379", "REDIS_PORT")}
	if password := variables["REDIS_PASSWORD"]; password != "" {
		location.User = url.UserPassword("", password)
	}
	return location.String()
}

func (variables variables) amqp() string {
	if address := variables["RABBITMQ_URL"]; address != "" {
		return address
	}
	host, user := variables["RABBITMQ_HOST"], variables["RABBITMQ_USER"]
	if host == "" || user == "" {
		return ""
	}
	location := url.URL{
		Scheme: "amqp", User: url.UserPassword(user, variables["RABBITMQ_PASSWORD"]),
		Host: host + ":" + variables.or("5672", "RABBITMQ_PORT"),
	}
	return location.String() + "/" + url.PathEscape(variables.or("/", "RABBITMQ_VHOST"))
}

var addressOfApplication = regexp.MustCompile(`_(SERVICE|BROKER|GATEWAY)_URL$`)

// services names the variables that hold the address of another application.
func (variables variables) services() []string {
	var names []string
	for name, value := range variables {
		if addressOfApplication.MatchString(name) && strings.HasPrefix(value, "http") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// hostOf gives host and port of an address, and nothing of what may be secret in it.
func hostOf(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	if at := strings.LastIndex(address, "@"); at >= 0 {
		address = address[at+1:]
	}
	host, _, _ := strings.Cut(address, "/")
	return host
}
