// The endpoint of the web_hook at @POINT@, for Kratos @VERSION@. Written by kratos-lint.
// Run it with Go 1.21 or newer: go run hook.go
// Environment:
//@if api_key
//   WEBHOOK_KEY       required: the secret of the header X-Webhook-Key (auth.config.value of the hook)
//@end
//@if basic
//   WEBHOOK_USER      auth.config.user of the hook (default: kratos)
//   WEBHOOK_PASSWORD  required: auth.config.password of the hook
//@end
//   PORT              default: 8080
//@if keyed
// Calls at any path are accepted, since a proxy may change it: the secret says that Kratos calls.
//@end
//@if ignore
// Work waits in memory: what is left when the process is killed is lost. Keep it in a database if each call counts.
//@end
//@if none
// There is no authentication: everyone who reaches this port can call it. Keep it in a private network.
//@end

package main

import (
	"context"
//@if keyed
	"crypto/sha256"
	"crypto/subtle"
//@end
//@if basic
	"encoding/base64"
//@end
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

@TYPES@
type answer struct {
	status int
	body   any
}

//@if parse
// handle decides about one call. Return an error if it cannot: nothing is remembered then, and Kratos calls again.
func handle(_ context.Context, call HookRequest) (answer, error) {
	_ = call
	reason := "" // Your code goes here: a reason refuses.
	if reason != "" {
		text := map[string]any{"id": 4000001, "text": reason, "type": "error"}
		message := map[string]any{@POINTER_GO@"messages": []any{text}}
		return answer{400, map[string]any{"messages": []any{message}}}, nil
	}
	// {} changes nothing.@CHANGE_HINT@
	return answer{200, map[string]any{}}, nil
}
//@else
// handle does the work of one call. Return an error if it fails: nothing is remembered then.
func handle(_ context.Context, call HookRequest) error {
	_ = call // Your code goes here.
	return nil
}
//@end

const (
	method = "@METHOD@"
	limit  = 1 << 20 // bytes of a body
	memory = 10_000  // calls
)

var nothing = map[string]any{}
//@if keyed

func secret(name string) string {
	value := os.Getenv(name)
	if value == "" {
		log.Fatalf("%s is not set", name)
	}
	return value
}

var expected [sha256.Size]byte

// isKratos compares digests, so that neither length nor content shows in the time.
func isKratos(r *http.Request) bool {
	given := sha256.Sum256([]byte(r.Header.Get("@HEADER@")))
	return subtle.ConstantTimeCompare(given[:], expected[:]) == 1
}
//@end

@MEMORY_NOTE@
type calls struct {
	sync.Mutex
	done    map[string]answer
	order   []string
	running map[string]bool
}

var known = calls{done: map[string]answer{}, running: map[string]bool{}}

func (c *calls) get(id string) (answer, bool) {
	c.Lock()
	defer c.Unlock()
	found, ok := c.done[id]
	return found, ok && id != ""
}

func (c *calls) remember(id string, result answer) {
	c.Lock()
	defer c.Unlock()
	if _, ok := c.done[id]; ok || id == "" {
		return
	}
	c.done[id] = result
	c.order = append(c.order, id)
	if len(c.order) > memory {
		delete(c.done, c.order[0])
		c.order = c.order[1:]
	}
}

// nameOf says what names the call: the same for each attempt of Kratos, another one for each submit.
func nameOf(r *http.Request, raw []byte) string {
	if id := r.Header.Get("Ory-Webhook-Trigger-ID"); id != "" {
		return id
	}
//@if by_identity
	var who struct {
		ID string `json:"identity_id"`
	}
	if json.Unmarshal(raw, &who) == nil && who.ID != "" {
		return "registration " + who.ID
	}
//@end
	return ""
}

//@if parse
func safely(ctx context.Context, call HookRequest) (result answer, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	return handle(ctx, call)
}
//@else
func safely(ctx context.Context, call HookRequest) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	return handle(ctx, call)
}
//@end
//@if ignore

type job struct {
	id   string
	call HookRequest
}

// Kratos gets its answer first, the work follows in order.
var queue = make(chan job, memory)

func work(finished chan<- struct{}) {
	defer close(finished)
	for next := range queue {
		if _, isDone := known.get(next.id); isDone {
			continue
		}
		for attempt := 1; attempt <= 3; attempt++ {
			err := safely(context.Background(), next.call)
			if err == nil {
				known.remember(next.id, answer{200, nothing})
				break
			}
			log.Printf("attempt %d of 3 failed: %v", attempt, err)
			time.Sleep(time.Duration(attempt) * 500 * time.Millisecond)
		}
	}
}

func reply(_ context.Context, id string, call HookRequest) answer {
	select {
	case queue <- job{id, call}:
		return answer{200, nothing}
	default:
		return answer{503, nothing}
	}
}
//@else

func reply(ctx context.Context, id string, call HookRequest) answer {
	if before, isDone := known.get(id); isDone {
		return before
	}
	if id != "" {
		known.Lock()
		if known.running[id] {
			known.Unlock()
			// The first attempt is still at work: Kratos comes again.
			return answer{503, nothing}
		}
		known.running[id] = true
		known.Unlock()
		defer func() {
			known.Lock()
			delete(known.running, id)
			known.Unlock()
		}()
	}
//@if parse
	result, err := safely(ctx, call)
//@else
	result, err := answer{200, nothing}, safely(ctx, call)
//@end
	if err != nil {
		log.Print(err)
		return answer{500, nothing}
	}
	known.remember(id, result)
	return result
}
//@end

func serve(r *http.Request) answer {
	if r.Method == http.MethodGet && r.URL.Path == "/healthz" {
		return answer{200, nothing}
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if len(raw) > limit {
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 16*limit))
	}
//@if keyed
	if !isKratos(r) {
		return answer{401, nothing}
	}
//@end
	if r.Method != method {
		return answer{405, nothing}
	}
	if len(raw) > limit {
		return answer{413, nothing}
	}
	// Kratos may send an empty body when its Jsonnet worker broke: refuse it, or it counts as done.
	var object map[string]json.RawMessage
	var call HookRequest
	if err != nil || json.Unmarshal(raw, &object) != nil || object == nil || json.Unmarshal(raw, &call) != nil {
		return answer{400, nothing}
	}
	// The work goes on when Kratos hangs up: it must not stop half way.
	return reply(context.WithoutCancel(r.Context()), nameOf(r, raw), call)
}

func main() {
//@if api_key
	expected = sha256.Sum256([]byte(secret("WEBHOOK_KEY")))
//@end
//@if basic
	user := os.Getenv("WEBHOOK_USER")
	if user == "" {
		user = "kratos"
	}
	pair := base64.StdEncoding.EncodeToString([]byte(user + ":" + secret("WEBHOOK_PASSWORD")))
	expected = sha256.Sum256([]byte("Basic " + pair))
//@end
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	hook := func(w http.ResponseWriter, r *http.Request) {
		result := serve(r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(result.status)
		_ = json.NewEncoder(w).Encode(result.body)
	}
	server := &http.Server{
		Addr:              ":" + port,
		Handler:           http.HandlerFunc(hook),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       15 * time.Second,
	}
//@if ignore
	finished := make(chan struct{})
	go work(finished)
//@end
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	stopped := make(chan struct{})
	go func() {
		<-stop.Done()
		_ = server.Shutdown(context.Background())
		close(stopped)
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	<-stopped
//@if ignore
	close(queue)
	<-finished
//@end
}
