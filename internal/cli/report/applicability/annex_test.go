package applicability

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/catalog"
)

func TestAnnexHasEveryNumberOnceWithWords(t *testing.T) {
	var want []string
	for _, chapter := range []struct{ number, controls int }{{5, 37}, {6, 8}, {7, 14}, {8, 34}} {
		for i := range chapter.controls {
			want = append(want, strconv.Itoa(chapter.number)+"."+strconv.Itoa(i+1))
		}
	}
	var got []string
	for _, s := range annex() {
		got = append(got, s.number)
		if s.words.English == "" || s.words.Danish == "" {
			t.Errorf("%s has no words", s.number)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// TestControlsNameNumbersOfTheAnnex finds a control that bears on a number that there is not, which no line would show, and
// words that are those of the catalogue's own list of titles.
func TestControlsNameNumbersOfTheAnnex(t *testing.T) {
	words := map[string]string{}
	for _, s := range annex() {
		words[s.number] = s.words.English
	}
	for _, c := range catalog.All() {
		for _, iso := range c.ISO {
			number, title, _ := strings.Cut(iso, " ")
			switch own, known := words[number]; {
			case !known:
				t.Errorf("%s bears on %s, which is no number of Annex A", c.ID, number)
			case strings.EqualFold(own, title):
				t.Errorf("%s: %q is not in our own words", number, own)
			}
		}
	}
}
