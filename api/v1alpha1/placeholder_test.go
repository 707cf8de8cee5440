package v1alpha1

import "testing"

func TestWordsThatHoldAPlaceSayNothing(t *testing.T) {
	for text, want := range map[string]bool{
		"To be filled in": true, " to be filled in: who owns it": true, "TODO": true, "tbd.": true, "<TBD>": true, "Skal udfyldes": true, "???": true, "-": true, "...": true, "XXX": true,
		"": false, "Todo lists for schools": false, "TBD A/S": false, "To be or not": false, "Handling of citizens' cases": false,
	} {
		if got := IsToBeFilledIn(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
