package near

import "testing"

func TestQuestion(t *testing.T) {
	standards := []string{"ISAE3000", "ISAE3402", "SOC1", "SOC2"}
	for name, test := range map[string]struct{ word, want string }{
		"letters that changed places": {"ISEA 3402", "; did you mean ISAE3402?"},
		"a letter too few":            {"isae300", "; did you mean ISAE3000?"},
		"small letters":               {"soc 2", "; did you mean SOC2?"},
		"a letter that could be two":  {"soc3", "; did you mean SOC1 or SOC2?"},
		"another word":                {"opinion of the auditor", "; it is one of ISAE3000, ISAE3402, SOC1, SOC2"},
		"nothing":                     {"", "; it is one of ISAE3000, ISAE3402, SOC1, SOC2"},
	} {
		if got := Question(test.word, standards); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
	if got := Question("x", nil); got != "" {
		t.Errorf("nothing known: %q", got)
	}
}

func TestSame(t *testing.T) {
	if got, ok := Same(" isae-3402 ", []string{"ISAE3000", "ISAE3402"}); !ok || got != "ISAE3402" {
		t.Errorf("%q, %t", got, ok)
	}
	if got, ok := Same("ISAE 340", []string{"ISAE3402"}); ok {
		t.Errorf("%q is taken for %q", "ISAE 340", got)
	}
}

func TestDistance(t *testing.T) {
	for name, test := range map[string]struct {
		a, b string
		want int
	}{
		"the same word":               {"LOC-02", "LOC-02", 0},
		"a letter changed":            {"LOC-02", "LOG-02", 1},
		"a letter put in":             {"spec", "specs", 1},
		"letters that changed places": {"namespcaes", "namespaces", 2},
		"nothing":                     {"", "abc", 3},
		"another word":                {"kitten", "sitting", 3},
	} {
		if got, back := Distance(test.a, test.b), Distance(test.b, test.a); got != test.want || back != test.want {
			t.Errorf("%s: %d and %d back, want %d", name, got, back, test.want)
		}
	}
}
