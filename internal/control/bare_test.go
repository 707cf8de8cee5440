package control

import "testing"

func TestBareTellsAReasonFromNone(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "x": true, "xxxxxxxxxx": true, "n/a": true, "none": true, "- - - - - - -": true, "abababababab": true, "........................": true,
		"Archives Act § 10": false, "Arkivloven § 8": false, "Read-only archive": false, "Few pupils, no profiling.": false, "Ældreloven § 3": false,
	} {
		if got := Bare(text); got != want {
			t.Errorf("Bare(%q) is %v", text, got)
		}
	}
}
