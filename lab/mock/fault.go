package mock

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is one way in which a call can fail.
type Fault string

// The ways to fail. All but the last two break the call itself: a client that
// repeats it gets the reply. The last two are whole replies of a model that did
// not do as it was told; they count only where a schema was asked for.
const (
	Busy      Fault = "busy"       // HTTP 429
	Down      Fault = "down"       // HTTP 503
	Broken    Fault = "broken"     // HTTP 500
	Hang      Fault = "hang"       // no reply until the client goes away
	Drop      Fault = "drop"       // the connection is closed
	Page      Fault = "page"       // a web page with status 200
	Gateway   Fault = "gateway"    // a web page with status 502
	Torn      Fault = "torn"       // JSON that ends in the middle
	Hidden    Fault = "hidden"     // an error under status 200
	NoChoices Fault = "no-choices" // no choices under status 200
	OddShape  Fault = "odd-shape"  // JSON of another shape

	InvalidJSON Fault = "invalid-json" // the content is no JSON
	WrongSchema Fault = "wrong-schema" // the content is JSON of another schema
)

// Faults lists all of them, in the order in which they are drawn.
var Faults = []Fault{Busy, Down, Broken, Hang, Drop, Page, Gateway, Torn, Hidden, NoChoices, OddShape, InvalidJSON, WrongSchema}

// Mixed spreads a probability evenly over the faults of the call itself. Hang
// is left out unless the client has a short timeout: say so with hang.
func Mixed(p float64, hang bool) map[Fault]float64 {
	var some []Fault
	for _, f := range Faults {
		if f != InvalidJSON && f != WrongSchema && (f != Hang || hang) {
			some = append(some, f)
		}
	}
	out := map[Fault]float64{}
	for _, f := range some {
		out[f] = p / float64(len(some))
	}
	return out
}

// ParseFaults reads "busy=0.1,torn=0.05", or "mixed=0.3" for Mixed with hang.
func ParseFaults(s string) (map[Fault]float64, error) {
	out := map[Fault]float64{}
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		p, err := strconv.ParseFloat(value, 64)
		switch {
		case err != nil || p < 0 || p > 1:
			return nil, fmt.Errorf("fault %q: give name=probability, such as busy=0.1", part)
		case name == "mixed":
			for f, share := range Mixed(p, true) {
				out[f] += share
			}
		case !slices.Contains(Faults, Fault(name)):
			return nil, fmt.Errorf("fault %q is not known: the faults are mixed and %v", name, Faults)
		default:
			out[Fault(name)] += p
		}
	}
	sum := 0.0
	for _, f := range Faults {
		sum += out[f]
	}
	if sum > 1+1e-9 {
		return nil, fmt.Errorf("the faults add up to %.2f: at most 1", sum)
	}
	return out, nil
}

// draw returns the fault of a call, or "".
func draw(faults map[Fault]float64, dice *rand.Rand) Fault {
	u := dice.Float64()
	for _, f := range Faults {
		if u -= faults[f]; u < 0 {
			return f
		}
	}
	return ""
}

// busy refuses a call for now.
func (s *Server) busy(w http.ResponseWriter) {
	s.count(Busy)
	if s.opt.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(s.opt.RetryAfter/time.Second)))
	}
	fail(w, http.StatusTooManyRequests, "rate_limit_exceeded", "Rate limit reached.")
}

func (s *Server) count(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Faults[f]++
}

// before fails a call that never reaches the model; it reports whether it did.
func (s *Server) before(w http.ResponseWriter, r *http.Request, f Fault) bool {
	switch f {
	case Busy:
		s.busy(w)
		return true
	case Down:
		fail(w, http.StatusServiceUnavailable, "", "The server is overloaded.")
	case Broken:
		fail(w, http.StatusInternalServerError, "", "The server had an error.")
	case Hang:
		s.count(f) // before the wait, which may be long
		<-r.Context().Done()
		return true
	case Drop:
		s.count(f)
		panic(http.ErrAbortHandler)
	case Page, Gateway:
		status := http.StatusOK
		if f == Gateway {
			status = http.StatusBadGateway
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<!doctype html><html><title>Gateway</title><body>Something went wrong.</body></html>")
	case Hidden:
		send(w, http.StatusOK, map[string]any{"error": map[string]any{"message": "The provider is overloaded.", "code": 503}})
	case NoChoices:
		send(w, http.StatusOK, map[string]any{"id": "x", "object": "chat.completion", "choices": []any{}})
	case OddShape:
		send(w, http.StatusOK, map[string]any{"choices": "none"})
	case Torn:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"mess`)
	default:
		return false
	}
	s.count(f)
	return true
}

// spoil breaks the content of a reply that should be JSON.
func (f Fault) spoil(content string, schema bool) string {
	switch {
	case f == InvalidJSON && schema:
		return "Sure! Here is the JSON:\n" + content[:len(content)/2]
	case f == WrongSchema && schema:
		return `{"result":"as requested"}`
	}
	return content
}

// after sends a reply, and counts the fault that spoiled its content.
func (s *Server) after(w http.ResponseWriter, f Fault, reply map[string]any) {
	if f != "" {
		s.count(f)
	}
	send(w, http.StatusOK, reply)
}

// sample is the plainest value that a JSON schema allows: the first of an enum,
// true, 0, "", an empty list, an object with what is required.
func sample(schema json.RawMessage) string {
	var root any
	if json.Unmarshal(schema, &root) != nil {
		return "{}"
	}
	b, err := json.Marshal(sampleOf(root, 0))
	if err != nil {
		return "{}"
	}
	return string(b)
}

func sampleOf(schema any, depth int) any {
	s, ok := schema.(map[string]any)
	if !ok || depth > 20 {
		return nil
	}
	if all, ok := s["enum"].([]any); ok && len(all) > 0 {
		return all[0]
	}
	if c, ok := s["const"]; ok {
		return c
	}
	kind, _ := s["type"].(string)
	if kinds, ok := s["type"].([]any); ok && len(kinds) > 0 {
		kind, _ = kinds[0].(string)
	}
	switch kind {
	case "object":
		out := map[string]any{}
		properties, _ := s["properties"].(map[string]any)
		required, _ := s["required"].([]any)
		for _, r := range required {
			if name, ok := r.(string); ok {
				out[name] = sampleOf(properties[name], depth+1)
			}
		}
		return out
	case "array":
		out := []any{}
		least, _ := s["minItems"].(float64)
		for range int(min(least, 100)) {
			out = append(out, sampleOf(s["items"], depth+1))
		}
		return out
	case "boolean":
		return true
	case "integer", "number":
		least, _ := s["minimum"].(float64)
		return least
	case "string":
		return ""
	}
	return nil
}
