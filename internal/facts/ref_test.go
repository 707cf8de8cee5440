package facts

import "testing"

func TestNumbersOfPersonsInNamesAreNotTold(t *testing.T) {
	for name, want := range map[string]string{
		"web":                       "Pod aula/web",
		"web-5d4f8c7b6d-x2x4z":      "Pod aula/web-5d4f8c7b6d-x2x4z",
		"citizen-0101701234-export": "Pod aula/citizen-**********-export",
		"backup-261122-1030":        "Pod aula/backup-261122-1030",
	} {
		r := Ref{Kind: "Pod", Namespace: "aula", Name: name}
		if got := r.String(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if got := r.Shown(); got.String() != want || got.Kind != r.Kind {
			t.Errorf("%s: shown as %v", name, got)
		}
	}
}
