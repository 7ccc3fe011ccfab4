package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type service struct{ address string }

// try asks another application for the address that it was given.
func (service service) try(ctx context.Context) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, service.address, nil)
	if err != nil {
		return "", err
	}
	return answered(request)
}

type traces struct{ address, application string }

// try delivers one span in OTLP's JSON.
func (traces traces) try(ctx context.Context) (string, error) {
	identity := make([]byte, 24)
	if _, err := rand.Read(identity); err != nil {
		return "", err
	}
	now := strconv.FormatInt(time.Now().UnixNano(), 10)
	span := map[string]any{
		"traceId": hex.EncodeToString(identity[:16]), "spanId": hex.EncodeToString(identity[16:]), "name": "contract", "kind": 1,
		"startTimeUnixNano": now, "endTimeUnixNano": now,
	}
	body, err := json.Marshal(map[string]any{"resourceSpans": []any{map[string]any{
		"resource": map[string]any{"attributes": []any{map[string]any{
			"key": "service.name", "value": map[string]any{"stringValue": traces.application},
		}}},
		"scopeSpans": []any{map[string]any{"spans": []any{span}}},
	}}})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(traces.address, "/")+"/v1/traces", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	did, err := answered(request)
	return did + " trace " + hex.EncodeToString(identity[:16]), err
}

// answered sends a request and wants an answer that is no error of the server's.
func answered(request *http.Request) (string, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return "", err
	}
	if response.StatusCode >= http.StatusInternalServerError {
		return "", fmt.Errorf("the answer is %s", response.Status)
	}
	return fmt.Sprintf("%s gave %d", request.Method, response.StatusCode), nil
}
