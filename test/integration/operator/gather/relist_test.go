package gather

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// line is the line to the API server, for pods. It can be cut, and answer that a resource version has expired.
type line struct {
	next http.RoundTripper

	mu      sync.Mutex
	cut     chan struct{} // closed when the line is mended; nil while it holds
	expired int           // requests still to be answered with 410 Gone
	open    []io.Closer
	asked   int // lists and watches from the beginning
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/api/v1/pods") {
		return l.next.RoundTrip(r)
	}
	l.mu.Lock()
	cut := l.cut
	l.mu.Unlock()
	if cut != nil {
		select {
		case <-cut:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if l.gone() {
		return expired()
	}
	response, err := l.next.RoundTrip(r)
	if err == nil {
		l.mu.Lock()
		l.open = append(l.open, response.Body)
		l.asked++
		l.mu.Unlock()
	}
	return response, err
}

func (l *line) gone() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.expired == 0 {
		return false
	}
	l.expired--
	return true
}

func expired() (*http.Response, error) {
	status := apierrors.NewResourceExpired("too old resource version").Status()
	status.Kind, status.APIVersion = "Status", "v1"
	body, err := json.Marshal(status)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusGone, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

// sever ends what is open and lets nothing through until mend.
func (l *line) sever() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = make(chan struct{})
	for _, body := range l.open {
		_ = body.Close() // it may have ended already
	}
	l.open = nil
}

// mend lets requests through again, after so many that are answered with 410 Gone.
func (l *line) mend(expired int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expired = expired
	close(l.cut)
	l.cut = nil
}

func TestFactsConvergeAfterAVersionThatExpired(t *testing.T) {
	l := &line{}
	config := rest.CopyConfig(server.config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { l.next = next; return l })
	w := start(t, config)
	w.settle(t)
	makePod(t, "default", "before", "n1")
	makePod(t, "default", "stays", "n1")
	w.eventually(t, "both pods are facts", func(v facts.View) bool { return podFact("default", "before")(v) && podFact("default", "stays")(v) })
	l.sever()
	removePod(t, "default", "before")
	makePod(t, "default", "after", "")
	l.mend(2)
	w.eventually(t, "facts are what the cluster is", func(v facts.View) bool {
		return !podFact("default", "before")(v) && podFact("default", "stays")(v) && podFact("default", "after")(v)
	})
	w.eventually(t, "what ended unseen is remembered", func(v facts.View) bool {
		for _, p := range facts.ListIn[facts.PastPlacement](v, "default") {
			if p.Pod == "before" && p.Node == "n1" {
				return true
			}
		}
		return false
	})
	w.becomes(t, "pods", facts.SourceSynced)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.expired > 0 || l.asked < 2 {
		t.Errorf("the test did not test: %d answers of 410 are left, %d requests were let through", l.expired, l.asked)
	}
}
