package incident

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

var (
	errEnded       = errors.New("the answers ended before every question was asked; nothing was made")
	errInterrupted = errors.New("interrupted; nothing was made")
)

// interview asks the questions that no flag has answered. A wrong answer is asked for again, with the mend.
type interview struct {
	form  *form
	lines <-chan string
	out   io.Writer
}

// ask asks everything. It ends with the context, also while somebody thinks.
func (f *form) ask(ctx context.Context, in io.Reader, out io.Writer) error {
	lines := make(chan string)
	go func() { // ends with the input, or with the program where nobody answers any more
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	v := interview{f, lines, out}
	if _, err := fmt.Fprintln(out, "Leave empty what nobody knows yet. Times are Danish, as 2026-11-20 14:05, or now; lists are separated by commas."); err != nil {
		return err
	}
	for _, q := range f.questions {
		if q.ask == "" || q.said() || q.breach && f.spec.PersonalData == v1alpha1.PersonalDataNotAffected ||
			q.flag == "solution" && len(f.spec.Environments) > 0 {
			continue
		}
		if err := v.question(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (v interview) question(ctx context.Context, q *question) error {
	ask := q.ask
	proposal := ""
	if q.flag == "name" {
		proposal = v.form.proposedName()
	}
	switch {
	case proposal != "":
		ask += " [" + proposal + "]"
	case q.required:
		ask += " (needed)"
	}
	for {
		if _, err := fmt.Fprintf(v.out, "%s: ", ask); err != nil {
			return err
		}
		var line string
		var more bool
		select {
		case <-ctx.Done():
			return errInterrupted
		case line, more = <-v.lines:
		}
		if !more {
			return errEnded
		}
		if strings.TrimSpace(line) == "" {
			line = proposal
		}
		if strings.TrimSpace(line) == "" {
			if !q.required {
				return nil
			}
			continue
		}
		err := v.take(ctx, q, line)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if _, err := fmt.Fprintf(v.out, "  %v\n", err); err != nil {
			return err
		}
	}
}

// take takes an answer that the API server would accept; another one leaves everything as it was.
func (v interview) take(ctx context.Context, q *question, line string) error {
	f := v.form
	name, spec, breach, contact, occurred := f.name, f.spec, f.breach, f.contact, f.occurred
	err := q.answer([]string{line})
	if err == nil {
		err = f.refusal(ctx)
	}
	if err != nil {
		f.name, f.spec, f.breach, f.contact, f.occurred = name, spec, breach, contact, occurred
		return err
	}
	q.given = []string{line}
	return nil
}

// proposedName is a name that says which solution and when.
func (f *form) proposedName() string {
	t, ok := f.spec.DetectedAt.Time()
	if !ok || len(f.spec.Solutions) == 0 {
		return ""
	}
	return f.spec.Solutions[0] + "-" + t.Format("2006-01-02")
}
