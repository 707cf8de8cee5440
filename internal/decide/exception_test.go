package decide

import (
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

func TestAnExceptionIsListedWithWhatItDoes(t *testing.T) {
	tests := map[string]struct {
		results   []string
		exception *evaluate.Exception
		want      string
		would     string
	}{
		"in use": {[]string{"HIP-01 Fail a", "HIP-01 Fail b"}, excepting("HIP-01"), "InUse",
			"Without it HIP-01 would fail: Pod aula/a: a is broken. Pod aula/b: b is broken."},
		"in use for more than is shown": {[]string{"HIP-01 Fail a", "HIP-01 Fail b", "HIP-01 Fail c", "HIP-01 Fail d", "HIP-01 Fail e"}, excepting("HIP-01"), "InUse",
			"Without it HIP-01 would fail: Pod aula/a: a is broken. Pod aula/b: b is broken. Pod aula/c: c is broken. And 2 more."},
		"in use beside what cannot be judged":           {[]string{"HIP-01 Fail a", "HIP-01 Unknown b"}, excepting("HIP-01"), "InUse", "Without it HIP-01 would fail: Pod aula/a: a is broken."},
		"unused, everything passes":                     {[]string{"HIP-01 Pass a"}, excepting("HIP-01"), "Unused", ""},
		"unused, another pod fails":                     {[]string{"HIP-01 Pass a", "HIP-01 Fail b"}, excepting("HIP-01", onPods("a")), "Unused", ""},
		"not known, its pod cannot be judged":           {[]string{"HIP-01 Unknown a"}, excepting("HIP-01", onPods("a")), "Undecided", ""},
		"unused, another pod cannot be judged":          {[]string{"HIP-01 Unknown b"}, excepting("HIP-01", onPods("a")), "Unused", ""},
		"ended":                                         {[]string{"HIP-01 Fail a"}, excepting("HIP-01", func(e *evaluate.Exception) { e.Until = start }), "Expired", ""},
		"not begun":                                     {[]string{"HIP-01 Fail a"}, excepting("HIP-01", func(e *evaluate.Exception) { e.From = start.Add(time.Hour) }), "NotYetValid", ""},
		"of a mandatory control, which is not accepted": {[]string{"HIP-01 Fail a"}, excepting("HIP-01", func(e *evaluate.Exception) { e.Fault = "MandatoryControl" }), "NotAccepted", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene(test.results...)
			s.exceptions = []*evaluate.Exception{test.exception}
			e := s.decide(Memory{}, start).Exceptions[0]
			if got := e.State(start); got != test.want {
				t.Errorf("it is %s, want %s: %+v", got, test.want, e)
			}
			if e.Covered > 0 && e.WouldFail() != test.would || e.Covered == 0 && test.would != "" {
				t.Errorf("it says %q, want %q", e.WouldFail(), test.would)
			}
		})
	}
}
