package terminal

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Waiting is shown from this time on: a bar that flashes by only disturbs.
const (
	quiet    = 400 * time.Millisecond
	interval = 100 * time.Millisecond
	barWidth = 30
	eraseBar = "\r\x1b[K"
)

// Bar shows how far a long task is, on one line of a terminal that it erases at the end. A nil Bar shows nothing. It is for
// one goroutine.
type Bar struct {
	w           io.Writer
	label       string
	unit        func(int64) string
	now         func() time.Time
	start, last time.Time
	shown       bool
}

// NewBar makes a bar on the stream of messages; nil where that is no terminal.
func NewBar(w io.Writer, s Screen, now func() time.Time, label string, unit func(int64) string) *Bar {
	if !s.Err {
		return nil
	}
	return &Bar{w: w, label: label, unit: unit, now: now, start: now()}
}

// Update shows how much is done; a total of 0 is not known.
func (b *Bar) Update(done, total int64) {
	if b == nil {
		return
	}
	now := b.now()
	if now.Sub(b.start) < quiet || now.Sub(b.last) < interval {
		return
	}
	b.last, b.shown = now, true
	if total <= 0 {
		_, _ = fmt.Fprintf(b.w, "%s%s %s", eraseBar, b.label, b.unit(done))
		return
	}
	done = min(done, total)
	filled := int(done * barWidth / total)
	_, _ = fmt.Fprintf(b.w, "%s%s [%s%s] %3d %%  %s of %s", eraseBar, b.label, strings.Repeat("#", filled),
		strings.Repeat("-", barWidth-filled), done*100/total, b.unit(done), b.unit(total))
}

// Done erases the bar.
func (b *Bar) Done() {
	if b != nil && b.shown {
		_, _ = io.WriteString(b.w, eraseBar)
		b.shown = false
	}
}

// Bytes writes a number of bytes.
func Bytes(n int64) string {
	const kibi = 1024
	switch {
	case n < kibi:
		return fmt.Sprintf("%d B", n)
	case n < kibi*kibi:
		return fmt.Sprintf("%.0f KiB", float64(n)/kibi)
	default:
		return fmt.Sprintf("%.1f MiB", float64(n)/kibi/kibi)
	}
}

// Count writes a number of things.
func Count(n int64) string { return fmt.Sprint(n) }
