package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// How long one dependency may take.
const patience = 10 * time.Second

// opened is something that an application can write to and read from.
type opened interface {
	// try writes one thing, reads it back and says what it did; its errors hold no secret.
	try(context.Context) (string, error)
}

// dependency is one that the variables name.
type dependency struct {
	kind, address string
	opened        opened
}

// found is what came of one dependency, or of one address that should be out of reach.
type found struct {
	Dependency string `json:"dependency"`
	Address    string `json:"address"`
	OK         bool   `json:"ok"`
	Did        string `json:"did,omitempty"`
	Error      string `json:"error,omitempty"`
	Seconds    string `json:"seconds"`
}

// report is the answer of /contract.
type report struct {
	Application string `json:"application"`
	// OK means that every dependency is open and every forbidden address is closed.
	OK           bool    `json:"ok"`
	Dependencies []found `json:"dependencies"`
	Forbidden    []found `json:"forbidden"`
}

// application keeps what it was given.
type application struct {
	name      string
	variables variables
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	duration  *prometheus.HistogramVec
}

func newApplication(variables variables) *application {
	registry := prometheus.NewRegistry()
	factory := promauto.With(registry)
	return &application{
		name: variables.name(), variables: variables, registry: registry,
		requests: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "http_requests_total", Help: "Requests that were answered.",
		}, []string{"method", "status"}),
		duration: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "Time that an answer took.",
		}, []string{"method", "status"}),
	}
}

// check tries everything at once.
func (application *application) check(ctx context.Context) report {
	dependencies := application.variables.dependencies()
	forbidden := strings.Fields(strings.ReplaceAll(application.variables["CONTRACT_FORBIDDEN"], ",", " "))
	result := report{
		Application: application.name, OK: true,
		Dependencies: make([]found, len(dependencies)), Forbidden: make([]found, len(forbidden)),
	}
	var waiting sync.WaitGroup
	for i, dependency := range dependencies {
		waiting.Go(func() { result.Dependencies[i] = try(ctx, dependency) })
	}
	for i, address := range forbidden {
		waiting.Go(func() { result.Forbidden[i] = refused(ctx, address) })
	}
	waiting.Wait()
	for _, found := range append(result.Dependencies, result.Forbidden...) {
		result.OK = result.OK && found.OK
	}
	return result
}

func try(ctx context.Context, dependency dependency) found {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	did, err := dependency.opened.try(ctx)
	result := found{Dependency: dependency.kind, Address: dependency.address, OK: err == nil, Did: did, Seconds: since(began)}
	if err != nil {
		result.Error = err.Error()
	}
	return result
}

// refused tells whether an address is out of reach, as it should be.
func refused(ctx context.Context, address string) found {
	began := time.Now()
	dialer := net.Dialer{Timeout: 3 * time.Second}
	connection, err := dialer.DialContext(ctx, "tcp", address)
	result := found{Dependency: "forbidden", Address: address, OK: err != nil, Seconds: since(began)}
	if err == nil {
		connection.Close()
		result.Error = "a connection was made"
	} else {
		result.Did = "no connection: " + err.Error()
	}
	return result
}

func since(began time.Time) string { return fmt.Sprintf("%.3f", time.Since(began).Seconds()) }

// handler answers the application's port. Every path is answered, as an application behind it would have routes that nobody
// here knows; what it was asked comes back, so that a test sees what a proxy made of a request.
func (application *application) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /contract", func(response http.ResponseWriter, request *http.Request) {
		report := application.check(request.Context())
		status := http.StatusOK
		if !report.OK {
			status = http.StatusServiceUnavailable
		}
		write(response, status, report)
	})
	mux.HandleFunc("GET /health/ready", application.ready)
	mux.HandleFunc("GET /ready", application.ready)
	mux.Handle("GET /metrics", application.metrics())
	mux.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		write(response, http.StatusOK, map[string]any{
			"application": application.name, "method": request.Method, "path": request.URL.RequestURI(), "host": request.Host,
			"headers": request.Header,
		})
	})
	return application.counted(mux)
}

// ready says whether the database answers, which is what readiness of an application is about.
func (application *application) ready(response http.ResponseWriter, request *http.Request) {
	database := application.variables.database()
	if database.opened != nil {
		ctx, cancel := context.WithTimeout(request.Context(), 2*time.Second)
		defer cancel()
		if _, err := database.opened.try(ctx); err != nil {
			write(response, http.StatusServiceUnavailable, map[string]string{"status": "unhealthy", "error": err.Error()})
			return
		}
	}
	write(response, http.StatusOK, map[string]string{"status": "healthy"})
}

// metrics answers a port that serves nothing else.
func (application *application) metrics() http.Handler {
	return promhttp.HandlerFor(application.registry, promhttp.HandlerOpts{})
}

// counted measures every answer.
func (application *application) counted(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		began, answer := time.Now(), &answer{ResponseWriter: response, status: http.StatusOK}
		handler.ServeHTTP(answer, request)
		labels := prometheus.Labels{"method": request.Method, "status": strconv.Itoa(answer.status)}
		application.requests.With(labels).Inc()
		application.duration.With(labels).Observe(time.Since(began).Seconds())
	})
}

// answer remembers the status.
type answer struct {
	http.ResponseWriter
	status int
}

func (answer *answer) WriteHeader(status int) {
	answer.status = status
	answer.ResponseWriter.WriteHeader(status)
}

func write(response http.ResponseWriter, status int, value any) {
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(status)
	if err := json.NewEncoder(response).Encode(value); err != nil {
		log.Print("error: ", err)
	}
}
